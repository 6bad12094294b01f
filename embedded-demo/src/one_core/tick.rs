//! The tick: it runs the workers of the other side, and is the clock.

use super::{
    arch::Timer,
    handler::{Handler, Lent},
};
use core::cell::RefCell;
use critical_section::Mutex;
use indivisible::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

static TICKS: AtomicU32 = AtomicU32::new(0);
static RUNNING: AtomicBool = AtomicBool::new(false);
static EACH: Handler = Handler::new();

/// For the timer's interrupt.
pub(super) fn tick() {
    TICKS.fetch_add(1, Relaxed);
    EACH.run(());
}

/// The timer.
pub(super) struct Tick {
    timer: Mutex<RefCell<Timer>>,
}

impl Tick {
    pub(super) fn new(timer: Timer) -> Self {
        Self {
            timer: Mutex::new(RefCell::new(timer)),
        }
    }

    /// Ticks while `body` runs, and runs `each` at every tick.
    pub(super) fn during<R>(&self, each: Lent<'_, ()>, body: impl FnOnce() -> R) -> R {
        EACH.lend(each, || {
            RUNNING.store(true, Relaxed);
            self.with_timer(Timer::start);
            let result = body();
            self.with_timer(Timer::stop);
            RUNNING.store(false, Relaxed);
            result
        })
    }

    fn with_timer(&self, f: impl FnOnce(&mut Timer)) {
        critical_section::with(|section| f(&mut self.timer.borrow_ref_mut(section)));
    }
}

/// Ticks so far.
pub(super) fn now() -> u32 {
    TICKS.load(Relaxed)
}

/// Whether another tick will follow.
pub(super) fn is_running() -> bool {
    RUNNING.load(Relaxed)
}
