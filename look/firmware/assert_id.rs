//! All 100 IDs have been allocated, and 155 callers have asked in vain, of an 8-bit counter. Both ask once more.

use indivisible::{
    atomic::{AtomicU8, Ordering::Relaxed},
    id::{IdAllocator, RollingBack},
};
use interloper_table::object;

mod assert {
    use super::*;

    const LIMIT: u8 = 100;

    #[inline(always)]
    fn allocate(next: &AtomicU8) -> Option<u8> {
        let id = next.fetch_add(1, Relaxed);
        // As `assert!(id < LIMIT)`, whose caller catches the panic.
        (id < LIMIT).then_some(id)
    }

    object! {
        next: AtomicU8 = AtomicU8::new(0),
        reset |next| {
            *next = AtomicU8::new(0);
            (0..255).for_each(|_| { let _ = allocate(next); });
        },
        main irq(1) fn right(next) -> Option<u8> { next.load(Relaxed).checked_add(1).and(None) },
        main irq(1) fn main(next) -> Option<u8> { allocate(next) } wrong for right, caught by [main],
    }
}

mod rolling {
    use super::*;

    #[inline(always)]
    fn allocate(ids: &IdAllocator<u8, RollingBack>) -> Option<u8> {
        ids.allocate().ok()
    }

    object! {
        ids: IdAllocator<u8, RollingBack> = IdAllocator::rolling_back(100),
        reset |ids| {
            *ids = IdAllocator::rolling_back(100);
            (0..255).for_each(|_| { let _ = allocate(ids); });
        },
        main irq(1) fn main(ids) -> Option<u8> { allocate(ids) },
    }
}

mod checked {
    use super::*;

    #[inline(always)]
    fn allocate(ids: &IdAllocator<u8>) -> Option<u8> {
        ids.allocate().ok()
    }

    object! {
        ids: IdAllocator<u8> = IdAllocator::with_limit(100),
        reset |ids| {
            *ids = IdAllocator::with_limit(100);
            (0..255).for_each(|_| { let _ = allocate(ids); });
        },
        main irq(1) fn main(ids) -> Option<u8> { allocate(ids) },
    }
}
