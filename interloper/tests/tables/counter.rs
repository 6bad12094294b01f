//! A counter: added to inside a critical section, and, as a wrong version, loaded and stored.

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use interloper_table::object;

fn increment(counter: &AtomicU32) -> u32 {
    let before = counter.load(Relaxed);
    counter.store(before + 1, Relaxed);
    before
}

object! {
    counter: AtomicU32 = AtomicU32::new(0),
    reset |counter| *counter.get_mut() = 5,
    main irq(1, 2) fn get(counter) -> u32 { counter.load(Relaxed) },
    main irq(1, 2) fn increment(counter) -> u32 { critical_section::with(|_| increment(counter)) },
    main irq(1) fn bare(counter) -> u32 { increment(counter) }
        wrong for increment, caught by [increment],
    state |counter| counter.load(Relaxed),
}
