//! `Stats`: in one critical section, or in three changes that a snapshot may fall between.

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use indivisible::stats::{Stats, Summary};
use interloper_table::object;

/// One value was recorded before.
fn begun() -> Stats {
    let stats = Stats::new();
    stats.record(3);
    stats
}

macro_rules! with {
    // `of_main`: what a snapshot sees that a record interrupts; `of_handler`: one that interrupts a record.
    (core { $($core:tt)* } of_main { $($of_main:tt)* } of_handler { $($of_handler:tt)* } $($more:tt)*) => { object! {
        stats: Stats = Stats::new(),
        reset |stats| *stats = begun(),
        main $($core)* fn record(stats) { stats.record(5) },
        irq(1, 2) fn record_within(stats) { stats.record(5) },
        main $($core)* fn snapshot(stats) -> Summary { stats.snapshot() } $($of_main)*,
        irq(1) fn snapshot_within(stats) -> Summary { stats.snapshot() } $($of_handler)*,
        main fn snapshot_of_two(stats) -> Summary {
            let mut seen = stats.snapshot();
            seen.total = stats.snapshot().total;
            seen
        } wrong for snapshot, caught by [record_within],
        state |stats| stats.snapshot(),
        $($more)*
    } };
}

#[cfg(not(feature = "native"))]
with! { core { core } of_main {} of_handler {} }

// A record changes the count, the total, the maximum; a snapshot loads them in the reverse order.
#[cfg(feature = "native")]
with! {
    core {}
    of_main {
        extra Summary { count: 1, total: 8, max: Some(5), .. } in [record_within]
        extra Summary { count: 1, total: 3, max: Some(5), .. } in [record_within]
    }
    of_handler {
        extra Summary { count: 2, total: 3, max: Some(3), .. } in [record]
        extra Summary { count: 2, total: 8, max: Some(3), .. } in [record]
    }
    handlers 1,
}

type Parts = [AtomicU32; 3];

/// Adds a summary to the count, the total and the maximum of everything taken.
fn keep(taken: &Parts, seen: Summary) {
    let [count, total, max] = taken;
    count.store(count.load(Relaxed) + seen.count as u32, Relaxed);
    total.store(total.load(Relaxed) + seen.total as u32, Relaxed);
    max.store(max.load(Relaxed).max(seen.max.unwrap_or(0)), Relaxed);
}

// Each part of a record beside a `take` is either taken or left: what was taken and what is left add up to the same in
// each order.
object! {
    taking: Stats = Stats::new(),
    object taken: Parts = [const { AtomicU32::new(0) }; 3],
    reset |taking| *taking = begun(),
    main irq(1) fn take(taking, taken) { keep(taken, taking.take()) },
    main irq(1) fn record(taking) { taking.record(5) },
    main fn look_then_clear(taking, taken) {
        keep(taken, taking.snapshot());
        taking.take();
    } wrong for take, caught by [record],
    state |taking, taken| {
        keep(taken, taking.snapshot());
        [0, 1, 2].map(|part: usize| taken[part].load(Relaxed))
    },
    // `keep` is no part of the operation.
    handlers 1,
}
