//! Every primitive beside a sequential model, on random sequences; and on threads, with totals that
//! must come out exactly.
//!
//! Whatever could wait for ever runs under a time limit. All of it holds natively and with
//! `--cfg indivisible_force_sections`.

mod id;
mod latest;
mod once;
mod once_as_std;
mod pool;
mod progress;
mod race;
mod sharded;
mod stats;
mod token;
mod wait;

use core::time::Duration;
use integration_tests::race;

/// When something hangs, no sooner.
const LIMIT: Duration = Duration::from_secs(120);

/// When something hangs that was planted to.
const SHORT: Duration = Duration::from_millis(200);
