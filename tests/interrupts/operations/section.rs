//! A section of two cores: interrupts are masked, then a lock is taken. While it waits, interrupts are served.

use indivisible::atomic::{AtomicBool, AtomicU32, Ordering::{Acquire, Relaxed, Release}};
use interloper_table::object;

/// A counter that its parties change inside a section.
pub struct Guarded {
    lock: AtomicBool,
    counter: AtomicU32,
}

impl Guarded {
    const fn new() -> Self {
        Self { lock: AtomicBool::new(false), counter: AtomicU32::new(0) }
    }

    fn increment(&self, masks_again: bool) -> u32 {
        cortex_m::interrupt::disable();
        while self.lock.swap(true, Acquire) {
            // SAFETY: every caller has interrupts enabled, and holds no lock here.
            unsafe { cortex_m::interrupt::enable() }
            if masks_again {
                cortex_m::interrupt::disable();
            }
        }
        let before = self.counter.load(Relaxed);
        self.counter.store(before + 1, Relaxed);
        self.lock.store(false, Release);
        // SAFETY: as above.
        unsafe { cortex_m::interrupt::enable() }
        before
    }
}

// The wrong version enters with interrupts enabled, but only where it has waited: it takes a second core that holds the
// lock, and then a handler that waits for it.
object! {
    guarded: Guarded = Guarded::new(),
    reset |guarded| *guarded = Guarded::new(),
    main fn increment(guarded) -> u32 { guarded.increment(true) },
    core fn increment_beside(guarded) -> u32 { guarded.increment(true) },
    irq(1) fn increment_within(guarded) -> u32 { guarded.increment(true) },
    main fn mask_once(guarded) -> u32 { guarded.increment(false) }
        wrong for increment, caught by [increment_beside, increment_within],
    state |guarded| guarded.counter.load(Relaxed),
}
