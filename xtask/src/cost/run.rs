//! Runs the firmware in single steps under QEMU's log, and takes its names with what was counted.

use core::time::Duration;
use std::{path::Path, process::Stdio};

use anyhow::{Context, Result, bail, ensure};

use super::{cell::Cell, config::Build, count::Code};
use runner::child::{Lines, Next, Process};

use crate::sweep::trace::traced;

/// The run takes under a second.
const LIMIT: Duration = Duration::from_secs(60);

/// What a measured call is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// An operation of the library's, of this tier.
    Tier(String),
    /// Somebody else's, in place of this operation.
    For(String),
}

/// One measured call.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) cell: Cell,
}

/// What one run says.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) measured: Vec<Measured>,
    /// The size of each object, in bytes.
    pub(super) ram: Vec<(String, u32)>,
}

#[derive(Debug, Clone, Copy)]
enum Stream {
    Names,
    Trace,
}

/// Builds, runs and counts.
pub(super) fn run(build: &Build) -> Result<Run> {
    let elf = build.firmware("cost-firmware", "cost-firmware")?;
    let code = Code::read(&elf)?;
    let (names, trace) = follow(build, &elf).with_context(|| build.name())?;
    read(&names, code.count(&trace)?).with_context(|| build.name())
}

/// What the firmware printed, and the address of every instruction that it executed.
fn follow(build: &Build, elf: &Path) -> Result<(Vec<String>, Vec<u32>)> {
    let mut qemu = build.machine.emulator(elf);
    qemu.args(["-nographic", "-monitor", "none", "-serial", "null"])
        .args(["-semihosting-config", "enable=on,target=native"])
        .args(["-singlestep", "-d", "exec,nochain"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut process = Process::spawn(&mut qemu, LIMIT, Stream::Names, Stream::Trace)
        .with_context(|| build.machine.absence())?;
    let (mut names, mut trace, mut words) = (Vec::new(), Vec::new(), Vec::new());
    let (mut said, mut logged) = (Lines::default(), Lines::default());
    loop {
        match process.wait()? {
            Next::Chunk(Stream::Names, bytes) => {
                said.push(&bytes, |line| names.push(line.to_owned()));
            }
            Next::Chunk(Stream::Trace, bytes) => {
                logged.push(&bytes, |line| match traced(line.as_bytes()) {
                    Some(address) => trace.push(address),
                    None => words.push(line.to_owned()),
                });
            }
            Next::Ended(status) if status.success() => return Ok((names, trace)),
            Next::Ended(status) => bail!("the run failed ({status}): {}", words.join("; ")),
            Next::TimedOut => bail!("the run does not end"),
        }
    }
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
            _ => bail!("the firmware says {line:?}"),
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
