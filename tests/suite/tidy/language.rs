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

/// Verbs of persons, whose subject in a comment is a thing.
const VERBS: [[&str; 2]; 3] = [["sa", "ys"], ["kno", "ws"], ["wa", "nts"]];

/// The prose in a line: a comment, or the whole line of a document.
fn prose<'a>(path: &str, line: &'a str) -> &'a str {
    let begins = |mark: &str| line.find(mark).map_or("", |at| &line[at..]);
    match path.rsplit_once('.') {
        Some((_, "rs" | "js")) => begins("//"),
        Some((_, "toml" | "yml")) => begins("#"),
        Some((_, "md")) => line,
        _ => "",
    }
}

/// The lines of the file with a pronoun or an idiom, in a comment, a name or a string; or with a verb of persons in prose.
fn lines(source: &Source) -> Vec<String> {
    let pronouns = PRONOUNS.map(|it| it.concat());
    let idioms = IDIOMS.map(|it| format!(" {}", it.concat()));
    let verbs = VERBS.map(|it| it.concat());
    let has = |line: &str, words: &[String]| {
        let line = line.to_lowercase();
        let mut of_line = line.split(|it: char| !it.is_alphabetic());
        of_line.any(|it| words.iter().any(|word| word == it))
    };
    let is_dialect = |line: &str| {
        let padded = format!(" {} ", line.to_lowercase());
        has(line, &pronouns)
            || has(prose(&source.path, line), &verbs)
            || idioms.iter().any(|idiom| padded.contains(idiom))
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

#[test]
fn a_planted_verb_of_persons_is_found_in_prose() {
    let code = ["fn sa", "ys() {}\n"].concat();
    let comment = ["// As the table sa", "ys.\n"].concat();
    finds(is_plain, "core/src/stop.rs", &code, &comment);
    finds(is_plain, "README.md", "It holds.\n", &comment);
}

/// What is wrong with the subject of a commit.
fn subject_faults(subject: &str) -> Vec<String> {
    const MOST: usize = 72;
    let length = subject.chars().count();
    let long = (length > MOST).then(|| format!("{length} characters: {subject}"));
    let dialect = is_plain(&Source::new("SUBJECT.md", subject));
    long.into_iter().chain(dialect).collect()
}

/// Older ones are not rewritten.
#[test]
fn the_newest_commit_has_a_short_and_plain_subject() {
    let mut git = std::process::Command::new("git");
    git.args(["log", "-1", "--no-merges", "--format=%s"])
        .current_dir(integration_tests::root());
    let output = git.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let subject = String::from_utf8(output.stdout).unwrap();
    assert_eq!(subject_faults(subject.trim()), Vec::<String>::new());

    assert!(subject_faults("wait: order the registration").is_empty());
    assert_eq!(subject_faults(&"x".repeat(73)).len(), 1);
    let planted = ["stop: wake who", "ever waits"].concat();
    assert_eq!(subject_faults(&planted).len(), 1);
}
