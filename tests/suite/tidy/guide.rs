//! The guide of the library gives the costs that were measured, and leads to every type.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

fn core() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../core")
}

/// The pages by name.
fn pages() -> BTreeMap<String, String> {
    let entries = fs::read_dir(core().join("src/guide")).unwrap();
    let page = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, fs::read_to_string(path).unwrap())
    };
    entries.map(|it| page(it.unwrap().path())).collect()
}

fn cells(row: &str) -> Vec<&str> {
    row.trim_matches('|').split('|').map(str::trim).collect()
}

/// Instructions and masked ones by operation: on a Cortex-M0 with critical sections, optimized for size.
fn measured(document: &str) -> BTreeMap<&str, (&str, &str)> {
    let (_, section) = document
        .split_once("\n## thumbv6m, critical-section\n")
        .unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let rows = section
        .lines()
        .filter(|it| it.starts_with("| `"))
        .map(cells);
    rows.map(|row| {
        let figures: Vec<_> = row[2].split(" / ").collect();
        (row[0], (figures[0], figures[1]))
    })
    .collect()
}

/// The rows of a page that differ from what was measured; also a page without one.
fn complaints(page: &str, measured: &BTreeMap<&str, (&str, &str)>) -> Vec<String> {
    let mut rows = Vec::new();
    let mut is_cost = false;
    for line in page.lines() {
        is_cost = line.starts_with("| on a Cortex-M0 |") || is_cost && line.starts_with('|');
        if is_cost && line.starts_with("| `") {
            rows.push(line);
        }
    }
    let wrong = rows.iter().filter_map(|row| {
        let row = cells(row);
        let figures = measured.get(row[0]);
        (figures != Some(&(row[1], row[2]))).then(|| format!("{row:?}, measured {figures:?}"))
    });
    let none = rows.is_empty().then(|| "no cost".to_owned());
    wrong.chain(none).collect()
}

#[test]
fn costs_are_those_that_were_measured() {
    let document = fs::read_to_string(core().join("COST.md")).unwrap();
    let measured = measured(&document);
    let pages = pages();
    let wrong: Vec<_> = pages
        .iter()
        .flat_map(|(name, page)| {
            let complaints = complaints(page, &measured);
            complaints
                .into_iter()
                .map(move |it| format!("{name}: {it}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The examples of a page that lack code, a cost, a hazard or a picture.
fn incomplete(page: &str) -> Vec<String> {
    const PARTS: [&str; 4] = [
        "\n```\n",
        "\n| on a Cortex-M0 |",
        "\n**Hazard:**",
        "\n```text\n",
    ];
    let examples = page.split("\n\n# ").skip(1);
    let lacking = examples.flat_map(|example| {
        let title = example.lines().next().unwrap_or_default();
        let parts = PARTS.iter().filter(|part| !example.contains(**part));
        parts.map(move |part| format!("{title}: {}", part.trim()))
    });
    lacking.collect()
}

#[test]
fn each_example_has_code_a_cost_a_hazard_and_a_picture() {
    let pages = pages();
    let lacking: Vec<_> = pages.values().flat_map(|page| incomplete(page)).collect();
    assert_eq!(lacking, Vec::<String>::new());
    let planted =
        "\n\n# One\n\n```\nlet it = 1;\n```\n\n| on a Cortex-M0 |\n\n```text\nmain\n```\n";
    assert_eq!(incomplete(planted), ["One: **Hazard:**"]);
}

/// Each type of the crate's root, and each page in the index.
#[test]
fn the_guide_leads_to_every_type() {
    let library = fs::read_to_string(core().join("src/lib.rs")).unwrap();
    let (_, exports) = library.split_once("\npub use {\n").unwrap();
    let (exports, _) = exports.split_once("};").unwrap();
    let words = exports.split(|it: char| !it.is_alphanumeric());
    let types = words.filter(|it| it.starts_with(char::is_uppercase));
    let pages = pages();
    let text = pages.values().map(String::as_str).collect::<String>();
    let missing: Vec<_> = types
        .filter(|it| !text.contains(&format!("::{it})")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");

    let index = fs::read_to_string(core().join("src/guide.rs")).unwrap();
    for page in pages.keys() {
        let has = |part: &str| index.contains(part);
        let is_shown = has(&format!("| [`{page}`]")) && has(&format!("\"guide/{page}.md\""));
        assert!(is_shown, "{page}");
    }
}

#[test]
fn a_planted_cost_is_found() {
    let measured = BTreeMap::from([("`a`", ("6", "0")), ("`b`", ("14", "4+4"))]);
    let page = |rows: &str| {
        format!("| on a Cortex-M0 | instructions | of them masked |\n|---|---|---|\n{rows}\n")
    };
    let of = |rows: &str| complaints(&page(rows), &measured).len();
    assert_eq!(of("| `a` | 6 | 0 |\n| `b` | 14 | 4+4 |"), 0);
    assert_eq!(of("| `a` | 6 | 0 |\n| `b` | 14 | 4 |"), 1);
    assert_eq!(of("| `a` | 5 | 0 |"), 1);
    assert_eq!(of("| `c` | 6 | 0 |"), 1);
    assert_eq!(
        complaints("| other | table |\n|---|---|\n| `a` | 5 | 0 |\n", &measured),
        ["no cost"]
    );
}
