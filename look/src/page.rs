//! The page: the record, its style and its scripts in one file.

mod pack;

use crate::record::Look;

const TEMPLATE: &str = include_str!("../page/index.html");
const STYLE: &str = include_str!("../page/style.css");
/// In the order in which the browser has to run them.
const SCRIPTS: [&str; 6] = [
    include_str!("../page/record.js"),
    include_str!("../page/run.js"),
    include_str!("../page/listing.js"),
    include_str!("../page/view.js"),
    include_str!("../page/sections.js"),
    include_str!("../page/input.js"),
];

/// The whole page.
///
/// # Errors
///
/// Those of `serde_json`.
pub fn page(look: &Look) -> Result<String, serde_json::Error> {
    let record = serde_json::to_string(&pack::pack(look))?;
    Ok(fill(&record))
}

/// The template with its three marks filled in. The record goes last: a text in it may look like a mark.
fn fill(record: &str) -> String {
    TEMPLATE
        .replace("/*{style}*/", &flush_left(STYLE))
        .replace("/*{script}*/", &flush_left(&SCRIPTS.concat()))
        .replace("/*{record}*/", &in_html(record))
}

/// Lines without indentation, which neither language reads; strings in the scripts do not depend on it.
fn flush_left(text: &str) -> String {
    let lines = text.lines().map(str::trim_start);
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// JSON that does not end the HTML script around it: `</script` and `<!--` begin with `<`, which occurs in strings only.
fn in_html(json: &str) -> String {
    json.replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_mark_is_left() {
        let page = fill("{}");
        assert!(page.contains(">{}</script>"));
        for mark in ["/*{style}*/", "/*{script}*/", "/*{record}*/"] {
            assert_eq!(TEMPLATE.matches(mark).count(), 1, "{mark}");
            assert!(!page.contains(mark), "{mark}");
        }
    }

    #[test]
    fn a_record_does_not_end_its_script() {
        let planted = "</script><img src=x>";
        let json = serde_json::to_string(planted).unwrap();
        let written = in_html(&json);
        assert!(!written.contains('<'));
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), planted);
    }

    #[test]
    fn every_script_of_the_folder_is_in_the_page() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/page");
        let files = std::fs::read_dir(folder).unwrap();
        let scripts = files
            .map(|file| file.unwrap().path())
            .filter(|path| path.extension().is_some_and(|it| it == "js"));
        let texts: Vec<_> = scripts
            .map(|path| std::fs::read_to_string(path).unwrap())
            .collect();
        assert_eq!(texts.len(), SCRIPTS.len());
        assert!(texts.iter().all(|text| SCRIPTS.contains(&text.as_str())));
    }
}
