//! Pools, free lists and tagged indices.

use core::hint::black_box;
use indivisible::{
    atomic::Ordering::{AcqRel, Acquire},
    pool::{AtomicTaggedIndex, FreeList, Handle, Pool},
};

#[inline(never)]
pub(crate) fn read_modify_write() {
    let word = AtomicTaggedIndex::<4>::new(black_box(usize::MAX));
    let old = word.load(Acquire);
    black_box((old.index(), old.tag()));
    _ = black_box(word.compare_exchange(old, black_box(usize::MAX), AcqRel, Acquire));
    _ = black_box(word.compare_exchange_weak(old, black_box(7), AcqRel, Acquire));

    let list = FreeList::<5>::new();
    let list = black_box(&list);
    if let Some(slot) = list.pop() {
        black_box(slot.index());
        let raw = slot.into_raw();
        black_box(list.from_raw(black_box(raw)).is_some());
    }

    boxes([1_u32, 2, 3]);
    boxes(());
}

fn boxes<T: Copy>(value: T) {
    let pool = Pool::<T, 3>::new();
    let pool = black_box(&pool);
    if let Ok(mut handle) = pool.try_alloc(black_box(value)) {
        *handle = black_box(value);
        black_box(*handle);
        let raw = Handle::into_raw(handle);
        #[allow(unsafe_code, reason = "its contract is kept")]
        // SAFETY: the pointer is from this pool, and is passed once.
        let handle = unsafe { pool.from_raw(black_box(raw)) };
        black_box(Handle::into_inner(handle));
    }
    if let Ok(handle) = pool.try_alloc(black_box(value)) {
        drop(black_box(handle));
    }
}
