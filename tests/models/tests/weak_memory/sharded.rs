//! `ShardedStats`: two snapshots have one order.

use indivisible::sharded::{Recorder, ShardedStats};
use models::weak::{Handed, Model, leak};

struct State {
    recorders: [Handed<Recorder<'static>>; 2],
    stats: &'static ShardedStats<2>,
}

fn state() -> State {
    let (recorders, stats) = leak(ShardedStats::new()).split();
    State {
        recorders: recorders.map(Handed::new),
        stats,
    }
}

/// Whose records a snapshot has: one of 1, the other of 2.
fn whose(it: &State) -> &'static str {
    match it
        .stats
        .try_snapshot(1)
        .map(|seen| (seen.count, seen.total))
    {
        Ok((0, 0)) => "none",
        Ok((1, 1)) => "a",
        Ok((1, 2)) => "b",
        Ok((2, 3)) => "both",
        Ok(_) => "torn",
        Err(_) => "contended",
    }
}

fn record<const I: usize>(it: &State) -> &'static str {
    it.recorders[I].take().record(I as u32 + 1);
    ""
}

#[test]
fn a_record_is_wholly_in_or_out() {
    Model::new("ShardedStats: record a | record b | try_snapshot", state)
        .actor(record::<0>)
        .actor(record::<1>)
        .actor(whose)
        .preemptions(2, 3)
        .check(&["none", "a", "b", "both", "contended"], [850, 850]);
}

/// Each of the two snapshots may have either record alone, but not one the one and one the other.
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
        state,
    )
    .actor(record::<0>)
    .actor(record::<1>)
    .actor(whose)
    .actor(whose)
    .preemptions(1, 2)
    .check(&outcomes, [4_200, 4_200]);
}
