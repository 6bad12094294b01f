//! Every contest.

mod ids;
mod latest;
mod locked;
mod once;
mod progress;
mod stats;
mod words;

pub(crate) use ids::{held, leases_of};
pub(crate) use progress::broadcast;
pub(crate) use stats::snapshot;

use crate::{contest::Contest, side::Side};

/// Those that are timed.
#[must_use]
pub fn timed() -> Vec<Contest> {
    let mut contests = stats::contests();
    contests.extend(words::contests());
    contests.extend(ids::contests());
    contests.extend(latest::contests());
    contests.extend(progress::contests());
    contests.extend(once::contests());
    contests
}

/// Those whose instructions are counted: every one that means something on one thread.
#[must_use]
pub fn counted() -> Vec<Contest> {
    let mut contests = words::counted();
    contests.extend(timed());
    contests.retain(|it| it.threads.contains(&1));
    contests
}

/// Sides whose cost on 8 threads is compared with that on 2.
#[must_use]
pub fn flat() -> Vec<(&'static str, Side)> {
    vec![
        ("ShardedStats record", stats::sharded()),
        ("leased IDs", ids::leased()),
    ]
}

/// On how many threads everything runs.
const THREADS: &[usize] = &[1, 2, 8];
