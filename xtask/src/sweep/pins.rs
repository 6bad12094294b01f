//! For how many instructions each operation masks interrupts, kept in a file.
//!
//! Exact figures belong to a compiler. With another one the number of windows must be the same, each at
//! most [`SLACK`] instructions longer, and none stays none. Either way there is a line for each operation
//! and an operation for each line.

use std::{collections::BTreeMap, fs, path::PathBuf};

use anyhow::{Context, Result};

use super::{
    config::{CONFIGS, Config},
    row::Row,
};
use crate::output::known;

/// How much longer a window may be with a compiler that the file does not know.
pub(crate) const SLACK: u32 = 2;

/// `rustc board back-end profile operation` to the lengths of its windows, in instructions.
#[derive(Debug, Default)]
pub(super) struct Pins(BTreeMap<String, Vec<u32>>);

fn file() -> PathBuf {
    runner::root().join("tests/firmware/masked.tsv")
}

fn key(rustc: &str, config: &Config, operation: &str) -> String {
    let (board, back_end, profile) = (config.board, config.back_end.name(), config.profile);
    format!("{rustc}\t{board}\t{back_end}\t{profile}\t{operation}")
}

/// The windows of each operation of these rows, in the order of their addresses.
fn windows(rows: &[Row]) -> BTreeMap<String, Vec<u32>> {
    let mut longest: BTreeMap<String, BTreeMap<u32, u32>> = BTreeMap::new();
    for row in rows {
        let windows = longest.entry(row.name()).or_default();
        for (start, length) in &row.windows {
            let known = windows.entry(*start).or_default();
            *known = (*known).max(*length);
        }
    }
    let lengths = |windows: BTreeMap<u32, u32>| windows.into_values().collect();
    longest
        .into_iter()
        .map(|(name, windows)| (name, lengths(windows)))
        .collect()
}

impl Pins {
    pub(super) fn read() -> Result<Self> {
        Self::parse(&known(&file())?)
    }

    fn parse(text: &str) -> Result<Self> {
        let mut pins = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (key, windows) = line
                .rsplit_once('\t')
                .with_context(|| format!("not a line of masked windows: {line:?}"))?;
            let windows: Result<Vec<u32>, _> = windows.split_whitespace().map(str::parse).collect();
            pins.0.insert(key.to_owned(), windows?);
        }
        Ok(pins)
    }

    pub(super) fn write(&self) -> Result<()> {
        let head = "# How many instructions each operation keeps interrupts masked, written by `cargo xtask \
                    sweep --pin`:\n# compiler, board, back end, profile, operation, the length of each window\n";
        let lines = self.0.iter().map(|(key, windows)| {
            let windows: Vec<_> = windows.iter().map(ToString::to_string).collect();
            format!("{key}\t{}\n", windows.join(" "))
        });
        fs::write(file(), head.to_owned() + &lines.collect::<String>())
            .context("cannot write the pins")
    }

    /// Takes these rows' windows for right; if they are all there is, what else was pinned is forgotten.
    pub(super) fn pin(&mut self, rustc: &str, config: &Config, rows: &[Row], is_complete: bool) {
        if is_complete {
            let prefix = key(rustc, config, "");
            self.0.retain(|key, _| !key.starts_with(&prefix));
        }
        for (operation, windows) in windows(rows) {
            self.0.insert(key(rustc, config, &operation), windows);
        }
    }

    /// What differs from the file; `is_complete` if these rows are all there is.
    pub(super) fn faults(
        &self,
        rustc: &str,
        config: &Config,
        rows: &[Row],
        is_complete: bool,
    ) -> Vec<String> {
        let found = windows(rows);
        let (pinned, slack) = self.of(rustc, config);
        let mut faults = Vec::new();
        for (operation, windows) in &found {
            match pinned.get(&**operation) {
                Some(pinned) if fits(windows, pinned, slack) => {}
                Some(pinned) => faults.push(format!(
                    "{operation} masks for {windows:?} instructions, and was pinned at {pinned:?}"
                )),
                None => faults.push(format!(
                    "{operation} masks for {windows:?} instructions, and was never pinned"
                )),
            }
        }
        if is_complete {
            let stale = pinned.keys().filter(|it| !found.contains_key(**it));
            faults.extend(stale.map(|it| format!("{it} is pinned, and was not swept")));
        }
        faults
    }

    /// Lines of builds that are none of ours.
    pub(super) fn of_no_build(&self) -> Vec<String> {
        let is_ours = |line: &str| {
            let mut ours = CONFIGS.iter().map(|config| key("", config, ""));
            ours.any(|part| line.contains(&part))
        };
        let others = self.0.keys().filter(|key| !is_ours(key));
        others
            .map(|key| format!("no such build is swept: {key:?}"))
            .collect()
    }

    /// Whether these are this compiler's figures.
    pub(super) fn knows(&self, rustc: &str, config: &Config) -> bool {
        let prefix = key(rustc, config, "");
        self.0.keys().any(|key| key.starts_with(&prefix))
    }

    /// What is pinned for this build by operation, and how much longer it may be: the compiler's own
    /// pins, or all others' where it has none.
    fn of(&self, rustc: &str, config: &Config) -> (BTreeMap<&str, &Vec<u32>>, u32) {
        let with = |compiler: &str| {
            let part = key(compiler, config, "");
            let operations = self.0.iter().filter_map(move |(key, windows)| {
                let (before, operation) = key.split_once(&part)?;
                (compiler.is_empty() || before.is_empty()).then_some((operation, windows))
            });
            operations.collect::<BTreeMap<_, _>>()
        };
        let own = with(rustc);
        if own.is_empty() {
            (with(""), SLACK)
        } else {
            (own, 0)
        }
    }
}

