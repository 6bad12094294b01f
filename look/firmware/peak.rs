//! Main records a peak of 30, the handler one of 40.

use indivisible::atomic::{AtomicInteger, AtomicU32, Ordering::Relaxed};
use interloper_table::object;

mod store {
    use super::*;

    #[inline(always)]
    fn record(peak: &AtomicU32, value: u32) {
        if peak.load(Relaxed) < value {
            peak.store(value, Relaxed);
        }
    }

    object! {
        peak: AtomicU32 = AtomicU32::new(0),
        main fn main(peak) { record(peak, 30) },
        irq(1) fn handler(peak) { record(peak, 40) },
        state |peak| peak.load(Relaxed),
    }
}

mod max {
    use super::*;

    #[inline(always)]
    fn record(peak: &AtomicU32, value: u32) {
        peak.fetch_max(value, Relaxed);
    }

    object! {
        peak: AtomicU32 = AtomicU32::new(0),
        main fn main(peak) { record(peak, 30) },
        irq(1) fn handler(peak) { record(peak, 40) },
        state |peak| peak.load(Relaxed),
    }
}

mod raise {
    use super::*;

    #[inline(always)]
    fn record(peak: &AtomicU32, value: u32) {
        peak.raise_to(value);
    }

    object! {
        peak: AtomicU32 = AtomicU32::new(0),
        main fn main(peak) { record(peak, 30) },
        irq(1) fn handler(peak) { record(peak, 40) },
        state |peak| peak.load(Relaxed),
    }
}
