//! Each primitive is tested by each technique: the folder is the technique, the file is the module.

use crate::source::Source;

/// A technique: its folders, of which one has the file, and the file with the `mod` lines of each.
type Folders = &'static [(&'static str, &'static str)];

/// In the order of CONTRIBUTING.md.
const TECHNIQUES: &[Folders] = &[
    &[
        (
            "tests/suite/library/primitives/",
            "tests/suite/library/primitives.rs",
        ),
        (
            "tests/suite/library/waiting/",
            "tests/suite/library/waiting.rs",
        ),
    ],
    &[(
        "tests/models/tests/interleavings/",
        "tests/models/tests/interleavings/main.rs",
    )],
    &[(
        "tests/models/tests/weak_memory/",
        "tests/models/tests/weak_memory/main.rs",
    )],
    &[(
        "tests/interrupts/operations/",
        "tests/interrupts/operations/table.rs",
    )],
    &[(
        "tests/firmware/cost/src/ops/",
        "tests/firmware/cost/src/ops.rs",
    )],
    &[(
        "tests/boards/src/bin/panics/",
        "tests/boards/src/bin/panics/main.rs",
    )],
];

/// Modules of the library that are no primitive.
const OTHERS: [&str; 3] = ["atomic", "guide", "wait"];

/// The public modules of the library, and the types that are also at its root.
fn primitives(sources: &[Source]) -> (Vec<String>, Vec<String>) {
    let library = sources.iter().find(|it| it.in_core() == Some("lib.rs"));
    let text = library.map_or("", |it| it.text.as_str());
    let modules = text
        .lines()
        .filter_map(|it| it.strip_prefix("pub mod ")?.strip_suffix(';'));
    let modules = modules.filter(|it| !OTHERS.contains(it)).map(str::to_owned);
    let (_, exports) = text.split_once("\npub use {\n").unwrap_or_default();
    let (exports, _) = exports.split_once("};").unwrap_or_default();
    let words = exports.split(|it: char| !it.is_alphanumeric());
    let types = words.filter(|it| it.starts_with(char::is_uppercase));
    (modules.collect(), types.map(str::to_owned).collect())
}

/// A complaint for each technique without a file of the primitive, and for each README without its type.
pub(crate) fn are_complete(sources: &[Source]) -> Vec<String> {
    let text = |path: &str| {
        let source = sources.iter().find(|it| it.path == path);
        source.map_or("", |it| it.text.as_str())
    };
    let (modules, types) = primitives(sources);
    let mut complaints = Vec::new();
    for module in &modules {
        let is_in = |(folder, list): &(&str, &str)| {
            let declaration = format!("mod {module};");
            let is_declared = text(list).lines().any(|it| it == declaration);
            is_declared && !text(&format!("{folder}{module}.rs")).is_empty()
        };
        let without = TECHNIQUES.iter().filter(|it| !it.iter().any(is_in));
        complaints.extend(without.map(|folders| {
            let (folder, list) = folders[0];
            format!("{folder}{module}.rs is missing, or its line in {list}")
        }));
    }
    for name in types {
        for readme in ["README.md", "core/README.md"] {
            let shown = [format!("::{name}`**"), format!("[`{name}`]:")];
            if !shown.iter().any(|it| text(readme).contains(it)) {
                complaints.push(format!("{readme} does not list {name}"));
            }
        }
    }
    complaints
}

#[test]
fn a_planted_gap_is_found() {
    let tree = |left_out: &str| {
        let library = "pub mod guide;\npub mod stop;\npub use {\n    stop::Flag,\n};\n";
        let mut tree = vec![
            Source::new("core/src/lib.rs", library),
            Source::new("README.md", "- **`stop::Flag`**"),
            Source::new("core/README.md", "[`Flag`]: https://"),
        ];
        for folders in TECHNIQUES {
            let (folder, list) = folders[0];
            tree.push(Source::new(&format!("{folder}stop.rs"), "//! Stop.\n"));
            tree.push(Source::new(list, "mod stop;\n"));
        }
        tree.retain(|it| it.path != left_out);
        are_complete(&tree)
    };
    assert_eq!(tree(""), Vec::<String>::new());
    for left_out in [
        "README.md",
        "core/README.md",
        "tests/firmware/cost/src/ops.rs",
        "tests/interrupts/operations/stop.rs",
    ] {
        assert_eq!(tree(left_out).len(), 1, "{left_out}");
    }
    assert!(!primitives(&crate::source::tracked()).0.is_empty());
}
