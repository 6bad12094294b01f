//! The audit of the reductions: a test explored with and without them must show the same.

use core::{fmt, ops::AddAssign};
use std::collections::BTreeSet;

use anyhow::{Result, bail};

use crate::{
    check::{Bench, Checked, Scene},
    combination::Combination,
    explorer::{How, Limits, Mode},
    failure::Kind,
    machine::Core,
};

/// What the runs of a scene showed: answers with their real-time order, and how runs failed.
type Shown = BTreeSet<String>;

/// How many tests were compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Audited {
    tests: usize,
    /// Those that were searched without pruning.
    merged: usize,
    /// Those that were searched without pruning and merging.
    exhaustive: usize,
}

impl AddAssign for Audited {
    fn add_assign(&mut self, other: Self) {
        self.tests += other.tests;
        self.merged += other.merged;
        self.exhaustive += other.exhaustive;
    }
}

impl fmt::Display for Audited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            tests,
            merged,
            exhaustive,
        } = self;
        write!(
            f,
            "audit: of {tests} tests, {merged} show the same without pruning, {exhaustive} without pruning and merging"
        )
    }
}

/// Explores a combination in every mode; returns what was found with all reductions.
///
/// # Errors
///
/// If two modes differ. For more than two parties, a search without reductions may exceed its limit: then it is not
/// compared.
pub(crate) fn audit<'a, C: Core>(
    bench: &Bench<'a, C>,
    combination: &Combination<'a>,
) -> Result<(Checked<'a, C>, Audited)> {
    let mut audited = Audited {
        tests: 1,
        ..Audited::default()
    };
    let pruned = bench.check(combination)?;
    let is_pair = combination.parties.len() == 2;
    let most = if is_pair {
        bench.how.limits.steps
    } else {
        STEPS
    };
    let limits = Limits {
        steps: bench.how.limits.steps.min(most),
        ..bench.how.limits
    };
    let merged = bench
        .with(How {
            mode: Mode::Merged,
            limits,
            ..bench.how
        })
        .check(combination)?;
    if is_pair || !merged.gave_up() {
        compare(&pruned, &merged, Mode::Merged)?;
        audited.merged = 1;
    }
    // Without merging, two cores that wait for one another have runs without end.
    if !combination.uses_two_cores() {
        let pruned = bench
            .with(How {
                spurious: false,
                ..bench.how
            })
            .check(combination)?;
        let how = How {
            mode: Mode::Exhaustive,
            limits,
            spurious: false,
        };
        let all = bench.with(how).check(combination)?;
        if is_pair || !all.gave_up() {
            compare(&pruned, &all, Mode::Exhaustive)?;
            audited.exhaustive = 1;
        }
    }
    Ok((pruned, audited))
}

fn compare<C: Core>(pruned: &Checked<'_, C>, other: &Checked<'_, C>, mode: Mode) -> Result<()> {
    for (one, other) in pruned.scenes.iter().zip(&other.scenes) {
        let (one, other) = (shown(one), shown(other));
        if one != other {
            bail!(
                "{mode:?} and Pruned differ\n  only {mode:?}: {:#?}\n  only Pruned: {:#?}",
                other.difference(&one).collect::<Vec<_>>(),
                one.difference(&other).collect::<Vec<_>>(),
            );
        }
    }
    Ok(())
}

/// The instructions of a search for more than two parties without pruning or merging.
const STEPS: u64 = 300_000;

fn shown<C: Core>(scene: &Scene<'_, C>) -> Shown {
    let helper = &scene.stage.helper;
    let outcomes = scene.found.outcomes.keys().map(|seen| {
        let answers = seen
            .answers
            .iter()
            .map(|answer| answer.map(|answer| helper.get(answer.text)));
        format!(
            "{:?} {:?} {:?}",
            answers.collect::<Vec<_>>(),
            seen.before,
            seen.state.map(|state| helper.get(state))
        )
    });
    let failures = scene
        .found
        .failures
        .iter()
        .map(|failure| match &failure.kind {
            Kind::Fault(fault) => format!("{:?}", fault.kind),
            kind => format!("{kind}"),
        });
    outcomes.chain(failures).collect()
}
