//! SysTick. QEMU's nRF51 has one; the real chip has none, and needs TIMER0 in its place.

use crate::one_core::tick;
use cortex_m::peripheral::{SCB, SYST, syst::SystClkSource};
use cortex_m_rt::exception;

/// Cycles from one tick to the next.
const PERIOD: u32 = 2_000;

#[exception]
fn SysTick() {
    tick::tick();
}

/// SysTick.
pub(crate) struct Timer(SYST);

impl Timer {
    pub(super) fn new(mut timer: SYST) -> Self {
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(PERIOD - 1);
        Self(timer)
    }

    pub(crate) fn start(&mut self) {
        self.0.clear_current();
        self.0.enable_interrupt();
        self.0.enable_counter();
    }

    pub(crate) fn stop(&mut self) {
        self.0.disable_counter();
        self.0.disable_interrupt();
    }
}

/// Cycles of the ticking so far, wrapping around.
pub(crate) fn cycles() -> u32 {
    critical_section::with(|_| {
        let (mut ticks, mut left) = (tick::now(), SYST::get_current());
        // The counter may have wrapped around since the last tick that was counted.
        if SCB::is_pendst_pending() {
            left = SYST::get_current();
            ticks = ticks.wrapping_add(1);
        }
        ticks.wrapping_mul(PERIOD).wrapping_add(PERIOD - 1 - left)
    })
}
