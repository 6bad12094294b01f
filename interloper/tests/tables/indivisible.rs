//! Operations of `indivisible`: with critical sections where the target has no compare-and-swap.
//!
//! ```toml
//! [dependencies]
//! indivisible = { path = "../../../core", features = ["critical-section"] }
//! ```

use core::num::NonZeroU32;
use indivisible::{
    id::IdAllocator,
    latest::{Latest, Writer},
    once::OnceLock,
    progress::Progress,
    race::OnceWord,
    stats::{Recorder, ShardedStats, Stats, Summary},
    stop::StopFlag,
};
use interloper_table::object;

object! {
    ids: IdAllocator<u32> = IdAllocator::new(),
    reset plenty |ids| *ids = IdAllocator::with_limit(100),
    reset one |ids| *ids = IdAllocator::with_limit(1),
    reset none |ids| *ids = IdAllocator::with_limit(0),
    main core irq(1, 2) fn allocate(ids) -> Option<u32> { ids.allocate().ok() },
    main irq(1) fn remaining(ids) -> u32 { ids.remaining() },
    state |ids| ids.remaining(),
}

object! {
    stats: Stats = Stats::new(),
    reset |stats| *stats = Stats::new(),
    main core irq(1, 2) fn record(stats) { stats.record(5) },
    // With native atomics a snapshot may be torn: the count alone is that of an order.
    main core irq(1) fn count(stats) -> u64 { stats.snapshot().count },
    state |stats| stats.snapshot(),
}

type Reading = [u32; 4];

fn reading(number: u32) -> Reading {
    [number, !number, number, !number]
}

object! {
    latest: Latest<Reading> = Latest::new(),
    object reader: Option<&'static Latest<Reading>> = None,
    handle writer: Option<Writer<'static, Reading>> = None,
    reset empty |latest, reader, writer| {
        *latest = Latest::new();
        let (new, all) = latest.split();
        (*writer, *reader) = (Some(new), Some(all));
    },
    reset full |latest, reader, writer| {
        *latest = Latest::new();
        let (mut new, all) = latest.split();
        new.publish(reading(1));
        (*writer, *reader) = (Some(new), Some(all));
    },
    main core irq(1, 2) fn read(reader) -> Option<Reading> { reader.as_ref()?.read() },
    main core irq(1) fn publish(writer) {
        if let Some(writer) = writer { writer.publish(reading(5)) }
    },
    state |reader| reader.as_ref().and_then(|latest| latest.read()),
}

object! {
    once: OnceLock<[u32; 2]> = OnceLock::new(),
    reset empty |once| *once = OnceLock::new(),
    reset full |once| { *once = OnceLock::new(); once.try_get_or_init(|| [7, !7]).ok(); },
    main irq(1) fn get(once) -> Option<&'static [u32; 2]> { once.get() },
    main fn init(once) -> Option<&'static [u32; 2]> { once.try_get_or_init(|| [1, !1]).ok() },
    irq(1) fn init_in_handler(once) -> Option<&'static [u32; 2]> { once.try_get_or_init(|| [2, !2]).ok() }
        extra None in [init],
    state |once| once.get(),
}

object! {
    word: OnceWord<NonZeroU32> = OnceWord::new(),
    reset |word| *word = OnceWord::new(),
    main core irq(1) fn get(word) -> Option<NonZeroU32> { word.get() },
    main fn init_one(word) -> NonZeroU32 { word.get_or_init(|| NonZeroU32::MIN) },
    core irq(1) fn init_max(word) -> NonZeroU32 { word.get_or_init(|| NonZeroU32::MAX) },
    state |word| word.get(),
}

object! {
    stop: StopFlag = StopFlag::new(),
    reset |stop| *stop = StopFlag::new(),
    main core irq(1) fn requested(stop) -> bool { stop.stop_requested() },
    main core irq(1) fn request(stop) { stop.request_stop() },
    main core irq(1) fn take(stop) -> bool { stop.take() },
    state |stop| stop.stop_requested(),
}

object! {
    progress: Progress = Progress::new(100),
    reset |progress| *progress = Progress::new(4),
    main core irq(1, 2) fn advance(progress) { progress.advance(3) },
    main core irq(1) fn done(progress) -> usize { progress.done() },
    state |progress| progress.done(),
}

object! {
    sharded: ShardedStats<2> = ShardedStats::new(),
    object reader: Option<&'static ShardedStats<2>> = None,
    handle first: Option<Recorder<'static>> = None,
    handle second: Option<Recorder<'static>> = None,
    reset |sharded, reader, first, second| {
        *sharded = ShardedStats::new();
        let ([one, other], all) = sharded.split();
        (*first, *second, *reader) = (Some(one), Some(other), Some(all));
    },
    main irq(2) fn snapshot(reader) -> Option<Summary> { Some(reader.as_ref()?.snapshot()) },
    main irq(1) fn record_five(first) { if let Some(it) = first { it.record(5) } },
    main irq(1) fn record_seven(second) { if let Some(it) = second { it.record(7) } },
    state |reader| reader.map(|all| all.snapshot()),
}
