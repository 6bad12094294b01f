//! Indices with tags, the free list of them, and boxes.

use crate::measure::cost;
use core::ptr::NonNull;
use indivisible::{
    atomic::Ordering::Relaxed,
    pool::{AtomicTaggedIndex, FreeList, Handle, Pool, Slot, TaggedIndex},
};

type Head = AtomicTaggedIndex<8>;
type Index = TaggedIndex<8>;

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

    free_list();
    boxes();
}

fn free_list() {
    type Popped = Option<Slot<'static, 2>>;
    static FREE: FreeList<2> = FreeList::new();
    let first = cost!(
        2,
        "FreeList::pop",
        |it: &'static FreeList<2>| -> Popped { it.pop() },
        (&FREE)
    );
    let second = FREE.pop();
    cost!(
        2,
        "FreeList::pop, none left",
        |it: &'static FreeList<2>| -> Popped { it.pop() },
        (&FREE)
    );
    if let (Some(first), Some(second)) = (first, second) {
        cost!(
            2,
            "Slot::drop",
            |it: Slot<'static, 2>| {
                drop(it);
            },
            (first)
        );
        let raw = cost!(
            2,
            "Slot::into_raw",
            |it: Slot<'static, 2>| -> usize { it.into_raw() },
            (second)
        );
        drop(cost!(
            2,
            "FreeList::from_raw",
            |it: &'static FreeList<2>, raw: usize| -> Popped { it.from_raw(raw) },
            (&FREE, raw)
        ));
    }
}

fn boxes() {
    type Word = Handle<'static, u32, 2>;
    static POOL: Pool<u32, 2> = Pool::new();
    let first = cost!(
        2,
        "Pool::try_alloc",
        |it: &'static Pool<u32, 2>, value: u32| -> Result<Word, u32> { it.try_alloc(value) },
        (&POOL, 7)
    );
    let _second = POOL.try_alloc(8);
    cost!(
        2,
        "Pool::try_alloc, none left",
        |it: &'static Pool<u32, 2>, value: u32| -> Result<Word, u32> { it.try_alloc(value) },
        (&POOL, 9)
    )
    .err();
    if let Ok(first) = first {
        cost!(1, "Handle::deref", |it: &Word| -> u32 { **it }, (&first));
        let raw = cost!(
            1,
            "Handle::into_raw",
            |it: Word| -> NonNull<u32> { Handle::into_raw(it) },
            (first)
        );
        let first = cost!(
            1,
            "Pool::from_raw",
            |it: &'static Pool<u32, 2>, raw: NonNull<u32>| -> Word {
                #[allow(unsafe_code, reason = "its contract is kept")]
                // SAFETY: it comes from this pool's `into_raw`, and is passed once.
                unsafe {
                    it.from_raw(raw)
                }
            },
            (&POOL, raw)
        );
        cost!(
            2,
            "Handle::drop",
            |it: Word| {
                drop(it);
            },
            (first)
        );
    }
}
