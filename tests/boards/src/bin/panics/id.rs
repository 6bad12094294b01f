//! IDs, with each policy.

use core::{hint::black_box, num::NonZero};
use indivisible::{
    cfg_has_atomic_64,
    id::{IdAllocator, Wrapping},
};

macro_rules! allocators {
    ($($Id:ty, $Raw:ident;)*) => { $({
        let ids = IdAllocator::<$Id>::with_limit(black_box(3));
        let ids = black_box(&ids);
        _ = black_box(ids.allocate());
        if let Ok(mut lease) = ids.lease(black_box(2)) {
            black_box(lease.next());
            black_box((lease.remaining(), lease.size_hint()));
            black_box(ids.lease(black_box(0)).is_ok());
        }
        black_box((ids.limit(), ids.remaining(), ids.leaked()));
        let ids = const { IdAllocator::<$Id>::new() };
        _ = black_box(black_box(&ids).allocate());

        let ids = const { IdAllocator::<$Id, _>::rolling_back($Raw::MAX / 2) };
        let ids = black_box(&ids);
        _ = black_box(ids.allocate());
        black_box((ids.limit(), ids.remaining()));

        let ids = IdAllocator::<$Id, Wrapping>::wrapping();
        black_box(black_box(&ids).allocate());
    })* };
}

#[inline(never)]
pub(crate) fn read_modify_write() {
    allocators! {
        u8, u8; u16, u16; u32, u32; usize, usize;
        NonZero<u8>, u8; NonZero<u16>, u16; NonZero<u32>, u32; NonZero<usize>, usize;
    }
    cfg_has_atomic_64! { allocators! { u64, u64; NonZero<u64>, u64; } }
}

#[inline(never)]
pub(crate) fn loud() {
    let ids = const { IdAllocator::<u32, _>::aborting(3) };
    black_box(black_box(&ids).allocate());
}

/// A limit that is hidden from the compiler.
#[inline(never)]
pub(crate) fn loud_limit() {
    black_box(IdAllocator::<u32, _>::rolling_back(black_box(3)).limit());
}
