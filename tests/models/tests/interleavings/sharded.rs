//! `ShardedStats`: one sum over all shards.

use core::cell::RefCell;
use indivisible::stats::{Recorder, ShardedStats};
use models::explorer::{Log, Model};

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Event {
    Record(u32),
    /// Count and total.
    Snapshot(u64, u64),
    Contended,
}

fn accepts((count, total): &mut (u64, u64), event: &Event) -> bool {
    match *event {
        Event::Record(value) => {
            *count += 1;
            *total += u64::from(value);
            true
        }
        Event::Snapshot(seen, sum) => (seen, sum) == (*count, *total),
        Event::Contended => true,
    }
}

struct State<const SLOTS: usize> {
    recorders: [RefCell<Recorder<'static, SLOTS>>; 2],
    stats: &'static ShardedStats<2, SLOTS>,
}

fn state<const SLOTS: usize>() -> State<SLOTS> {
    let (recorders, stats) = Box::leak(Box::new(ShardedStats::with_slots())).split();
    State {
        recorders: recorders.map(RefCell::new),
        stats,
    }
}

fn record<const SHARD: usize, const SLOTS: usize>(it: &State<SLOTS>, log: &Log<Event>) {
    let value = 1 << SHARD;
    log.call(|| {
        it.recorders[SHARD].borrow_mut().record(value);
        Event::Record(value)
    });
}

fn snapshot<const SLOTS: usize>(it: &State<SLOTS>, log: &Log<Event>) {
    log.call(|| {
        let seen = it.stats.try_snapshot();
        seen.map_or(Event::Contended, |it| Event::Snapshot(it.count, it.total))
    });
}

#[test]
fn two_record_beside_a_snapshot() {
    Model::new(
        "ShardedStats: record a | record b | try_snapshot",
        state::<2>,
    )
    .actor(record::<0, _>)
    .actor(record::<1, _>)
    .actor(snapshot)
    .preemptions(3, 4)
    .check(&(0, 0), accepts)
    .expect_at_least(5, [47_000, 47_000]);
}

/// One context with two recorders: no snapshot has its second record without its first. With four slots: with
/// two, the comparison after the copy implies the one before it.
#[test]
fn one_records_to_both_beside_a_snapshot() {
    Model::new(
        "ShardedStats of 4 slots: record a, record b, record a | try_snapshot",
        state::<4>,
    )
    .actor(|it, log| {
        record::<0, _>(it, log);
        record::<1, _>(it, log);
        record::<0, _>(it, log);
    })
    .actor(snapshot)
    .preemptions(4, 5)
    .check(&(0, 0), accepts)
    .expect_at_least(5, [50_000, 50_000]);
}

/// With two slots, the second record goes to the slot that the snapshot copies.
#[test]
fn two_records_to_one_shard_beside_a_snapshot() {
    Model::new("ShardedStats: 3 record a | try_snapshot", state::<2>)
        .actor(|it, log| (0..3).for_each(|_| record::<0, _>(it, log)))
        .actor(snapshot)
        .preemptions(3, 5)
        .check(&(0, 0), accepts)
        .expect_at_least(5, [5_400, 5_400]);
}
