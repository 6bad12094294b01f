//! The recorded reports of the scenarios: `expected/NAME.out` has the facts, which are the same for every
//! party and board; `expected/NAME.BOARD.out` the platform lines of one board.
//!
//! A scenario without platform lines on a board has no such file. With `UPDATE_EXPECT=1` in the environment,
//! reports are recorded instead of compared.

use crate::root;
use similar::TextDiff;
use std::{
    env, fs,
    io::{self, ErrorKind::NotFound},
    path::{Path, PathBuf},
};

/// A directory of recorded transcripts.
#[derive(Clone, Debug)]
pub struct Transcripts {
    directory: PathBuf,
    recording: bool,
}

impl Transcripts {
    /// The repository's.
    #[must_use]
    pub fn of_repository() -> Self {
        Self {
            directory: root().join("tests/expected"),
            recording: env::var_os("UPDATE_EXPECT").is_some_and(|value| value == "1"),
        }
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Compares a report of `scenario` on `board` with the recorded one.
    ///
    /// # Errors
    ///
    /// The differences as a line diff, or the reason why a file cannot be read or written.
    pub fn check(
        &self,
        scenario: &str,
        board: &str,
        facts: &[String],
        platform: &[String],
    ) -> Result<(), String> {
        let facts = self.check_file(&format!("{scenario}.out"), facts);
        let platform = self.check_file(&format!("{scenario}.{board}.out"), platform);
        match (facts, platform) {
            (Err(facts), Err(platform)) => Err(format!("{facts}\n{platform}")),
            (facts, platform) => facts.and(platform),
        }
    }

    /// The recorded facts of `scenario`.
    ///
    /// # Errors
    ///
    /// The reason why the file cannot be read.
    pub fn facts(&self, scenario: &str) -> Result<Vec<String>, String> {
        let name = format!("{scenario}.out");
        let text = fs::read_to_string(self.directory.join(&name))
            .map_err(|error| format!("{name}: {error}"))?;
        Ok(text.lines().map(str::to_owned).collect())
    }

    fn check_file(&self, name: &str, seen: &[String]) -> Result<(), String> {
        let path = self.directory.join(name);
        let seen: String = seen.iter().flat_map(|line| [line, "\n"]).collect();
        let failed = |error: io::Error| format!("{name}: {error}");
        if self.recording {
            return record(&path, &seen).map_err(failed);
        }
        let known = match fs::read_to_string(&path) {
            Ok(known) => known,
            Err(error) if error.kind() == NotFound && seen.is_empty() => return Ok(()),
            Err(error) => return Err(failed(error)),
        };
        if known == seen {
            return Ok(());
        }
        Err(TextDiff::from_lines(&known, &seen)
            .unified_diff()
            .header(&format!("expected/{name}"), "seen")
            .to_string())
    }
}

fn record(path: &Path, seen: &str) -> io::Result<()> {
    if !seen.is_empty() {
        return fs::write(path, seen);
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::Transcripts;
    use std::fs;
    use tempfile::TempDir;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    /// A directory with one scenario recorded in it.
    fn recorded() -> (TempDir, Transcripts) {
        let directory = tempfile::tempdir().unwrap();
        let mut transcripts = Transcripts {
            directory: directory.path().to_owned(),
            recording: true,
        };
        let (facts, platform) = (lines("count: 1\nmean: 2"), lines("32 bits"));
        transcripts
            .check("aba", "micro", &facts, &platform)
            .unwrap();
        transcripts.recording = false;
        (directory, transcripts)
    }

    #[test]
    fn an_equal_report_passes() {
        let (_directory, transcripts) = recorded();
        let (facts, platform) = (lines("count: 1\nmean: 2"), lines("32 bits"));
        assert_eq!(transcripts.check("aba", "micro", &facts, &platform), Ok(()));
        assert_eq!(transcripts.facts("aba"), Ok(facts));
    }

    #[test]
    fn a_planted_difference_is_shown_by_its_lines() {
        let (_directory, transcripts) = recorded();
        let (facts, platform) = (lines("count: 1\nmean: 3"), lines("64 bits"));
        let difference = transcripts
            .check("aba", "micro", &facts, &platform)
            .unwrap_err();
        for line in ["-mean: 2\n", "+mean: 3\n", "-32 bits\n", "+64 bits\n"] {
            assert!(difference.contains(line), "{line:?} not in\n{difference}");
        }
        assert!(
            difference.contains("expected/aba.micro.out"),
            "{difference}"
        );
    }

    #[test]
    fn a_line_too_few_or_too_many_is_a_difference() {
        let (_directory, transcripts) = recorded();
        let platform = lines("32 bits");
        for facts in ["count: 1", "count: 1\nmean: 2\nmax: 2", ""] {
            let result = transcripts.check("aba", "micro", &lines(facts), &platform);
            assert!(result.is_err(), "{facts:?}");
        }
        let facts = lines("count: 1\nmean: 2");
        assert!(transcripts.check("aba", "micro", &facts, &[]).is_err());
    }

    #[test]
    fn a_missing_file_fails_unless_the_report_is_empty() {
        let (directory, transcripts) = recorded();
        let (facts, platform) = (lines("count: 1\nmean: 2"), lines("32 bits"));
        assert!(
            transcripts
                .check("aba", "other", &facts, &platform)
                .is_err()
        );
        assert_eq!(transcripts.check("aba", "other", &facts, &[]), Ok(()));
        fs::remove_file(directory.path().join("aba.out")).unwrap();
        assert!(
            transcripts
                .check("aba", "micro", &facts, &platform)
                .is_err()
        );
    }

    #[test]
    fn recording_nothing_removes_the_file() {
        let (directory, mut transcripts) = recorded();
        transcripts.recording = true;
        let facts = lines("count: 1");
        transcripts.check("aba", "micro", &facts, &[]).unwrap();
        assert!(!directory.path().join("aba.micro.out").exists());
        assert_eq!(transcripts.facts("aba"), Ok(facts));
    }
}
