//! Threads and tasks that wait for one another, and whole values read beside their writers.
//!
//! Whatever could wait for ever runs under a time limit. All of it holds natively and with
//! `--cfg indivisible_force_sections`.

mod broadcast;
mod executor;
mod leases;
mod once;
mod once_panics;
mod snapshots;
mod stop;
mod tasks;
mod waker_panics;
mod wfe;

use core::time::Duration;

/// When something hangs, no sooner.
const LIMIT: Duration = Duration::from_secs(120);

/// When something hangs that was planted to.
const SHORT: Duration = Duration::from_millis(200);

/// The time limit of a waiter that nobody wakes.
const SOON: Duration = Duration::from_millis(1);
