//! Programs of loads and stores: they compile without a back end.
#![no_std]

use core::num::NonZero;
use indivisible::{
    latest::{Latest, Writer},
    progress::{self, SingleProgress},
    race::RacyOnce,
    stats::ShardedStats,
    stop::StopFlag,
};

static STOP: StopFlag = StopFlag::new();
static KEY: RacyOnce<NonZero<u32>> = RacyOnce::new();
static TABLE: RacyOnce<&'static [u8; 4]> = RacyOnce::new();

pub fn stop() -> bool {
    STOP.request_stop();
    STOP.stop_requested()
}

pub fn key() -> (NonZero<u32>, &'static [u8; 4]) {
    (KEY.get_or_init(|| NonZero::<u32>::MAX), TABLE.get_or_init(|| &[1, 2, 3, 4]))
}

pub fn progress(progress: &mut SingleProgress) -> bool {
    let (mut writer, progress): (progress::Writer<'_>, _) = progress.split();
    writer.set_done(1);
    progress.is_complete()
}

pub fn single() -> SingleProgress {
    SingleProgress::new(3)
}

pub fn latest(latest: &mut Latest<u64>) -> Option<u64> {
    let (mut writer, latest): (Writer<'_, u64>, _) = latest.split();
    writer.publish(1 << 40);
    latest.read()
}

pub fn sharded(stats: &mut ShardedStats<2>) -> Option<u64> {
    let ([mut one, mut two], stats) = stats.split();
    one.record(1);
    two.record(2);
    stats.try_snapshot().ok()?.mean()
}
