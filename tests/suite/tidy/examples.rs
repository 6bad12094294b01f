//! The examples in documentation.

use crate::source::Source;

/// Whether a file has an example that rustdoc compiles.
fn has_example(source: &Source) -> bool {
    let lines = source.text.lines().map(str::trim_start);
    let lines = lines.filter_map(|line| line.strip_prefix("///").or(line.strip_prefix("//!")));
    let fences = lines.filter_map(|line| line.trim_start().strip_prefix("```"));
    // Every second fence ends a block.
    let mut opening = fences.step_by(2);
    opening.any(|kind| {
        let mut words = kind.split([',', ' ']).filter(|it| !it.is_empty());
        words.all(|it| matches!(it, "rust" | "should_panic" | "no_run" | "compile_fail"))
    })
}

/// A library without examples runs no rustdoc for them, and one that has some does.
pub(crate) fn are_compiled(sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for manifest in sources {
        let Some(dir) = manifest.path.strip_suffix("Cargo.toml") else {
            continue;
        };
        let src = format!("{dir}src/");
        let in_src = |it: &&Source| it.is_rust() && it.path.starts_with(&src);
        let mut files = sources.iter().filter(in_src);
        if !sources.iter().any(|it| it.path == format!("{src}lib.rs")) {
            continue;
        }
        let has_examples = files.any(has_example);
        let is_compiled = !manifest.text.contains("\ndoctest = false\n");
        let complaint = match (has_examples, is_compiled) {
            (true, false) => "its examples are not compiled: `doctest = false`",
            (false, true) => "it has no example, and no `doctest = false`",
            _ => continue,
        };
        complaints.push(format!("{}: {complaint}", manifest.path));
    }
    complaints
}

#[test]
fn a_planted_example_is_found() {
    let complaints = |manifest: &str, code: &str| {
        let manifest = Source::new("a/Cargo.toml", manifest);
        are_compiled(&[manifest, Source::new("a/src/lib.rs", code)]).len()
    };
    let with = "[lib]\n";
    let without = "[lib]\ndoctest = false\n";
    let example = "/// It is:\n///\n/// ```\n/// let it = 1;\n/// ```\nfn it() {}\n";
    let picture = "//! ```text\n//! a ──► b\n//! ```\n//! And:\n//! ```text\n//! c\n//! ```\n";
    assert_eq!(complaints(with, example), 0);
    assert_eq!(complaints(without, picture), 0);
    assert_eq!(complaints(without, example), 1);
    assert_eq!(complaints(with, picture), 1);
}
