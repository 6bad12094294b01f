//! A value that is computed at its first use, with the same result each time.

use core::{
    num::NonZero,
    sync::atomic::{AtomicBool, AtomicU32, Ordering::{Acquire, Relaxed, Release}},
};
use indivisible::race::RacyOnce;
use interloper_table::object;

mod flag {
    use super::*;

    /// The value, and whether it has been computed.
    pub struct Lazy {
        begun: AtomicBool,
        value: AtomicU32,
    }

    #[inline(always)]
    fn get(lazy: &Lazy) -> u32 {
        if !lazy.begun.load(Acquire) {
            lazy.begun.store(true, Release);
            lazy.value.store(17, Relaxed);
        }
        lazy.value.load(Relaxed)
    }

    object! {
        lazy: Lazy = Lazy { begun: AtomicBool::new(false), value: AtomicU32::new(0) },
        main irq(1) fn main(lazy) -> u32 { get(lazy) },
        state |lazy| lazy.value.load(Relaxed),
    }
}

mod racy {
    use super::*;

    #[inline(always)]
    fn get(lazy: &RacyOnce<NonZero<u32>>) -> u32 {
        lazy.get_or_init(|| NonZero::new(17).unwrap()).get()
    }

    object! {
        lazy: RacyOnce<NonZero<u32>> = RacyOnce::new(),
        main irq(1) fn main(lazy) -> u32 { get(lazy) },
        state |lazy| lazy.get(),
    }
}
