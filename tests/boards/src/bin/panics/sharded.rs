//! Exact statistics.

use core::hint::black_box;
use indivisible::sharded::ShardedStats;

#[inline(never)]
pub(crate) fn tier1() {
    let mut stats = ShardedStats::<3>::new();
    let (recorders, shared) = black_box(&mut stats).split();
    for mut recorder in recorders {
        recorder.record(black_box(u32::MAX));
    }
    black_box(shared.snapshot());
    _ = black_box(shared.try_snapshot(black_box(2)));
}

#[cfg(back_end)]
#[inline(never)]
pub(crate) fn tier2() {
    let stats = ShardedStats::<3>::new();
    if let Ok(mut recorder) = black_box(&stats).claim() {
        recorder.record(black_box(1));
    }
}
