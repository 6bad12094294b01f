//! Files of the repository, and their lines without comments and strings.

use integration_tests::root;
use std::{fs, process::Command};

/// A tracked text file.
pub(crate) struct Source {
    /// From the repository's root.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// The file's name in `core/src`.
    pub(crate) fn in_core(&self) -> Option<&str> {
        self.path
            .strip_prefix("core/src/")
            .filter(|_| self.is_rust())
    }

    /// The lines of code: without comments and what is in string literals.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, String)> {
        let lines = self.text.lines().enumerate();
        lines.map(|(n, line)| (n, code_of(line)))
    }

    /// A complaint about the line with this index.
    pub(crate) fn at(&self, line: usize, complaint: &str) -> String {
        let text = self.text.lines().nth(line).unwrap_or_default().trim();
        format!("{}:{}: {complaint}: `{text}`", self.path, line + 1)
    }

    /// A complaint for each line of code with one of the `words`.
    pub(crate) fn lines_with(&self, words: &[&str], complaint: &str) -> Vec<String> {
        let has_one = |line: &str| words.iter().any(|word| line.contains(word));
        let lines = self.code().filter(|(_, line)| has_one(line));
        lines.map(|(n, _)| self.at(n, complaint)).collect()
    }
}

fn code_of(line: &str) -> String {
    let mut code = String::new();
    let mut in_string = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' if in_string => drop(characters.next()),
            '"' => {
                in_string = !in_string;
                code.push('"');
            }
            '/' if !in_string && characters.peek() == Some(&'/') => break,
            _ if in_string => {}
            _ => code.push(character),
        }
    }
    code
}

/// Every tracked text file.
pub(crate) fn tracked() -> Vec<Source> {
    let root = root();
    let listed = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(&root)
        .output()
        .unwrap();
    assert!(
        listed.status.success(),
        "git cannot list the files: {listed:?}"
    );
    let listed = String::from_utf8(listed.stdout).unwrap();
    let paths = listed.split_terminator('\0');
    // A file that is deleted and not committed is still listed; a binary file is not UTF-8.
    paths
        .filter_map(|path| {
            Some(Source::new(
                path,
                &fs::read_to_string(root.join(path)).ok()?,
            ))
        })
        .collect()
}

#[test]
fn comments_and_strings_are_no_code() {
    assert_eq!(
        code_of(r#"let a = "loom // \" 1"; // loom"#),
        r#"let a = ""; "#
    );
    assert_eq!(code_of("/// loom"), "");
}
