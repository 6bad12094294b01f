//! Indices 0, 1 and 2 are free, 0 on top. Main pops one; the handler pops two and gives the first back.

use crate::table::Free;
use core::sync::atomic::AtomicUsize as Word;
use indivisible::{
    atomic::{AtomicUsize, Ordering::{AcqRel, Acquire, Relaxed}},
    pool::{FreeList, Slot},
};
use interloper_table::object;

pub mod untagged {
    use super::*;

    /// A stack of free indices without tags: 0 above 1 above 2.
    pub struct Stack {
        head: AtomicUsize,
        next: [Word; 3],
    }

    impl Stack {
        pub const fn new() -> Self {
            Self { head: AtomicUsize::new(0), next: [Word::new(1), Word::new(2), Word::new(3)] }
        }
    }

    #[inline(always)]
    pub fn pop(free: &Stack) -> Option<usize> {
        loop {
            let first = free.head.load(Acquire);
            let second = free.next.get(first)?.load(Relaxed);
            if free.head.compare_exchange(first, second, AcqRel, Relaxed).is_ok() {
                return Some(first);
            }
        }
    }

    #[inline(always)]
    pub fn push(free: &Stack, index: usize) {
        loop {
            let first = free.head.load(Acquire);
            free.next[index].store(first, Relaxed);
            if free.head.compare_exchange(first, index, AcqRel, Relaxed).is_ok() {
                return;
            }
        }
    }

    #[inline(always)]
    fn pop_pop_push(free: &Stack) -> Option<usize> {
        let first = pop(free);
        let kept = pop(free);
        if let Some(first) = first {
            push(free, first);
        }
        kept
    }

    object! {
        free: Stack = Stack::new(),
        main fn main(free) -> Option<usize> { pop(free) },
        irq(1) fn handler(free) -> Option<usize> { pop_pop_push(free) },
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
    fn pop_pop_push(free: &FreeList<3>) -> Option<usize> {
        let first = free.pop();
        let kept = free.pop();
        drop(first);
        kept.map(Slot::into_raw)
    }

    object! {
        free: FreeList<3> = FreeList::new(),
        main fn main(free) -> Option<usize> { pop(free) },
        irq(1) fn handler(free) -> Option<usize> { pop_pop_push(free) },
        state |free| Free::<3>(core::array::from_fn(|_| pop(free))),
    }
}
