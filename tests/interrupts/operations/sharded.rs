//! `ShardedStats`: three recorders, in main and in handlers, and snapshots.

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use indivisible::{latest::ContendedError, stats::{Recorder, ShardedStats, Summary}};
use interloper_table::object;

type It = ShardedStats<3>;
type Hand = Option<Recorder<'static>>;

/// Splits it, after so many records of each recorder.
fn split(whole: &'static mut It, records: usize) -> ([Hand; 3], Option<&'static It>) {
    let (mut recorders, all) = whole.split();
    for recorder in &mut recorders {
        (0..records).for_each(|_| recorder.record(0));
    }
    (recorders.map(Some), Some(all))
}

fn record(hand: &mut Hand, value: u32) {
    if let Some(recorder) = hand { recorder.record(value) }
}

object! {
    sharded: It = ShardedStats::new(),
    object reader: Option<&'static It> = None,
    handle first: Hand = None,
    handle second: Hand = None,
    handle third: Hand = None,
    // Either slot of each shard.
    reset even |sharded, reader, first, second, third| ([*first, *second, *third], *reader) = split(sharded, 0),
    reset odd |sharded, reader, first, second, third| ([*first, *second, *third], *reader) = split(sharded, 1),
    main core fn record(second) { record(second, 5) },
    irq(1) fn record_within(second) { record(second, 5) },
    // First to an earlier shard: a reader that has passed it must not see the second alone.
    irq(1) fn record_two(first, third) = [
        earlier { record(first, 5) },
        later { record(third, 7) },
    ],
    irq(2) fn record_third(third) { record(third, 9) },
    main core irq(2) fn snapshot(reader) -> Option<Summary> { Some(reader.as_ref()?.snapshot()) },
    main fn try_snapshot(reader) -> Option<Result<Summary, ContendedError>> {
        Some(reader.as_ref()?.try_snapshot())
    } extra Some(Err(_)) in [record_within, record_two, record_third] extra Some(Err(_)) in [record],
    // A record that it interrupts is suspended meanwhile, so it always succeeds; one on the other core makes it give up.
    irq(1) fn try_snapshot_within(reader) -> Option<Result<Summary, ContendedError>> {
        Some(reader.as_ref()?.try_snapshot())
    } extra Some(Err(_)) in [record] elsewhere,
    main fn snapshot_of_two(reader) -> Option<Summary> {
        let mut seen = reader.as_ref()?.snapshot();
        seen.total = reader.as_ref()?.snapshot().total;
        Some(seen)
    } wrong for snapshot, caught by [record_within],
    main fn try_snapshot_of_two(reader) -> Option<Result<Summary, ContendedError>> {
        let mut seen = reader.as_ref()?.snapshot();
        seen.total = reader.as_ref()?.snapshot().total;
        Some(Ok(seen))
    } wrong for try_snapshot, caught by [record_two],
    state |reader| reader.map(ShardedStats::snapshot),
}

#[cfg(feature = "changes")]
object! {
    claimed: ShardedStats<1> = ShardedStats::new(),
    reset |claimed| *claimed = ShardedStats::new(),
    main core irq(1) fn claim(claimed) -> bool { claimed.claim().is_ok() },
}

/// Three sums, and the number of changes.
type Shards = [AtomicU32; 4];

fn sum(shards: &Shards) -> u32 {
    shards[..3].iter().map(|it| it.load(Relaxed)).sum()
}

// The sum over the shards, each read by itself.
object! {
    shards: Shards = [const { AtomicU32::new(0) }; 4],
    reset |shards| *shards = [const { AtomicU32::new(0) }; 4],
    main fn sum(shards) -> u32 {
        loop {
            let before = shards[3].load(Relaxed);
            let sum = sum(shards);
            if shards[3].load(Relaxed) == before { return sum }
        }
    },
    main fn one_after_the_other(shards) -> u32 { sum(shards) } wrong for sum, caught by [record_two],
    main fn look_again_too_early(shards) -> u32 {
        loop {
            let before = shards[3].load(Relaxed);
            if shards[3].load(Relaxed) == before { return sum(shards) }
        }
    } wrong for sum, caught by [record_two],
    irq(1) fn record_two(shards) = [
        earlier { shards[0].store(5, Relaxed); shards[3].store(1, Relaxed); },
        later { shards[2].store(7, Relaxed); shards[3].store(2, Relaxed); },
    ],
}
