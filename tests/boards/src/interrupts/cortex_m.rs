//! The interrupts of a Cortex-M: PendSV on demand, and SysTick.

use crate::hook::Hook;
use cortex_m::{
    Peripherals, asm,
    peripheral::{SCB, SYST, syst::SystClkSource},
};
use cortex_m_rt::exception;

pub use cortex_m::asm::wfi;
pub use indivisible::wait::wfi::Wfi;

static DEMAND: Hook = Hook::new();
static TICK: Hook = Hook::new();

const SYS_TICK: i16 = -1;
const PEND_SV: i16 = -2;

/// Every exception for which the program has no handler.
#[exception]
#[allow(
    unsafe_code,
    reason = "cortex-m-rt requires the keyword; the function is safe to call"
)]
unsafe fn DefaultHandler(number: i16) {
    match number {
        PEND_SV => DEMAND.run(),
        SYS_TICK => TICK.run(),
        _ => panic!("exception or interrupt {number} has no handler"),
    }
}

/// The timer.
#[expect(missing_debug_implementations, reason = "a timer has no state to show")]
pub struct Board {
    timer: SYST,
}

impl Board {
    /// The board; `None` after the first call.
    pub fn take() -> Option<Self> {
        let mut timer = Peripherals::take()?.SYST;
        timer.set_clock_source(SystClkSource::Core);
        Some(Self { timer })
    }

    /// Runs `tick` every `period` cycles while `body` runs.
    pub fn ticking<R>(&mut self, period: u32, tick: fn(), body: impl FnOnce() -> R) -> R {
        TICK.set(tick);
        self.timer.set_reload(period - 1);
        self.timer.clear_current();
        self.timer.enable_interrupt();
        self.timer.enable_counter();
        let result = body();
        self.timer.disable_counter();
        self.timer.disable_interrupt();
        result
    }
}

/// The number of ticks.
pub fn ticks() -> u32 {
    TICK.runs()
}

/// Sets the function that [`demand`] runs.
pub fn on_demand(handler: fn()) {
    DEMAND.set(handler);
}

/// Requests the interrupt: it runs at once, or as soon as it is unmasked.
pub fn demand() {
    SCB::set_pendsv();
    asm::dsb();
    asm::isb();
}
