//! Plain technical English: the subject of a sentence is something that exists in the code.

use crate::{finds, source::Source};

/// Pronouns for a context, a caller or a task; in parts, so that this file contains none of them.
const PRONOUNS: [[&str; 2]; 5] = [
    ["who", "ever"],
    ["some", "body"],
    ["no", "body"],
    ["every", "body"],
    ["any", "body"],
];

/// Idioms for a load, a rollback and a result.
const IDIOMS: [[&str; 2]; 6] = [
    ["a lo", "ok "],
    ["look", " at "],
    ["looks", " at "],
    ["taken", " back"],
    ["come ", "to "],
    ["comes ", "to "],
];

/// The lines of the file with a pronoun or an idiom, in a comment, a name or a string.
fn lines(source: &Source) -> Vec<String> {
    let pronouns = PRONOUNS.map(|it| it.concat());
    let idioms = IDIOMS.map(|it| format!(" {}", it.concat()));
    let is_dialect = |line: &str| {
        let line = format!(" {} ", line.to_lowercase());
        let mut words = line.split(|it: char| !it.is_alphabetic());
        words.any(|it| pronouns.iter().any(|pronoun| pronoun == it))
            || idioms.iter().any(|idiom| line.contains(idiom))
    };
    let lines = source.text.lines().enumerate();
    lines
        .filter(|(_, line)| is_dialect(line))
        .map(|(n, _)| source.at(n, "name the subject"))
        .collect()
}

pub(crate) fn is_plain(source: &Source) -> Vec<String> {
    // A released change keeps its words.
    let is_exempt = source.path == "CHANGELOG.md" || source.path.ends_with(".lock");
    if is_exempt { Vec::new() } else { lines(source) }
}

#[test]
fn planted_dialect_is_found() {
    let fine = "// `wake` looks up the slot that comes tomorrow.\n";
    for planted in [
        ["// Woken by who", "ever\n// stores.\n"],
        ["fn a_task_that_no", "body_wakes() {}\n"],
        ["panic!(\"Some", "body waits\");\n"],
        ["/// What the sum comes ", "to in the end.\n"],
        ["/// A step that is taken", " back again.\n"],
    ] {
        finds(is_plain, "core/src/stop.rs", fine, &planted.concat());
        finds(is_plain, "README.md", fine, &planted.concat());
    }
}
