//! Compare-and-exchange loops.

use core::hint::black_box;
use indivisible::{
    atomic::{
        AtomicI8, AtomicInteger, AtomicU32,
        Ordering::{AcqRel, Acquire},
    },
    cfg_has_atomic_64,
};

macro_rules! updates {
    ($($Atomic:ident)*) => { $({
        let word = $Atomic::new(black_box(1));
        let (word, n) = (black_box(&word), black_box(3));
        black_box(word.update(AcqRel, Acquire, |old| old ^ n));
        _ = black_box(word.try_update(AcqRel, Acquire, |old| (old < n).then_some(n)));
        black_box((word.raise_to(n), word.lower_to(n)));
        _ = black_box(word.checked_add(n, AcqRel));
        black_box(word.saturating_add(n, AcqRel));
        black_box(word.saturating_sub(n, AcqRel));
        _ = black_box(word.add_up_to(n, n, AcqRel));
    })* };
}

#[inline(never)]
pub(crate) fn read_modify_write() {
    updates! { AtomicI8 AtomicU32 }
    cfg_has_atomic_64! {
        use indivisible::atomic::AtomicU64;
        updates! { AtomicU64 }
    }
}
