//! Every contest.

mod ids;
mod latest;
mod locked;
mod once;
mod progress;
mod stats;
mod tasks;
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
    contests.extend(tasks::contests());
    contests
}

/// The contests whose instructions are counted: those with a meaning on one thread.
#[must_use]
pub fn counted() -> Vec<Contest> {
    let mut contests = words::counted();
    contests.extend(timed());
    contests.retain(|it| it.threads.contains(&1));
    contests
}

/// The sides whose cost on 8 threads is compared with their cost on 2.
#[must_use]
pub fn flat() -> Vec<(&'static str, Side)> {
    vec![
        ("ShardedStats record", stats::sharded()),
        ("leased IDs", ids::leased()),
    ]
}

/// The numbers of threads of every contest.
const THREADS: &[usize] = &[1, 2, 8];