/// Whether these windows are as pinned: with a slack, as many, and none much longer.
pub(crate) fn fits(found: &[u32], pinned: &[u32], slack: u32) -> bool {
    let pairs = || found.iter().zip(pinned);
    let is_close = |found: u32, pinned: u32| match slack {
        0 => found == pinned,
        _ => found <= pinned + slack,
    };
    found.len() == pinned.len() && pairs().all(|(found, pinned)| is_close(*found, *pinned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_for_the_same_compiler_and_close_for_another() {
        assert!(fits(&[4, 6], &[4, 6], 0));
        assert!(!fits(&[4, 5], &[4, 6], 0));
        assert!(fits(&[6, 2], &[4, 6], 2));
        assert!(!fits(&[7, 6], &[4, 6], 2));
        assert!(!fits(&[1], &[], 2));
        assert!(!fits(&[], &[4], 2));
    }

    /// What is said of an operation that masks for `length` instructions, against this file.
    fn said(text: &str, rustc: &str, length: u32) -> Vec<String> {
        let row = Row {
            object: "Stats".into(),
            op: "record".into(),
            windows: BTreeMap::from([(0x100, length)]),
            ..Row::default()
        };
        let pins = Pins::parse(text).unwrap();
        pins.faults(rustc, &CONFIGS[0], &[row], true)
    }

    const FILE: &str = "# head\n1.90.0\tmicrobit\tnone\tsize\tStats::record\t4\n";

    #[test]
    fn a_longer_window_is_a_fault() {
        assert!(said(FILE, "1.90.0", 4).is_empty());
        assert_eq!(said(FILE, "1.90.0", 5).len(), 1);
        assert!(said(FILE, "1.91.0", 6).is_empty());
        assert_eq!(said(FILE, "1.91.0", 7).len(), 1);
    }

    #[test]
    fn so_are_an_operation_without_a_line_and_a_line_without_an_operation() {
        let other_build = FILE.replace("size", "speed");
        for rustc in ["1.90.0", "1.91.0"] {
            assert!(said(&other_build, rustc, 4)[0].contains("never pinned"));
            let stale = FILE.to_owned() + &FILE.replace("record", "forget");
            assert!(said(&stale, rustc, 4)[0].contains("forget is pinned"));
        }
        assert!(Pins::parse("nonsense").is_err());
        assert!(Pins::parse(FILE).unwrap().of_no_build().is_empty());
        let gone = Pins::parse(&FILE.replace("microbit", "arduino")).unwrap();
        assert_eq!(gone.of_no_build().len(), 1);
    }

    #[test]
    fn pinning_everything_forgets_what_is_gone() {
        let stale = FILE.to_owned() + &FILE.replace("record", "forget");
        let mut pins = Pins::parse(&stale).unwrap();
        pins.pin("1.90.0", &CONFIGS[0], &[], false);
        assert_eq!(pins.0.len(), 2);
        pins.pin("1.90.0", &CONFIGS[0], &[], true);
        assert!(pins.0.is_empty());
    }
}
