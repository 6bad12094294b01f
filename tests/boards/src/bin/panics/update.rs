//! Loops around a compare-and-exchange.

use core::hint::black_box;
use indivisible::{
    atomic::{
        AtomicI8, AtomicU32, AtomicU64,
        Ordering::{AcqRel, Acquire},
    },
    update,
};

macro_rules! updates {
    ($($Atomic:ident)*) => { $({
        let word = $Atomic::new(black_box(1));
        let (word, n) = (black_box(&word), black_box(3));
        black_box(update::update(word, AcqRel, Acquire, |old| old ^ n));
        _ = black_box(update::try_update(word, AcqRel, Acquire, |old| (old < n).then_some(n)));
        black_box((update::raise_to(word, n), update::lower_to(word, n)));
        _ = black_box(update::checked_add(word, n, AcqRel));
        black_box(update::saturating_add(word, n, AcqRel));
        black_box(update::saturating_sub(word, n, AcqRel));
        _ = black_box(update::add_below(word, n, n, AcqRel));
    })* };
}

#[inline(never)]
pub(crate) fn tier2() {
    updates! { AtomicI8 AtomicU32 AtomicU64 }
}
