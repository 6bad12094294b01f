//! How `main` sleeps: in WFI, but not for ever.

use super::{arch::Wfi, tick};
use indivisible::wait::{Interrupts, Park, WaitError, WakeReason};

/// Ticks until `main` gives up: far more than any scenario takes.
const LIMIT: u32 = 100_000;

/// Sleeps in WFI until the next interrupt, and runs out of patience some time after it was made.
///
/// The tick ends every sleep. Where nothing ticks, nothing of the other side runs by itself either,
/// and the time is up at once.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    since: u32,
}

impl Patience {
    pub(super) fn new() -> Self {
        Self { since: tick::now() }
    }

    fn is_over(self) -> bool {
        !tick::is_running() || tick::now().wrapping_sub(self.since) > LIMIT
    }
}

impl Park<Interrupts> for Patience {
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
