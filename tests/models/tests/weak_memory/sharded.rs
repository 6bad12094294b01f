//! `ShardedStats`: two snapshots agree on one order of the records.

use indivisible::stats::{Recorder, ShardedStats};
use models::weak::{Handed, Model, leak};

struct State<const SLOTS: usize> {
    recorders: [Handed<Recorder<'static, SLOTS>>; 2],
    stats: &'static ShardedStats<2, SLOTS>,
}

fn state<const SLOTS: usize>() -> State<SLOTS> {
    let (recorders, stats) = leak(ShardedStats::with_slots()).split();
    State {
        recorders: recorders.map(Handed::new),
        stats,
    }
}

/// The records in a snapshot: one of 1, the other of 2.
fn whose<const SLOTS: usize>(it: &State<SLOTS>) -> &'static str {
    match it.stats.try_snapshot().map(|seen| (seen.count, seen.total)) {
        Ok((0, 0)) => "none",
        Ok((1, 1)) => "a",
        Ok((1, 2)) => "b",
        Ok((2, 3)) => "both",
        Ok(_) => "torn",
        Err(_) => "contended",
    }
}

fn record<const I: usize, const SLOTS: usize>(it: &State<SLOTS>) -> &'static str {
    it.recorders[I].take().record(I as u32 + 1);
    ""
}

#[test]
fn a_snapshot_has_all_of_a_record_or_none() {
    Model::new(
        "ShardedStats: record a | record b | try_snapshot",
        state::<2>,
    )
    .actor(record::<0, _>)
    .actor(record::<1, _>)
    .actor(whose)
    .preemptions(2, 3)
    .check(&["none", "a", "b", "both", "contended"], [640, 640]);
}

/// One context with two recorders. With four slots: with two, the comparison after the copy implies the one
/// before it.
#[test]
fn a_second_record_is_not_seen_without_the_first() {
    Model::new(
        "ShardedStats of 4 slots: record a, record b | try_snapshot",
        state::<4>,
    )
    .actor(|it| {
        record::<0, _>(it);
        record::<1, _>(it)
    })
    .actor(whose)
    .preemptions(2, 3)
    .check(&["none", "a", "both", "contended"], [100, 100]);
}

/// With two slots, the second record uses the slot that the snapshot copies.
#[test]
fn two_records_to_one_shard_are_read_untorn() {
    Model::new(
        "ShardedStats: record a, record a | try_snapshot",
        state::<2>,
    )
    .actor(|it| {
        let mut recorder = it.recorders[0].take();
        (0..2).for_each(|_| recorder.record(1));
        ""
    })
    .actor(|it| match it.stats.try_snapshot() {
        Ok(seen) => format!("{} of {}", seen.count, seen.total),
        Err(_) => "contended".to_owned(),
    })
    .check(&["0 of 0", "1 of 1", "2 of 2", "contended"], [100, 100]);
}

/// Each of the two snapshots may have either record alone, but not each a different one.
#[test]
fn two_snapshots_agree_which_record_came_first() {
    let mut outcomes = Vec::new();
    let all = ["none", "a", "b", "both", "contended"];
    for one in all {
        for other in all {
            if !matches!((one, other), ("a", "b") | ("b", "a")) {
                outcomes.push(format!("{one}, {other}"));
            }
        }
    }
    let outcomes: Vec<_> = outcomes.iter().map(String::as_str).collect();
    Model::new(
        "ShardedStats: record a | record b | try_snapshot | try_snapshot",
        state::<2>,
    )
    .actor(record::<0, _>)
    .actor(record::<1, _>)
    .actor(whose)
    .actor(whose)
    .preemptions(1, 2)
    .check(&outcomes, [2_500, 2_500]);
}
