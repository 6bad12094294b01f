//! Why some instructions of the operations are never executed.
//!
//! An instruction belongs to the first line that has its operation and its code. Each line also has the most
//! instructions that it explains in one operation of one build, so that it does not excuse the next one that is never
//! executed; that figure, and that each line is needed, belong to a compiler.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};

use super::Row;

/// The lines in their order.
#[derive(Debug, Default)]
pub(crate) struct Reasons {
    head: String,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    operation: String,
    code: String,
    most: usize,
    reason: String,
    /// The most that were found in one operation.
    found: usize,
}

impl Line {
    /// A `*` at either end of the operation stands for anything, and so does one alone for the code.
    fn has(&self, operation: &str, code: &str) -> bool {
        let name = &*self.operation;
        let is_named = match (name.strip_prefix('*'), name.strip_suffix('*')) {
            (Some(_), Some(_)) => operation.contains(name.trim_matches('*')),
            (Some(end), None) => operation.ends_with(end),
            (None, Some(start)) => operation.starts_with(start),
            (None, None) => operation == name,
        };
        is_named && (self.code == "*" || code.contains(&self.code))
    }
}

impl Reasons {
    pub(crate) fn parse(text: &str) -> Result<Self> {
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
            let most = most.parse();
            reasons.lines.push(Line {
                operation: operation.to_owned(),
                code: code.to_owned(),
                most: most.with_context(|| format!("not a number of instructions: {line:?}"))?,
                reason: reason.to_owned(),
                found: 0,
            });
        }
        Ok(reasons)
    }

    /// With the figures that were found.
    pub(crate) fn text(&self) -> String {
        let lines = self.lines.iter().map(|line| {
            let Line {
                operation,
                code,
                found,
                reason,
                ..
            } = line;
            format!("{operation}\t{code}\t{found}\t{reason}\n")
        });
        self.head.clone() + &lines.collect::<String>()
    }

    /// What no line explains, or more than a line allows.
    pub(crate) fn explain(&mut self, rows: &[Row], is_exact: bool) -> Vec<String> {
        let mut faults = BTreeSet::new();
        for row in rows {
            for (operation, unexecuted) in &row.unexecuted {
                let mut counts = BTreeMap::new();
                for code in unexecuted {
                    match self.lines.iter().position(|line| line.has(operation, code)) {
                        Some(line) => *counts.entry(line).or_insert(0) += 1,
                        None => {
                            faults.insert(format!(
                                "{}::{operation} never executes {code}, for no known reason",
                                row.place
                            ));
                        }
                    }
                }
                for (line, count) in counts {
                    let line = &mut self.lines[line];
                    line.found = line.found.max(count);
                    if is_exact && count > line.most {
                        faults.insert(format!(
                            "{}::{operation} never executes {count} instructions because {:?}, where {} were known",
                            row.place, line.reason, line.most
                        ));
                    }
                }
            }
        }
        faults.into_iter().collect()
    }

    /// Lines that explain nothing.
    pub(crate) fn idle(&self) -> Vec<String> {
        let idle = self.lines.iter().filter(|line| line.found == 0);
        idle.map(
            |Line {
                 operation,
                 code,
                 reason,
                 ..
             }| {
                format!("nothing is unexecuted in {operation} at {code} because {reason:?}")
            },
        )
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# head\n\
        *\tnop\t1\tpadding\n\
        latest*\tlatest.rs\t1\tcontended twice\n\
        *::record\t*\t2\toverflow\n";

    fn rows() -> Vec<Row> {
        let operation = |name: &str, code: &[&str]| {
            (
                name.to_owned(),
                code.iter().map(|&it| it.to_owned()).collect(),
            )
        };
        vec![Row {
            place: "thumbv6m".into(),
            seen: BTreeMap::new(),
            unexecuted: BTreeMap::from([
                operation("latest::two::read", &["nop", "bx lr @ latest.rs:1"]),
                operation("stats::stats::record", &["movs r0, #0"]),
            ]),
        }]
    }

    #[test]
    fn every_instruction_has_the_first_reason_that_fits() {
        let mut reasons = Reasons::parse(FILE).unwrap();
        assert_eq!(reasons.explain(&rows(), true), [""; 0]);
        assert_eq!(reasons.idle(), [""; 0]);
        assert_eq!(reasons.text(), FILE.replace("\t2\t", "\t1\t"));
    }

    #[test]
    fn none_that_fits_one_that_fits_nothing_and_too_many_are_faults() {
        let mut other = Reasons::parse(&FILE.replace("*::record", "*::reset")).unwrap();
        assert!(
            other.explain(&rows(), true)[0].contains("record never executes movs r0, #0, for no")
        );
        assert!(other.idle()[0].contains("*::reset"));
        let mut none = Reasons::parse(&FILE.replace("latest.rs\t1", "latest.rs\t0")).unwrap();
        assert!(none.explain(&rows(), true)[0].contains("where 0 were known"));
        assert!(none.explain(&rows(), false).is_empty());
        assert!(Reasons::parse("a\tb\tmany\tc").is_err() && Reasons::parse("a\tb").is_err());
    }
}
