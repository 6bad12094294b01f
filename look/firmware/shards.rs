//! Two handlers record, each to a shard of its own; main adds the shards up.

use core::sync::atomic::{AtomicU32, Ordering::{Acquire, Relaxed, Release}};
use indivisible::stats::{Recorder, ShardedStats};
use interloper_table::object;

mod sum {
    use super::*;

    #[inline(always)]
    fn record(shards: &[AtomicU32; 2], mine: usize) {
        let count = shards[mine].load(Relaxed);
        shards[mine].store(count + 1, Release);
    }

    #[inline(always)]
    fn snapshot(shards: &[AtomicU32; 2]) -> [u32; 2] {
        let first = shards[0].load(Acquire);
        let second = shards[1].load(Acquire);
        [first, second]
    }

    object! {
        shards: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2],
        main fn main(shards) -> [u32; 2] { snapshot(shards) },
        irq(1) fn first(shards) { record(shards, 0) },
        irq(1) fn second(shards) { record(shards, 1) } when { shards[0].load(Relaxed) == 1 },
        state |shards| snapshot(shards),
    }
}

mod sharded {
    use super::*;

    #[inline(always)]
    fn record(recorder: &mut Recorder<'_>) {
        recorder.record(1);
    }

    #[inline(always)]
    fn snapshot(stats: &ShardedStats<2>) -> u32 {
        stats.snapshot().count as u32
    }

    object! {
        stats: ShardedStats<2> = ShardedStats::new(),
        object reader: Option<&'static ShardedStats<2>> = None,
        handle one: Option<Recorder<'static>> = None,
        handle two: Option<Recorder<'static>> = None,
        reset |stats, reader, one, two| {
            *stats = ShardedStats::new();
            let ([a, b], all) = stats.split();
            (*reader, *one, *two) = (Some(all), Some(a), Some(b));
        },
        main fn main(stats) -> u32 { snapshot(stats) },
        irq(1) fn first(one) { if let Some(it) = one { record(it) } },
        irq(1) fn second(two, stats) { if let Some(it) = two { record(it) } } when { stats.snapshot().count == 1 },
        state |stats| snapshot(stats),
    }
}
