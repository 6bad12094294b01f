//! Indices with tags, and the free list of them.

use crate::measure::cost;
use indivisible::{
    atomic::Ordering::Relaxed,
    tagged::{AtomicTaggedIndex, FreeIndex, FreeList, TaggedIndex},
};

type Head = AtomicTaggedIndex<8>;
type Index = TaggedIndex<8>;
type Free = FreeList<2>;
type Popped = Option<FreeIndex<'static, 2>>;

pub(super) fn all() {
    static HEAD: Head = Head::new(3);
    let old = cost!(
        2,
        "AtomicTaggedIndex::load",
        |it: &Head| -> Index { it.load(Relaxed) },
        (&HEAD)
    );
    cost!(
        2,
        "AtomicTaggedIndex::compare_exchange",
        |it: &Head, old: Index, new: usize| -> Result<Index, Index> {
            it.compare_exchange(old, new, Relaxed, Relaxed)
        },
        (&HEAD, old, 4)
    )
    .ok();

    static FREE: Free = Free::new();
    let first = cost!(
        2,
        "FreeList::pop",
        |it: &'static Free| -> Popped { it.pop() },
        (&FREE)
    );
    let _second = FREE.pop();
    cost!(
        2,
        "FreeList::pop, none left",
        |it: &'static Free| -> Popped { it.pop() },
        (&FREE)
    );
    if let Some(first) = first {
        cost!(
            2,
            "FreeList::push",
            |it: &Free, free: FreeIndex<'static, 2>| -> Result<(), FreeIndex<'static, 2>> {
                it.push(free)
            },
            (&FREE, first)
        )
        .ok();
    }
}
