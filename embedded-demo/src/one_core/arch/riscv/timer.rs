//! The machine timer.

use crate::one_core::{board::clint, tick};
use riscv::{
    interrupt::Interrupt,
    register::{mcycle, mie},
};

/// Counts of the timer from one tick to the next: 125 µs.
const PERIOD: u32 = 1_250;

#[riscv_rt::core_interrupt(Interrupt::MachineTimer)]
fn machine_timer() {
    clint::alarm(PERIOD);
    tick::tick();
}

/// The machine timer.
pub(crate) struct Timer(());

impl Timer {
    pub(super) fn new() -> Self {
        Self(())
    }

    pub(crate) fn start(&mut self) {
        clint::alarm(PERIOD);
        #[allow(unsafe_code, reason = "masks are unsafe to change")]
        // SAFETY: No critical section relies on this mask, and the handler is in place.
        unsafe {
            mie::set_mtimer();
        }
    }

    pub(crate) fn stop(&mut self) {
        #[allow(unsafe_code, reason = "masks are unsafe to change")]
        // SAFETY: No critical section relies on this mask.
        unsafe {
            mie::clear_mtimer();
        }
    }
}

/// Cycles of the hart, wrapping around.
pub(crate) fn cycles() -> u32 {
    mcycle::read() as u32
}
