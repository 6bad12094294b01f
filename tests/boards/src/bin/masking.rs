//! Functions to disassemble: which operations of the library mask interrupts.
//!
//! Those of `load_store` must neither mask interrupts nor call a critical section, with any back end. Those
//! of `read_modify_write` do so on a chip without compare-and-swap, which shows that the search finds it.

#![no_std]
#![no_main]

use board_tests::{Board, experiment};
use core::hint::black_box;

/// Operations of loads and stores.
mod load_store {
    use core::num::NonZero;
    use indivisible::{
        latest::{ContendedError, Latest, Writer},
        progress::{self, SingleProgress},
        race::RacyOnce,
        stats::{Recorder, ShardedStats, Summary},
        stop::StopFlag,
    };

    type Value = (u32, u32);

    #[inline(never)]
    pub(crate) fn stop_flag(flag: &StopFlag) -> bool {
        flag.request_stop();
        let seen = flag.stop_requested();
        flag.reset();
        seen
    }

    #[inline(never)]
    pub(crate) fn progress_split(
        progress: &mut SingleProgress,
    ) -> (progress::Writer<'_>, &SingleProgress) {
        progress.split()
    }

    #[inline(never)]
    pub(crate) fn progress_write(writer: &mut progress::Writer<'_>, n: usize) -> usize {
        writer.set_done(n);
        writer.advance(n);
        writer.done()
    }

    #[inline(never)]
    pub(crate) fn progress_read(progress: &SingleProgress) -> (usize, bool) {
        (
            progress.done() + progress.remaining(),
            progress.is_complete(),
        )
    }

    #[inline(never)]
    pub(crate) fn racy_once(lazy: &RacyOnce<NonZero<u32>>, value: NonZero<u32>) -> NonZero<u32> {
        lazy.get_or_init(|| value)
    }

    #[inline(never)]
    pub(crate) fn latest_split(latest: &mut Latest<Value>) -> (Writer<'_, Value>, &Latest<Value>) {
        latest.split()
    }

    #[inline(never)]
    pub(crate) fn latest_publish(writer: &mut Writer<'_, Value>, value: Value) {
        writer.publish(value);
    }

    #[inline(never)]
    pub(crate) fn latest_read(latest: &Latest<Value>) -> Option<Value> {
        latest.read()
    }

    #[inline(never)]
    pub(crate) fn latest_read_within(latest: &Latest<u64>) -> Result<Option<u64>, ContendedError> {
        latest.read_within(3)
    }

    #[inline(never)]
    pub(crate) fn sharded_split(
        stats: &mut ShardedStats<2>,
    ) -> ([Recorder<'_>; 2], &ShardedStats<2>) {
        stats.split()
    }

    #[inline(never)]
    pub(crate) fn sharded_record(recorder: &mut Recorder<'_>, value: u32) {
        recorder.record(value);
    }

    #[inline(never)]
    pub(crate) fn sharded_snapshot(stats: &ShardedStats<2>) -> Result<Summary, ContendedError> {
        stats.snapshot_within(3)
    }

    #[inline(never)]
    pub(crate) fn sharded_mean(stats: &ShardedStats<2>) -> Option<u64> {
        stats.snapshot().mean()
    }
}

/// Read-modify-write operations: absent without a back end.
#[cfg(back_end)]
mod read_modify_write {
    use indivisible::{id::IdAllocator, latest::Latest, progress::Progress, stats::Stats};

    #[inline(never)]
    pub(crate) fn allocate(ids: &IdAllocator<u32>) -> Option<u32> {
        ids.allocate().ok()
    }

    #[inline(never)]
    pub(crate) fn record(stats: &Stats, value: u32) {
        stats.record(value);
    }

    #[inline(never)]
    pub(crate) fn advance(progress: &Progress) {
        progress.advance(1);
    }

    #[inline(never)]
    pub(crate) fn claim(latest: &Latest<u32>) -> bool {
        latest.claim().is_some()
    }
}

fn run(_: Board) -> bool {
    all_of_load_store() & all_of_read_modify_write()
}

fn all_of_load_store() -> bool {
    use core::num::NonZero;
    use indivisible::{
        latest::Latest, progress::SingleProgress, race::RacyOnce, stats::ShardedStats,
        stop::StopFlag,
    };

    let stopped = load_store::stop_flag(black_box(&StopFlag::new()));

    let mut progress = SingleProgress::new(black_box(10));
    let (mut writer, reader) = load_store::progress_split(black_box(&mut progress));
    let written = load_store::progress_write(black_box(&mut writer), black_box(3));
    let read = load_store::progress_read(black_box(reader));

    let lazy = RacyOnce::new();
    let value = load_store::racy_once(black_box(&lazy), black_box(NonZero::<u32>::MAX));

    let mut latest = Latest::new();
    let (mut writer, reader) = load_store::latest_split(black_box(&mut latest));
    load_store::latest_publish(black_box(&mut writer), black_box((3, 4)));
    let last = load_store::latest_read(black_box(reader));
    let none = load_store::latest_read_within(black_box(&Latest::new()));

    let mut stats = ShardedStats::new();
    let ([mut first, mut second], reader) = load_store::sharded_split(black_box(&mut stats));
    load_store::sharded_record(black_box(&mut first), black_box(4));
    load_store::sharded_record(black_box(&mut second), black_box(u32::MAX));
    let seen = load_store::sharded_snapshot(black_box(reader));
    let mean = load_store::sharded_mean(black_box(reader));

    stopped
        && (written, read) == (6, (10, false))
        && value == NonZero::<u32>::MAX
        && (last, none) == (Some((3, 4)), Ok(None))
        && seen.is_ok_and(|seen| seen.total == 4 + u64::from(u32::MAX))
        && mean == Some((4 + u64::from(u32::MAX)) / 2)
}

#[cfg(back_end)]
fn all_of_read_modify_write() -> bool {
    use indivisible::{id::IdAllocator, latest::Latest, progress::Progress, stats::Stats};

    let id = read_modify_write::allocate(black_box(&IdAllocator::new()));
    let stats = Stats::new();
    read_modify_write::record(black_box(&stats), black_box(5));
    let progress = Progress::new(1);
    read_modify_write::advance(black_box(&progress));
    let claimed = read_modify_write::claim(black_box(&Latest::new()));
    id == Some(0) && stats.snapshot().max == Some(5) && progress.is_complete() && claimed
}

#[cfg(not(back_end))]
fn all_of_read_modify_write() -> bool {
    true
}

experiment!(run);
