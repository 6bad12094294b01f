//! Main adds 1 by a closure that also draws a ticket; the handler stores 10.

use indivisible::atomic::{AtomicU32, Ordering::Relaxed};
use interloper_table::object;

/// The word, and the tickets drawn.
pub struct Words {
    word: AtomicU32,
    tickets: AtomicU32,
}

const fn words() -> Words {
    Words { word: AtomicU32::new(0), tickets: AtomicU32::new(0) }
}

mod effect {
    use super::*;

    #[inline(always)]
    fn add(it: &Words) -> Option<u32> {
        let add_one = |old| {
            it.tickets.store(it.tickets.load(Relaxed) + 1, Relaxed);
            Some(old + 1)
        };
        it.word.fetch_update(Relaxed, Relaxed, add_one).ok()
    }

    #[inline(always)]
    fn store_ten(it: &Words) {
        it.word.store(10, Relaxed);
    }

    object! {
        it: Words = words(),
        main fn main(it) -> Option<u32> { add(it) },
        irq(1) fn handler(it) { store_ten(it) },
        state |it| (it.word.load(Relaxed), it.tickets.load(Relaxed)),
    }
}

mod after {
    use super::*;

    #[inline(always)]
    fn add(it: &Words) -> Option<u32> {
        let before = it.word.fetch_update(Relaxed, Relaxed, |old| Some(old + 1));
        it.tickets.store(it.tickets.load(Relaxed) + 1, Relaxed);
        before.ok()
    }

    #[inline(always)]
    fn store_ten(it: &Words) {
        it.word.store(10, Relaxed);
    }

    object! {
        it: Words = words(),
        main fn main(it) -> Option<u32> { add(it) },
        irq(1) fn handler(it) { store_ten(it) },
        state |it| (it.word.load(Relaxed), it.tickets.load(Relaxed)),
    }
}
