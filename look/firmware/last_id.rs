//! IDs are 0, 1 and 2, and only 2 is left. Both ask for one.

use indivisible::{
    atomic::{AtomicU32, Ordering::Relaxed},
    id::IdAllocator,
};
use interloper_table::object;

const LIMIT: u32 = 3;

mod check {
    use super::*;

    #[inline(always)]
    fn allocate(next: &AtomicU32) -> Option<u32> {
        if next.load(Relaxed) >= LIMIT {
            return None;
        }
        Some(next.fetch_add(1, Relaxed))
    }

    object! {
        next: AtomicU32 = AtomicU32::new(0),
        reset |next| *next = AtomicU32::new(2),
        main irq(1) fn main(next) -> Option<u32> { allocate(next) },
        state |next| next.load(Relaxed),
    }
}

mod exchange {
    use super::*;

    #[inline(always)]
    fn allocate(next: &AtomicU32) -> Option<u32> {
        let mut id = next.load(Relaxed);
        loop {
            if id >= LIMIT {
                return None;
            }
            match next.compare_exchange_weak(id, id + 1, Relaxed, Relaxed) {
                Ok(_) => return Some(id),
                Err(now) => id = now,
            }
        }
    }

    object! {
        next: AtomicU32 = AtomicU32::new(0),
        reset |next| *next = AtomicU32::new(2),
        main irq(1) fn main(next) -> Option<u32> { allocate(next) },
        state |next| next.load(Relaxed),
    }
}

mod update {
    use super::*;

    #[inline(always)]
    fn allocate(next: &AtomicU32) -> Option<u32> {
        let one_more = |id| (id < LIMIT).then_some(id + 1);
        next.fetch_update(Relaxed, Relaxed, one_more).ok()
    }

    object! {
        next: AtomicU32 = AtomicU32::new(0),
        reset |next| *next = AtomicU32::new(2),
        main irq(1) fn main(next) -> Option<u32> { allocate(next) },
        state |next| next.load(Relaxed),
    }
}

mod allocator {
    use super::*;

    #[inline(always)]
    fn allocate(ids: &IdAllocator<u32>) -> Option<u32> {
        ids.allocate().ok()
    }

    object! {
        ids: IdAllocator<u32> = IdAllocator::with_limit(LIMIT),
        reset |ids| {
            *ids = IdAllocator::with_limit(LIMIT);
            (0..2).for_each(|_| { let _ = allocate(ids); });
        },
        main irq(1) fn main(ids) -> Option<u32> { allocate(ids) },
        state |ids| LIMIT - ids.remaining(),
    }
}
