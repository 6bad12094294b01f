//! Instructions of one operation, counted by valgrind's callgrind: the count is reproducible.
//!
//! The program runs itself under valgrind, once with few operations and once with more; the difference
//! belongs to the operations alone. The instructions of the loop are subtracted on both sides.

use std::{
    env::current_exe,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio, id},
};

use anyhow::{Context, Result, bail};

use crate::{
    contest::Contest,
    contests,
    round::round,
    row::{Row, Unit},
    side::{Run, Side, same},
};

const FEW: u64 = 1_000;
const MORE: u64 = 11_000;

/// The empty operation, which leaves the loop alone.
const EMPTY: &str = "nothing";

fn empty() -> Side {
    Side::new(
        EMPTY,
        |_| 0_u64,
        |it, run| {
            run.repeat(|_| {
                core::hint::black_box(it);
                0
            })
        },
        |_, done| same("sum", done.sum(), 0),
    )
}

/// A row for each contest and rival.
pub fn count(is_wanted: impl Fn(&str) -> bool, mut each: impl FnMut(&Row)) -> Result<()> {
    let loops = of(EMPTY, &empty())?;
    for contest in contests::counted().iter().filter(|it| is_wanted(it.name)) {
        let net = |side: &Side| anyhow::Ok(of(&full_name(contest, side), side)? - loops);
        let ours = net(&contest.ours)?;
        for rival in &contest.rivals {
            let theirs = net(&rival.side)?;
            eprintln!(
                "bench: {}, instructions: {ours:.2} : {theirs:.2}",
                contest.name
            );
            each(&Row {
                name: contest.name.into(),
                peer: rival.side.name.into(),
                threads: 1,
                unit: Unit::Instructions,
                ratios: vec![ours / theirs],
                target: rival.target(Unit::Instructions, 1),
                ops: MORE - FEW,
                disturbed: 0,
                quick: false,
            });
        }
    }
    Ok(())
}

/// How [`perform`] finds the side again in a new process.
fn full_name(contest: &Contest, side: &Side) -> String {
    format!("{}: {}", contest.name, side.name)
}

/// The instructions of one operation of this side, with its loop.
fn of(name: &str, side: &Side) -> Result<f64> {
    // `perform` does not check the work, so this call does.
    round(side, 1, FEW)?;
    let (few, more) = (under_valgrind(name, FEW)?, under_valgrind(name, MORE)?);
    Ok((more - few) as f64 / (MORE - FEW) as f64)
}

fn under_valgrind(name: &str, ops: u64) -> Result<u64> {
    let program = current_exe()?;
    let out = Out::beside(&program);
    let output = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", out.0.display()))
        .arg(&program)
        .args(["perform", name, &ops.to_string()])
        .stdin(Stdio::null())
        .output()
        .context("valgrind does not start")?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("{name} failed under valgrind: {said}");
    }
    collected(&said).with_context(|| format!("valgrind counted nothing: {said}"))
}

/// Removes callgrind's file, of which only the summary is used.
struct Out(PathBuf);

impl Out {
    fn beside(program: &Path) -> Self {
        Self(program.with_file_name(format!("callgrind.{}.out", id())))
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        fs::remove_file(&self.0).ok();
    }
}

/// The instructions in callgrind's summary.
fn collected(said: &str) -> Option<u64> {
    let line = said
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    line?.1.trim().parse().ok()
}

/// Performs the operations of one side: the process that valgrind counts.
pub fn perform(name: &str, ops: u64) -> Result<()> {
    let empty = [(EMPTY.to_owned(), empty())];
    let contests = contests::counted().into_iter().flat_map(|contest| {
        let names: Vec<_> = core::iter::once(&contest.ours)
            .chain(contest.rivals.iter().map(|it| &it.side))
            .map(|side| full_name(&contest, side))
            .collect();
        let rivals = contest.rivals.into_iter().map(|it| it.side);
        names
            .into_iter()
            .zip(core::iter::once(contest.ours).chain(rivals))
    });
    let side = empty.into_iter().chain(contests).find(|(it, _)| it == name);
    let (_, side) = side.with_context(|| format!("there is no {name}"))?;
    let run = Run {
        thread: 0,
        threads: 1,
        ops,
        finished: &Default::default(),
    };
    core::hint::black_box(side.make(1).work(&run));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::collected;

    #[test]
    fn the_summary_is_read() {
        assert_eq!(
            collected("==7== Events    : Ir\n==7== Collected : 1234\n==7==\n"),
            Some(1234)
        );
        assert_eq!(collected("==7== Command: x\n"), None);
    }
}
