//! Functions to be disassembled: what the library comes to in somebody's firmware.
//!
//! Those of `tier1` must neither mask interrupts nor call a critical section, whatever the back end. Those
//! of `tier2` do, on a chip without compare-and-swap: that is how the search is seen to find it.

#![no_std]
#![no_main]

use board_tests::{Board, experiment};
use core::hint::black_box;

/// Load and store only.
mod tier1 {
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

/// Read-modify-write: absent without a back end.
#[cfg(back_end)]
mod tier2 {
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
    all_of_tier1() & all_of_tier2()
}

fn all_of_tier1() -> bool {
    use core::num::NonZero;
    use indivisible::{
        latest::Latest, progress::SingleProgress, race::RacyOnce, stats::ShardedStats,
        stop::StopFlag,
    };

    let stopped = tier1::stop_flag(black_box(&StopFlag::new()));

    let mut progress = SingleProgress::new(black_box(10));
    let (mut writer, reader) = tier1::progress_split(black_box(&mut progress));
    let written = tier1::progress_write(black_box(&mut writer), black_box(3));
    let read = tier1::progress_read(black_box(reader));

    let lazy = RacyOnce::new();
    let value = tier1::racy_once(black_box(&lazy), black_box(NonZero::<u32>::MAX));

    let mut latest = Latest::new();
    let (mut writer, reader) = tier1::latest_split(black_box(&mut latest));
    tier1::latest_publish(black_box(&mut writer), black_box((3, 4)));
    let last = tier1::latest_read(black_box(reader));
    let none = tier1::latest_read_within(black_box(&Latest::new()));

    let mut stats = ShardedStats::new();
    let ([mut first, mut second], reader) = tier1::sharded_split(black_box(&mut stats));
    tier1::sharded_record(black_box(&mut first), black_box(4));
    tier1::sharded_record(black_box(&mut second), black_box(u32::MAX));
    let seen = tier1::sharded_snapshot(black_box(reader));
    let mean = tier1::sharded_mean(black_box(reader));

    stopped
        && (written, read) == (6, (10, false))
        && value == NonZero::<u32>::MAX
        && (last, none) == (Some((3, 4)), Ok(None))
        && seen.is_ok_and(|seen| seen.total == 4 + u64::from(u32::MAX))
        && mean == Some((4 + u64::from(u32::MAX)) / 2)
}

#[cfg(back_end)]
fn all_of_tier2() -> bool {
    use indivisible::{id::IdAllocator, latest::Latest, progress::Progress, stats::Stats};

    let id = tier2::allocate(black_box(&IdAllocator::new()));
    let stats = Stats::new();
    tier2::record(black_box(&stats), black_box(5));
    let progress = Progress::new(1);
    tier2::advance(black_box(&progress));
    let claimed = tier2::claim(black_box(&Latest::new()));
    id == Some(0) && stats.snapshot().max == Some(5) && progress.is_complete() && claimed
}

#[cfg(not(back_end))]
fn all_of_tier2() -> bool {
    true
}

experiment!(run);
