//! Every test, in stages.

mod commands;
mod lanes;
mod process;
mod reason;
mod stages;
mod terminals;

use core::time::Duration;
use std::{io::stdout, process::ExitCode, thread::available_parallelism, time::Instant};

use anyhow::{Result, bail, ensure};

pub use self::stages::{Selection, has_stage};
use self::{
    commands::Skipped,
    lanes::{Ended, Lanes, Outcome, Print},
    stages::{Lane, STAGES, Stage, select},
};
use crate::output::table;

/// Runs the selected stages, and prints a table of their times. Stops at the first failure, unless `keep_going`.
///
/// Stages of different lanes run side by side where there are processors for it, each in a process of its own. A single
/// stage runs in this process, and so with the terminal.
pub fn test(selection: &Selection, keep_going: bool) -> Result<()> {
    let start = Instant::now();
    let stages = select(STAGES, selection)?;
    let stop = (!keep_going).then_some(process::stop as fn());
    let ended = if let [stage] = stages {
        let run = |_, _: Print<'_>| outcome(&(stage.run)());
        run_stages(stages, stop, run)
    } else {
        let run = |at: usize, print: Print<'_>| process::run(stages[at].name, print);
        run_stages(stages, stop, run)
    }?;
    let mut table = table(["stage", "result", "time"]);
    table.add_rows(ended.iter().map(|it| row(stages, it)));
    println!("{table}\ntotal {}", seconds(start.elapsed()));
    failures(stages, &ended)
}

/// Runs one stage in this process, for [`test()`], and ends with that process. The exit code is that of its outcome.
pub fn stage(name: &str) -> Result<ExitCode> {
    process::end_with_the_parent();
    let [stage] = select(STAGES, &Selection::Only(name.to_owned()))? else {
        bail!("{name} is not one stage");
    };
    match (stage.run)() {
        Err(error) if error.is::<Skipped>() => {
            println!("{error}");
            Ok(process::SKIPPED.into())
        }
        other => other.map(|()| ExitCode::SUCCESS),
    }
}

fn outcome(result: &Result<()>) -> Outcome {
    match result {
        Ok(()) => Outcome::Passed,
        Err(error) if error.is::<Skipped>() => Outcome::Skipped(error.to_string()),
        Err(error) => Outcome::Failed(format!("{error:#}")),
    }
}

/// Runs the first lane, then the others and the rest; the first failure calls `stop`, if there is one. A machine with one
/// processor has one lane.
fn run_stages(
    stages: &[Stage],
    stop: Option<fn()>,
    run: impl Fn(usize, Print<'_>) -> Outcome + Sync,
) -> Result<Vec<Ended>> {
    let names: Vec<_> = stages.iter().map(|it| it.name).collect();
    let with_heading = |at: usize, print: Print<'_>| {
        let Stage { name, about, .. } = stages[at];
        print(format!("== {name}: {about}\n").as_bytes());
        let start = Instant::now();
        let outcome = run(at, print);
        let end = format!(
            "== {name}: {} in {}\n",
            word(&outcome),
            seconds(start.elapsed())
        );
        print(end.as_bytes());
        if let Outcome::Skipped(reason) = &outcome {
            print(format!("== {name}: {reason}\n").as_bytes());
        }
        outcome
    };
    let of = |lane| {
        let stages = (0..stages.len()).filter(|at| stages[*at].lane == lane);
        stages.collect::<Vec<_>>()
    };
    let first = Lanes {
        lanes: vec![of(Lane::First)],
        ..Lanes::default()
    };
    let mut lanes = vec![of(Lane::Host), of(Lane::Other)];
    if available_parallelism().map_or(1, usize::from) == 1 {
        lanes = vec![lanes.concat()];
    }
    let rest = of(Lane::Rest);
    let others = Lanes { lanes, rest };
    let mut ended = Vec::new();
    for lanes in [first, others] {
        let is_over = |it: &Ended| matches!(it.outcome, Outcome::Failed(_));
        if stop.is_none() || !ended.iter().any(is_over) {
            ended.extend(lanes::run(
                &lanes,
                &names,
                stop,
                with_heading,
                &mut stdout(),
            )?);
        }
    }
    Ok(ended)
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Skipped(_) => "SKIPPED",
        Outcome::Failed(_) => "FAILED",
    }
}

fn row(stages: &[Stage], ended: &Ended) -> [String; 3] {
    let name = stages[ended.stage].name.to_owned();
    [name, word(&ended.outcome).to_owned(), seconds(ended.time)]
}

/// An error that names every stage that failed.
fn failures(stages: &[Stage], ended: &[Ended]) -> Result<()> {
    let reasons = ended.iter().filter_map(|it| match &it.outcome {
        Outcome::Failed(why) => Some(format!("stage {} failed: {why}", stages[it.stage].name)),
        _ => None,
    });
    let reasons: Vec<_> = reasons.collect();
    ensure!(reasons.is_empty(), "{}", reasons.join("\n"));
    Ok(())
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::commands::lacking;
    use super::*;
    use anyhow::anyhow;

    const fn planted(name: &'static str, lane: Lane) -> Stage {
        let run = || Ok(());
        let about = "";
        Stage {
            name,
            about,
            lane,
            run,
        }
    }

    const PLANTED: &[Stage] = &[
        planted("one", Lane::First),
        planted("two", Lane::Host),
        planted("three", Lane::Other),
    ];

    /// Runs them; those with these names fail.
    fn run_planted(stop: Option<fn()>, fails: &[&str]) -> Vec<Ended> {
        let run = |at: usize, _: Print<'_>| {
            if fails.contains(&PLANTED[at].name) {
                outcome(&Err(anyhow!("planted")))
            } else {
                Outcome::Passed
            }
        };
        run_stages(PLANTED, stop, run).unwrap()
    }

    #[test]
    fn the_first_failure_ends_it_unless_it_keeps_going() {
        let ended = run_planted(Some(|| ()), &["one", "three"]);
        assert_eq!(ended.len(), 1);
        let error = failures(PLANTED, &ended).unwrap_err().to_string();
        assert_eq!(error, "stage one failed: planted");
        let ended = run_planted(None, &["one", "three"]);
        assert_eq!(ended.len(), 3);
        let error = failures(PLANTED, &ended).unwrap_err().to_string();
        assert_eq!(
            error,
            "stage one failed: planted\nstage three failed: planted"
        );
        assert!(failures(PLANTED, &run_planted(Some(|| ()), &[])).is_ok());
    }

    #[test]
    fn a_stage_that_is_skipped_has_not_passed() {
        let skipped = outcome(&Err(lacking(anyhow!("no browser"), false)));
        assert_eq!(word(&skipped), "SKIPPED");
        let failed = outcome(&Err(lacking(anyhow!("no browser"), true)));
        assert_eq!(failed, Outcome::Failed("no browser".into()));
    }
}
