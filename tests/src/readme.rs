//! The files and the output in a document.
//!
//! A block of code below `<!-- NAME/PATH -->` is the file PATH of the project NAME; one below `<!-- NAME prints -->`
//! is the output of its program.

use std::{fs, path::Path};

/// The block below `<!-- mark -->`.
///
/// # Panics
///
/// If there is none.
#[must_use]
pub fn block<'a>(document: &'a str, mark: &str) -> &'a str {
    let mark = format!("<!-- {mark} -->\n```");
    let (_, rest) = document
        .split_once(&mark)
        .unwrap_or_else(|| panic!("no block {mark}"));
    let (line, rest) = rest.split_once('\n').unwrap_or_default();
    // A longer fence holds shorter ones.
    let more = line.bytes().take_while(|&byte| byte == b'`').count();
    let (block, _) = rest
        .split_once(&format!("```{}", &line[..more]))
        .unwrap_or_else(|| panic!("no end of {mark}"));
    block
}

/// Writes the files of a project to `dir`, exactly as in the document: `Cargo.toml` after the lines of `cargo new`.
/// The package has the directory's name.
///
/// # Panics
///
/// If a file cannot be written, or the document has none.
pub fn write_project(document: &str, name: &str, dir: &Path) {
    let start = format!("<!-- {name}/");
    let paths = document
        .lines()
        .filter_map(|line| line.strip_prefix(&start)?.strip_suffix(" -->"));
    let package = dir.file_name().unwrap();
    let mut written = 0;
    for path in paths {
        let shown = block(document, &format!("{name}/{path}"));
        let file = dir.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        let text = match path {
            "Cargo.toml" => format!(
                "[package]\nname = {package:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n{shown}"
            ),
            _ => shown.to_owned(),
        };
        fs::write(file, text).unwrap();
        written += 1;
    }
    assert!(written > 0, "no file of {name} is shown");
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "<!-- a/src/main.rs -->\n```rust\nfn main() {}\n```\n\n<!-- a prints -->\n```text\none\n```\n";

    #[test]
    fn a_block_is_the_text_between_its_fences() {
        assert_eq!(block(DOCUMENT, "a/src/main.rs"), "fn main() {}\n");
        assert_eq!(block(DOCUMENT, "a prints"), "one\n");
    }

    #[test]
    fn a_longer_fence_holds_a_shorter_one() {
        let document = "<!-- a -->\n````rust\n//! ```toml\n//! ```\n````\n";
        assert_eq!(block(document, "a"), "//! ```toml\n//! ```\n");
    }

    #[test]
    #[should_panic(expected = "no file of b is shown")]
    fn a_project_without_files_is_found() {
        write_project(DOCUMENT, "b", Path::new("nowhere"));
    }
}
