//! Runs the firmware, and takes its names with what was counted.

use anyhow::{Context, Result, bail, ensure};

use crate::{cell::Cell, config::Build, count::Code, machine::execute};

/// What a measured call is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An operation of the library's, of this tier.
    Tier(String),
    /// Another library's, in place of this operation.
    For(String),
}

/// One measured call.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) cell: Cell,
}

/// The result of one run.
#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) measured: Vec<Measured>,
    /// The size of each object, in bytes.
    pub(crate) ram: Vec<(String, u32)>,
}

/// Builds, runs and counts.
pub(crate) fn run(build: &Build) -> Result<Run> {
    let elf = build.firmware("cost-firmware", "cost-firmware")?;
    let code = Code::read(&elf)?;
    let (names, steps) = execute(&elf, build.target()).with_context(|| build.name())?;
    read(&names, code.count(&steps)?).with_context(|| build.name())
}

/// The lines of the firmware's, beside what was counted in their order.
fn read(lines: &[String], cells: Vec<Cell>) -> Result<Run> {
    let mut run = Run::default();
    let mut cells = cells.into_iter();
    let mut next = || cells.next().context("more names than calls");
    for line in lines {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields[..] {
            ["reference", who, name, of] => run.measured.push(Measured {
                kind: Kind::For(of.to_owned()),
                name: format!("{who}: {name}"),
                cell: next()?,
            }),
            ["ram", name, size] => run.ram.push((name.to_owned(), size.parse()?)),
            ["done"] => {
                ensure!(next().is_err(), "more calls than names");
                return Ok(run);
            }
            [tier, name] if tier.starts_with("tier ") => run.measured.push(Measured {
                kind: Kind::Tier(tier["tier ".len()..].to_owned()),
                name: name.to_owned(),
                cell: next()?,
            }),
            _ => bail!("the firmware wrote {line:?}"),
        }
    }
    bail!("the firmware ended before it was done")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lines: &[&str], cells: usize) -> Result<Run> {
        let lines: Vec<_> = lines.iter().map(ToString::to_string).collect();
        let cell: Cell = "3 / 0 / 6".parse()?;
        read(&lines, vec![cell; cells])
    }

    #[test]
    fn every_call_has_its_name() {
        let lines = [
            "tier 1\tnothing",
            "reference\tme\tadd\tA::add",
            "ram\tA\t4",
            "done",
        ];
        let run = said(&lines, 2).unwrap();
        assert_eq!(run.measured[0].kind, Kind::Tier("1".into()));
        assert_eq!(run.measured[1].name, "me: add");
        assert_eq!(run.ram, [("A".to_owned(), 4)]);
        assert!(said(&lines, 1).is_err());
        assert!(said(&lines, 3).is_err());
        assert!(said(&lines[..3], 2).is_err());
        assert!(said(&["what"], 0).is_err());
    }
}
