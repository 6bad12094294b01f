//! The wait of `main`: in WFI, until a deadline.

use super::{arch::Wfi, tick};
use indivisible::wait::{Interrupts, Park, WaitError, WakeReason};

/// Ticks until `main` gives up: far more than any scenario takes.
const LIMIT: u32 = 100_000;

/// Sleeps in WFI until the next interrupt, and times out [`LIMIT`] ticks after its creation.
///
/// The tick ends every sleep. Where the timer is stopped, no work of the other side runs either, and the deadline
/// has passed at once.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    since: u32,
}

impl Deadline {
    pub(super) fn new() -> Self {
        Self { since: tick::now() }
    }

    fn is_over(self) -> bool {
        !tick::is_running() || tick::now().wrapping_sub(self.since) > LIMIT
    }
}

impl Park<Interrupts> for Deadline {
    fn park_unless(
        &self,
        unparker: &Interrupts,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<WakeReason, WaitError> {
        if !self.is_over() {
            return Wfi.park_unless(unparker, ready);
        }
        Ok(if ready() {
            WakeReason::Woken
        } else {
            WakeReason::TimedOut
        })
    }
}
