//! How fast a view goes.

use core::time::Duration;
use std::thread;

use clap::Args;

/// `--fast` divides every duration by this.
const FAST: u32 = 500;

/// The speed of a view: one that a person can follow, or that of a test.
#[derive(Args, Clone, Copy)]
pub(crate) struct Pace {
    /// Go 500 times as fast (for tests)
    #[arg(long)]
    fast: bool,
}

impl Pace {
    /// What `duration` lasts at this speed.
    pub(crate) fn of(self, duration: Duration) -> Duration {
        if self.fast { duration / FAST } else { duration }
    }

    /// Stands for work that takes `duration`.
    pub(crate) fn work(self, duration: Duration) {
        thread::sleep(self.of(duration));
    }
}
