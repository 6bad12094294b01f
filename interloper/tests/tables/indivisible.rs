//! Operations of `indivisible`: with critical sections where the target has no compare-and-swap.
//!
//! ```toml
//! [dependencies]
//! indivisible = { path = "../../../core", features = ["critical-section"] }
//! ```

use indivisible::{
    id::IdAllocator,
    latest::{Latest, Writer},
    once::OnceLock,
    stats::Stats,
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
