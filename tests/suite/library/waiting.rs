//! Threads and tasks that wait for one another, and values that are read while they are written. A
//! test that could wait for ever has a time limit.

mod broadcast;
mod executor;
mod leases;
mod listeners;
mod once;
mod once_panics;
mod snapshots;
mod stop;
mod tasks;
mod waiters;
mod waker_panics;
mod wfe;

use crate::{LIMIT, SHORT};
use core::time::Duration;

/// The time limit of a waiter that no thread wakes.
const SOON: Duration = Duration::from_millis(1);
