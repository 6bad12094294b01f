//! For how many instructions each operation masks interrupts, kept in a file.
//!
//! Exact figures belong to a compiler. With another one the number of windows must be the same, each at
//! most [`SLACK`] instructions longer, and none stays none.

use std::{collections::BTreeMap, fs, path::PathBuf};

use anyhow::{Context, Result};

use super::{config::Config, coverage::Row};

/// How much longer a window may be with a compiler that the file does not know.
const SLACK: u32 = 2;

/// `rustc board back-end profile operation` to the lengths of its windows, in instructions.
#[derive(Debug, Default)]
pub(super) struct Pins(BTreeMap<String, Vec<u32>>);

fn file() -> PathBuf {
    crate::root().join("tests/firmware/masked.tsv")
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
        let path = file();
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
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

    /// Takes these rows' windows for right.
    pub(super) fn pin(&mut self, rustc: &str, config: &Config, rows: &[Row]) {
        for (operation, windows) in windows(rows) {
            self.0.insert(key(rustc, config, &operation), windows);
        }
    }

    /// What differs from the file.
    pub(super) fn faults(&self, rustc: &str, config: &Config, rows: &[Row]) -> Vec<String> {
        let found = windows(rows);
        found
            .iter()
            .filter_map(|(operation, windows)| {
                let exact = self.0.get(&key(rustc, config, operation));
                let (pinned, slack) = match exact {
                    Some(pinned) => (pinned, 0),
                    None => (self.of_another_compiler(config, operation)?, SLACK),
                };
                (!fits(windows, pinned, slack)).then(|| {
                    format!("{operation} masks for {windows:?} instructions, and was pinned at {pinned:?}")
                })
            })
            .collect()
    }

    fn of_another_compiler(&self, config: &Config, operation: &str) -> Option<&Vec<u32>> {
        let suffix = key("", config, operation);
        self.0
            .iter()
            .find(|(key, _)| key.ends_with(&suffix))
            .map(|(_, windows)| windows)
    }
}

fn fits(found: &[u32], pinned: &[u32], slack: u32) -> bool {
    let pairs = || found.iter().zip(pinned);
    let is_close = |found: u32, pinned: u32| match slack {
        0 => found == pinned,
        _ => found <= pinned + slack,
    };
    found.len() == pinned.len() && pairs().all(|(found, pinned)| is_close(*found, *pinned))
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn exact_for_the_same_compiler_and_close_for_another() {
        assert!(fits(&[4, 6], &[4, 6], 0));
        assert!(!fits(&[4, 5], &[4, 6], 0));
        assert!(fits(&[6, 2], &[4, 6], 2));
        assert!(!fits(&[7, 6], &[4, 6], 2));
        assert!(!fits(&[1], &[], 2));
        assert!(!fits(&[], &[4], 2));
    }
}
