//! Statistics, sharded and not.

use core::hint::black_box;
use indivisible::stats::{ShardedStats, Summary};

#[inline(never)]
pub(crate) fn load_store() {
    let mut stats = ShardedStats::<3, 4>::with_slots();
    let (recorders, shared) = black_box(&mut stats).split();
    for mut recorder in recorders {
        recorder.record(black_box(u32::MAX));
    }
    let seen = black_box(shared.snapshot());
    _ = black_box((shared.try_snapshot(), shared.snapshot_within(black_box(2))));
    black_box((seen.mean(), seen.since(black_box(&Summary::EMPTY))));
}

#[cfg(back_end)]
#[inline(never)]
pub(crate) fn read_modify_write() {
    use indivisible::stats::Stats;

    macro_rules! stats {
        ($($Value:ident)*) => { $({
            let stats = Stats::<$Value>::new();
            let stats = black_box(&stats);
            stats.record(black_box(3));
            black_box((stats.snapshot(), stats.mean(), stats.take()));
        })* };
    }
    stats! { u8 u16 u32 usize }
    indivisible::cfg_has_atomic_64! { stats! { u64 } }
    let stats = ShardedStats::<3>::new();
    if let Ok(mut recorder) = black_box(&stats).claim() {
        recorder.record(black_box(1));
    }
}
