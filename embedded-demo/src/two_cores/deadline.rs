//! The wait of a core: in WFE, until a deadline.
//!
//! SysTick of core 0 is the clock of both cores. The return from its handler is an event on core 0, and its SEV
//! is one on core 1: they end a WFE that no other event ends.

use core::time::Duration;
use cortex_m::peripheral::{SYST, syst::SystClkSource};
use cortex_m_rt::exception;
use indivisible::{
    atomic::{AtomicU32, Ordering::Relaxed},
    wait::{
        Park, Unpark, WaitError, WakeReason,
        wfe::{Event, Wfe},
    },
};

const CLOCK_HZ: u32 = 20_000_000;
const TICKS_PER_SECOND: u32 = 100;

/// The time until a core gives up: far more than any scenario takes.
const LIMIT: Duration = Duration::from_secs(30);

static TICKS: AtomicU32 = AtomicU32::new(0);

#[exception]
fn SysTick() {
    TICKS.fetch_add(1, Relaxed);
    Event.unpark();
}

/// Starts the clock, on core 0.
pub(super) fn start_clock(mut timer: SYST) {
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(CLOCK_HZ / TICKS_PER_SECOND - 1);
    timer.clear_current();
    timer.enable_interrupt();
    timer.enable_counter();
}

/// Ticks so far.
pub(super) fn now() -> u32 {
    TICKS.load(Relaxed)
}

/// Sleeps in WFE until the next event, and times out [`LIMIT`] after its creation.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    since: u32,
}

impl Deadline {
    pub(super) fn new() -> Self {
        Self { since: now() }
    }

    pub(super) fn is_over(self) -> bool {
        now().wrapping_sub(self.since) > LIMIT.as_secs() as u32 * TICKS_PER_SECOND
    }

    /// Checks until `ready`; false if the deadline was first.
    pub(super) fn wait_for(self, ready: impl Fn() -> bool) -> bool {
        while !ready() {
            match self.park_unless(&Event, &mut &ready) {
                Ok(WakeReason::Woken) => (),
                Ok(WakeReason::TimedOut) | Err(_) => return ready(),
            }
        }
        true
    }
}

impl Park<Event> for Deadline {
    fn park_unless(
        &self,
        unparker: &Event,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<WakeReason, WaitError> {
        if !self.is_over() {
            return Wfe.park_unless(unparker, ready);
        }
        Ok(if ready() {
            WakeReason::Woken
        } else {
            WakeReason::TimedOut
        })
    }
}
