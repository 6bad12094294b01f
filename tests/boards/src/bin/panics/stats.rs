//! The chapter's statistics, in every width.

use core::hint::black_box;
use indivisible::stats::Stats;

macro_rules! stats {
    ($($Value:ident)*) => { $({
        let stats = Stats::<$Value>::new();
        let stats = black_box(&stats);
        stats.record(black_box(3));
        black_box((stats.snapshot(), stats.mean()));
    })* };
}

#[inline(never)]
pub(crate) fn tier2() {
    stats! { u8 u16 u32 u64 usize }
}
