//! A value of several words that one context initializes.

use crate::table::Says;
use core::sync::atomic::{AtomicU32, Ordering::{Acquire, Relaxed, Release}};
use indivisible::{atomic, once::OnceLock};
use interloper_table::object;

mod spin {
    use super::*;

    const EMPTY: u32 = 0;
    const BUSY: u32 = 1;
    const FULL: u32 = 2;

    /// A value, and how far its initialization is.
    pub struct Once {
        state: atomic::AtomicU32,
        value: [AtomicU32; 2],
    }

    #[inline(always)]
    fn get(once: &Once, value: u32) -> [u32; 2] {
        let begin = once.state.compare_exchange(EMPTY, BUSY, Acquire, Acquire);
        if begin.is_ok() {
            once.value[0].store(value, Relaxed);
            once.value[1].store(value, Relaxed);
            once.state.store(FULL, Release);
        }
        while once.state.load(Acquire) != FULL {}
        [once.value[0].load(Relaxed), once.value[1].load(Relaxed)]
    }

    object! {
        once: Once = Once {
            state: atomic::AtomicU32::new(EMPTY),
            value: [const { AtomicU32::new(0) }; 2],
        },
        main fn main(once) -> [u32; 2] { get(once, 1) },
        irq(1) fn handler(once) -> [u32; 2] { get(once, 2) },
        state |once| once.value[0].load(Relaxed),
    }
}

mod lock {
    use super::*;

    #[inline(always)]
    fn get(once: &OnceLock<[u32; 2]>, value: u32) -> Option<[u32; 2]> {
        once.try_get_or_init(|| [value; 2]).ok().copied()
    }

    object! {
        once: OnceLock<[u32; 2]> = OnceLock::new(),
        main fn main(once) -> Option<[u32; 2]> { get(once, 1) },
        irq(1) fn handler(once) -> Option<[u32; 2]> { get(once, 2) } extra None in [main],
        state |once| once.get().map_or(Says("empty"), |_| Says("full")),
    }
}
