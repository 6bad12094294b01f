//! Why some instructions of the swept operations are never executed, kept in a file.
//!
//! An instruction belongs to the first line that has its operation and its code. Each line also says how
//! many there may be of an operation in one build, so that it does not excuse whatever comes next; that
//! figure, and that each line is needed, belong to a compiler.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use anyhow::{Context, Result, bail};

use super::Swept;
use crate::output::known;

/// The lines in their order.
#[derive(Debug, Default)]
pub(super) struct Reasons {
    head: String,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    operation: String,
    code: String,
    most: usize,
    reason: String,
    /// How many were found at most.
    found: usize,
}

fn file() -> PathBuf {
    runner::root().join("tests/firmware/unexecuted.tsv")
}

impl Line {
    /// A `*` at the end of the operation stands for anything, and so does one alone for the code.
    fn has(&self, operation: &str, code: &str) -> bool {
        let is_named = match self.operation.strip_suffix('*') {
            Some(start) => operation.starts_with(start),
            None => operation == self.operation,
        };
        is_named && (self.code == "*" || code.contains(&self.code))
    }
}

impl Reasons {
    pub(super) fn read() -> Result<Self> {
        Self::parse(&known(&file())?)
    }

    fn parse(text: &str) -> Result<Self> {
        let mut reasons = Self::default();
        for line in text.lines() {
            if line.starts_with('#') {
                reasons.head += &format!("{line}\n");
                continue;
            }
            let fields: Vec<&str> = line.split('\t').collect();
            let &[operation, code, most, reason] = &*fields else {
                bail!("not a line of reasons: {line:?}");
            };
            reasons.lines.push(Line {
                operation: operation.to_owned(),
                code: code.to_owned(),
                most: most
                    .parse()
                    .with_context(|| format!("not a number of instructions: {most:?}"))?,
                reason: reason.to_owned(),
                found: 0,
            });
        }
        Ok(reasons)
    }

    /// Takes the figures that were found for right.
    pub(super) fn write(&self) -> Result<()> {
        let lines = self.lines.iter().map(|line| {
            let Line {
                operation,
                code,
                reason,
                found,
                ..
            } = line;
            format!("{operation}\t{code}\t{found}\t{reason}\n")
        });
        let text = self.head.clone() + &lines.collect::<String>();
        fs::write(file(), text).context("cannot write the reasons")
    }

    /// Notes the reasons in a build's rows, and gives what has none or is more than a line allows.
    pub(super) fn explain(&mut self, swept: &mut Swept, is_exact: bool) -> Vec<String> {
        let mut counts: BTreeMap<(usize, String), BTreeSet<u32>> = BTreeMap::new();
        let mut faults = BTreeSet::new();
        for row in &mut swept.rows {
            let name = row.name();
            for (address, reason) in &mut row.unexecuted {
                let code = swept.code.get(address).map_or("?", |it| it);
                let found = self.lines.iter().position(|line| line.has(&name, code));
                let Some(index) = found else {
                    faults.insert(format!(
                        "{name} never executes {address:#x} {code}, for no known reason"
                    ));
                    continue;
                };
                *reason = Some(self.lines[index].reason.clone());
                let same = counts.entry((index, name.clone())).or_default();
                same.insert(*address);
            }
        }
        for ((index, name), addresses) in counts {
            let line = &mut self.lines[index];
            line.found = line.found.max(addresses.len());
            if is_exact && addresses.len() > line.most {
                faults.insert(format!(
                    "{name} never executes {} instructions because {:?}, where {} were known",
                    addresses.len(),
                    line.reason,
                    line.most
                ));
            }
        }
        faults.into_iter().collect()
    }

    /// Lines that nothing needed.
    pub(super) fn idle(&self) -> Vec<String> {
        let idle = self.lines.iter().filter(|line| line.found == 0);
        idle.map(|line| {
            let Line {
                operation,
                code,
                reason,
                ..
            } = line;
            format!("nothing is unexecuted in {operation} at {code} because {reason:?}")
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::{config::CONFIGS, row::Row};

    const FILE: &str = "# head\n\
        *\tnop\t1\tpadding\n\
        Latest*\tlatest.rs\t1\tcontended twice\n\
        Stats::record\t*\t2\toverflow\n";

    fn explained(file: &str, is_exact: bool) -> (Vec<String>, Vec<String>, Swept) {
        let row = |object: &str, op: &str, unexecuted: &[u32]| Row {
            object: object.into(),
            op: op.into(),
            unexecuted: unexecuted.iter().map(|it| (*it, None)).collect(),
            ..Row::default()
        };
        let code = [
            (0x100, "nop"),
            (0x102, "bx lr @ latest.rs:1"),
            (0x104, "movs r0, #0"),
        ];
        let mut swept = Swept {
            config: &CONFIGS[0],
            rows: vec![
                row("Latest<u32>", "read", &[0x100, 0x102]),
                row("Stats", "record", &[0x104]),
            ],
            faults: Vec::new(),
            code: code
                .map(|(address, code)| (address, code.to_owned()))
                .into(),
        };
        let mut reasons = Reasons::parse(file).unwrap();
        (reasons.explain(&mut swept, is_exact), reasons.idle(), swept)
    }

    #[test]
    fn every_instruction_gets_the_first_reason_that_fits() {
        let (faults, idle, swept) = explained(FILE, true);
        assert!(faults.is_empty() && idle.is_empty(), "{faults:?} {idle:?}");
        let latest = &swept.rows[0].unexecuted;
        assert_eq!(latest[&0x100].as_deref(), Some("padding"));
        assert_eq!(latest[&0x102].as_deref(), Some("contended twice"));
    }

    #[test]
    fn none_that_fits_one_that_fits_nothing_and_too_many_are_faults() {
        let (faults, idle, _) = explained(&FILE.replace("Stats::record", "Stats::reset"), true);
        assert!(faults[0].contains("0x104 movs r0, #0, for no known reason"));
        assert!(idle[0].contains("Stats::reset"));
        let none = FILE.replace("latest.rs\t1", "latest.rs\t0");
        assert!(explained(&none, true).0[0].contains("where 0 were known"));
        assert!(explained(&none, false).0.is_empty());
        assert!(Reasons::parse("a\tb\tmany\tc").is_err());
        assert!(Reasons::parse("a\tb").is_err());
    }
}
