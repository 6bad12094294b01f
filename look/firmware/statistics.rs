//! The handler records a second 30 while main reads count and total.

use crate::table::Mean;
use indivisible::{
    atomic::{AtomicU32, Ordering::Relaxed},
    stats::{Recorder, ShardedStats, Stats},
};
use interloper_table::object;

mod words {
    use super::*;

    /// Two of the chapter's three atomics.
    pub struct Words {
        count: AtomicU32,
        total: AtomicU32,
    }

    #[inline(always)]
    fn record(stats: &Words, value: u32) {
        stats.count.fetch_add(1, Relaxed);
        stats.total.fetch_add(value, Relaxed);
    }

    #[inline(always)]
    fn snapshot(stats: &Words) -> Mean {
        let total = stats.total.load(Relaxed);
        let count = stats.count.load(Relaxed);
        Mean { count, total }
    }

    object! {
        stats: Words = Words { count: AtomicU32::new(1), total: AtomicU32::new(30) },
        main fn main(stats) -> Mean { snapshot(stats) },
        irq(1) fn handler(stats) { record(stats, 30) },
        state |stats| snapshot(stats),
    }
}

mod sections {
    use super::*;

    #[inline(always)]
    fn record(stats: &Stats, value: u32) {
        stats.record(value);
    }

    #[inline(always)]
    fn snapshot(stats: &Stats) -> Mean {
        let seen = stats.snapshot();
        Mean { count: seen.count as u32, total: seen.total as u32 }
    }

    object! {
        stats: Stats = Stats::new(),
        reset |stats| { *stats = Stats::new(); stats.record(30); },
        main fn main(stats) -> Mean { snapshot(stats) },
        irq(1) fn handler(stats) { record(stats, 30) },
        state |stats| snapshot(stats),
    }
}

mod sharded {
    use super::*;

    #[inline(always)]
    fn record(recorder: &mut Recorder<'_>, value: u32) {
        recorder.record(value);
    }

    #[inline(always)]
    fn snapshot(stats: &ShardedStats<1>) -> Mean {
        let seen = stats.snapshot();
        Mean { count: seen.count as u32, total: seen.total as u32 }
    }

    object! {
        stats: ShardedStats<1> = ShardedStats::new(),
        object reader: Option<&'static ShardedStats<1>> = None,
        handle writer: Option<Recorder<'static>> = None,
        reset |stats, reader, writer| {
            *stats = ShardedStats::new();
            let ([mut recorder], all) = stats.split();
            recorder.record(30);
            (*reader, *writer) = (Some(all), Some(recorder));
        },
        main fn main(stats) -> Mean { snapshot(stats) },
        irq(1) fn handler(writer) { if let Some(writer) = writer { record(writer, 30) } },
        state |stats| snapshot(stats),
    }
}
