//! Main and the handler each add 1 to the same counter.

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use interloper_table::object;

mod store {
    use super::*;

    #[inline(always)]
    fn increment(counter: &AtomicU32) -> u32 {
        let n = counter.load(Relaxed);
        counter.store(n + 1, Relaxed);
        n
    }

    object! {
        counter: AtomicU32 = AtomicU32::new(0),
        main irq(1) fn main(counter) -> u32 { increment(counter) },
        state |counter| counter.load(Relaxed),
    }
}

mod add {
    use super::*;
    use indivisible::atomic::AtomicU32;

    #[inline(always)]
    fn increment(counter: &AtomicU32) -> u32 {
        counter.fetch_add(1, Relaxed)
    }

    object! {
        counter: AtomicU32 = AtomicU32::new(0),
        main irq(1) fn main(counter) -> u32 { increment(counter) },
        state |counter| counter.load(Relaxed),
    }
}

mod exchange {
    use super::*;
    use indivisible::atomic::AtomicU32;

    #[inline(always)]
    fn increment(counter: &AtomicU32) -> u32 {
        let mut n = counter.load(Relaxed);
        while let Err(now) = counter.compare_exchange_weak(n, n + 1, Relaxed, Relaxed) {
            n = now;
        }
        n
    }

    object! {
        counter: AtomicU32 = AtomicU32::new(0),
        main irq(1) fn main(counter) -> u32 { increment(counter) },
        state |counter| counter.load(Relaxed),
    }
}
