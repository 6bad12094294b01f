//! A key that is made at its first use: main would draw 17, the handler 42.

use core::{
    num::NonZero,
    sync::atomic::{AtomicU32, Ordering::{Acquire, Release}},
};
use indivisible::race::OnceWord;
use interloper_table::object;

mod store {
    use super::*;

    #[inline(always)]
    fn get_key(kept: &AtomicU32, generate: impl FnOnce() -> u32) -> u32 {
        let key = kept.load(Acquire);
        if key != 0 {
            return key;
        }
        let new = generate();
        kept.store(new, Release);
        new
    }

    object! {
        kept: AtomicU32 = AtomicU32::new(0),
        main fn main(kept) -> u32 { get_key(kept, || 17) },
        irq(1) fn handler(kept) -> u32 { get_key(kept, || 42) },
        state |kept| kept.load(Acquire),
    }
}

mod once {
    use super::*;

    #[inline(always)]
    fn get_key(kept: &OnceWord<NonZero<u32>>, generate: impl FnOnce() -> u32) -> u32 {
        let generate = || NonZero::new(generate()).unwrap_or(NonZero::<u32>::MAX);
        kept.get_or_init(generate).get()
    }

    object! {
        kept: OnceWord<NonZero<u32>> = OnceWord::new(),
        main fn main(kept) -> u32 { get_key(kept, || 17) },
        irq(1) fn handler(kept) -> u32 { get_key(kept, || 42) },
        state |kept| kept.get().map_or(0, NonZero::get),
    }
}
