//! The same stack, and two handlers: the first takes an index, the second takes the next and gives the first back.

use super::aba::untagged::{Stack, pop, push};
use crate::table::Free;
use core::sync::atomic::{AtomicUsize as Word, Ordering::Relaxed};
use indivisible::pool::{FreeList, Slot};
use interloper_table::object;

/// No index.
const NONE: usize = 9;

mod untagged {
    use super::*;

    #[inline(always)]
    fn take(free: &Stack, busy: &Word) {
        busy.store(pop(free).unwrap_or(NONE), Relaxed);
    }

    #[inline(always)]
    fn swap(free: &Stack, busy: &Word) -> Option<usize> {
        let next = pop(free);
        push(free, busy.load(Relaxed));
        next
    }

    object! {
        free: Stack = Stack::new(),
        object busy: Word = Word::new(NONE),
        main fn main(free) -> Option<usize> { pop(free) },
        irq(1) fn first(free, busy) { take(free, busy) },
        irq(1) fn second(free, busy) -> Option<usize> { swap(free, busy) } when { busy.load(Relaxed) != NONE },
        state |free| Free::<3>(core::array::from_fn(|_| pop(free))),
    }
}

mod list {
    use super::*;

    #[inline(always)]
    fn pop(free: &FreeList<3>) -> Option<usize> {
        free.pop().map(Slot::into_raw)
    }

    #[inline(always)]
    fn take(free: &FreeList<3>, busy: &Word) {
        busy.store(free.pop().map_or(NONE, Slot::into_raw), Relaxed);
    }

    #[inline(always)]
    fn swap(free: &FreeList<3>, busy: &Word) -> Option<usize> {
        let next = free.pop();
        drop(free.from_raw(busy.load(Relaxed)));
        next.map(Slot::into_raw)
    }

    object! {
        free: FreeList<3> = FreeList::new(),
        object busy: Word = Word::new(NONE),
        main fn main(free) -> Option<usize> { pop(free) },
        irq(1) fn first(free, busy) { take(free, busy) },
        irq(1) fn second(free, busy) -> Option<usize> { swap(free, busy) } when { busy.load(Relaxed) != NONE },
        state |free| Free::<3>(core::array::from_fn(|_| pop(free))),
    }
}
