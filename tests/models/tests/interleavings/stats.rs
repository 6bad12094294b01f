//! The chapter's three words without any promise together: which snapshots may be torn, and which may not.

use indivisible::{
    atomic::{AtomicU32, Ordering::Relaxed},
    stats::Stats,
};
use models::explorer::Model;

/// The counterpart of the weak-memory model of this name: in no interleaving is a total read before its
/// count.
#[test]
fn a_total_is_not_read_before_its_count() {
    Model::new("raw statistics: count, total | total, count", || {
        [AtomicU32::new(0), AtomicU32::new(0)]
    })
    .actor(|[count, total], _| {
        count.fetch_add(1, Relaxed);
        total.fetch_add(10, Relaxed);
    })
    .actor(|[count, total], log| {
        log.call(|| {
            let total = total.load(Relaxed);
            (total, count.load(Relaxed))
        });
    })
    .check(&(), |(), _| true)
    .expect(&["[(0, 0)]", "[(0, 1)]", "[(10, 1)]"], [4, 22]);
}

/// Untorn if a record is one critical section; otherwise possibly torn, in each possible way.
#[test]
fn a_snapshot_may_be_torn_where_a_record_is_several_changes() {
    let whole = ["[(0, 0, None)]", "[(1, 10, Some(10))]"];
    // The reader loads count, total, maximum, in this order; each may be too early.
    let torn = [
        "[(0, 0, Some(10))]",
        "[(0, 10, None)]",
        "[(0, 10, Some(10))]",
        "[(1, 0, Some(0))]",
        "[(1, 0, Some(10))]",
        "[(1, 10, Some(0))]",
    ];
    let expected: Vec<_> = if cfg!(indivisible_force_sections) {
        whole.to_vec()
    } else {
        [whole.as_slice(), torn.as_slice()].concat()
    };
    let report = Model::new("Stats: record | snapshot", Stats::<u32>::new)
        .actor(|stats, _| stats.record(10))
        .actor(|stats, log| {
            log.call(|| {
                let seen = stats.snapshot();
                (seen.count, seen.total, seen.max)
            });
        })
        .check(&(), |(), _| true);
    report.expect(&expected, [28, 1]);
}
