//! Indices with a tag.

use core::hint::black_box;
use indivisible::{
    atomic::Ordering::{AcqRel, Acquire},
    tagged::{AtomicTaggedIndex, FreeList},
};

#[inline(never)]
pub(crate) fn tier2() {
    let word = AtomicTaggedIndex::<4>::new(black_box(usize::MAX));
    let old = word.load(Acquire);
    black_box((old.index(), old.tag()));
    _ = black_box(word.compare_exchange(old, black_box(usize::MAX), AcqRel, Acquire));

    let list = FreeList::<5>::new();
    let list = black_box(&list);
    if let Some(index) = list.pop() {
        black_box(index.get());
        _ = black_box(black_box(list).push(index).is_ok());
    }
}
