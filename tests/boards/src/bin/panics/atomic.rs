//! The atomic types: the operations of `std`, with constant orderings.

use core::{hint::black_box, ptr};
use indivisible::{
    atomic::{
        AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicIsize, AtomicPtr, AtomicU8, AtomicU16,
        AtomicU32, AtomicUsize,
        Ordering::{AcqRel, Acquire, Release, SeqCst},
    },
    cfg_has_atomic_64,
};

macro_rules! word {
    ($word:expr, $value:expr) => {
        match (black_box($word), black_box($value)) {
            (word, value) => {
                word.store(value, Release);
                black_box(word.load(Acquire));
                black_box(word.swap(value, AcqRel));
                _ = black_box(word.compare_exchange(value, value, SeqCst, Acquire));
                _ = black_box(word.compare_exchange_weak(value, value, AcqRel, Acquire));
                _ = black_box(word.fetch_update(AcqRel, Acquire, Some));
            }
        }
    };
}

macro_rules! bits {
    ($word:expr, $value:expr) => {
        match (black_box($word), black_box($value)) {
            (word, value) => {
                word!(word, value);
                black_box(word.fetch_and(value, AcqRel));
                black_box(word.fetch_nand(value, AcqRel));
                black_box(word.fetch_or(value, AcqRel));
                black_box(word.fetch_xor(value, AcqRel));
            }
        }
    };
}

macro_rules! integers {
    ($($Atomic:ident)*) => { $({
        let word = $Atomic::new(black_box(1));
        bits!(&word, 3);
        let value = black_box(7);
        black_box(word.fetch_add(value, AcqRel));
        black_box(word.fetch_sub(value, AcqRel));
        black_box(word.fetch_max(value, AcqRel));
        black_box(word.fetch_min(value, AcqRel));
        black_box(word.into_inner());
    })* };
}

#[inline(never)]
pub(crate) fn read_modify_write() {
    bits!(&AtomicBool::new(black_box(true)), false);
    let pointer = AtomicPtr::<u32>::new(black_box(ptr::null_mut()));
    word!(&pointer, ptr::null_mut());
    integers! {
        AtomicI8 AtomicI16 AtomicI32 AtomicIsize
        AtomicU8 AtomicU16 AtomicU32 AtomicUsize
    }
    cfg_has_atomic_64! {
        use indivisible::atomic::{AtomicI64, AtomicU64};
        integers! { AtomicI64 AtomicU64 }
    }
}
