//! SysTick: the beat of the free-running other side, and the clock.
//!
//! The one file about the timer. QEMU's nRF51 has a SysTick, the real chip has none: there, TIMER0
//! would take its place.

use super::handler::{Handler, Lent};
use core::cell::RefCell;
use cortex_m::peripheral::{SCB, SYST, syst::SystClkSource};
use cortex_m_rt::exception;
use critical_section::Mutex;
use indivisible::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

/// Cycles from one tick to the next.
const PERIOD: u32 = 2_000;

static TICKS: AtomicU32 = AtomicU32::new(0);
static RUNNING: AtomicBool = AtomicBool::new(false);
static EACH: Handler = Handler::new();

#[exception]
fn SysTick() {
    TICKS.fetch_add(1, Relaxed);
    EACH.run(());
}

/// The timer.
pub(super) struct Tick {
    timer: Mutex<RefCell<SYST>>,
}

impl Tick {
    pub(super) fn new(mut timer: SYST) -> Self {
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(PERIOD - 1);
        Self {
            timer: Mutex::new(RefCell::new(timer)),
        }
    }

    /// Ticks while `body` runs, and runs `each` at every tick.
    pub(super) fn during<R>(&self, each: Lent<'_, ()>, body: impl FnOnce() -> R) -> R {
        EACH.lend(each, || {
            self.start();
            let result = body();
            self.stop();
            result
        })
    }

    fn start(&self) {
        RUNNING.store(true, Relaxed);
        self.with_timer(|timer| {
            timer.clear_current();
            timer.enable_interrupt();
            timer.enable_counter();
        });
    }

    fn stop(&self) {
        self.with_timer(|timer| {
            timer.disable_counter();
            timer.disable_interrupt();
        });
        RUNNING.store(false, Relaxed);
    }

    fn with_timer(&self, f: impl FnOnce(&mut SYST)) {
        critical_section::with(|section| f(&mut self.timer.borrow_ref_mut(section)));
    }
}

/// Ticks so far.
pub(super) fn now() -> u32 {
    TICKS.load(Relaxed)
}

/// Whether there will be another tick.
pub(super) fn is_running() -> bool {
    RUNNING.load(Relaxed)
}

/// Cycles of the ticking so far, wrapping around.
pub(super) fn cycles() -> u32 {
    critical_section::with(|_| {
        let (mut ticks, mut left) = (now(), SYST::get_current());
        // The counter may have begun again since the last tick that was counted.
        if SCB::is_pendst_pending() {
            left = SYST::get_current();
            ticks = ticks.wrapping_add(1);
        }
        ticks.wrapping_mul(PERIOD).wrapping_add(PERIOD - 1 - left)
    })
}
