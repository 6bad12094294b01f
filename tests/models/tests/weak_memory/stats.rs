//! The chapter's statistics with a reader: an average that is too high, which neither x86 nor a single core
//! ever shows.

use indivisible::{
    atomic::{AtomicU32, Ordering::Relaxed},
    stats::Stats,
};
use models::weak::Model;

/// Counts, then adds; the reader loads the total, then the count. In any interleaving a total of n records is
/// read with a count of n at least. By reordering it is read with less.
#[test]
fn a_total_may_be_read_before_its_count() {
    Model::new("raw statistics: count, total | total, count", || {
        [AtomicU32::new(0), AtomicU32::new(0)]
    })
    .actor(|[count, total]| {
        count.fetch_add(1, Relaxed);
        total.fetch_add(10, Relaxed);
        ""
    })
    .actor(|[count, total]| {
        let total = total.load(Relaxed);
        format!("{total} of {}", count.load(Relaxed))
    })
    .check(&["0 of 0", "0 of 1", "10 of 1", "10 of 0"], [76, 33]);
}

/// Readers may see torn statistics meanwhile; no record is lost at the end.
#[test]
fn no_record_is_lost() {
    Model::new("Stats: record | record", Stats::<u32>::new)
        .actor(|stats| {
            stats.record(10);
            ""
        })
        .actor(|stats| {
            stats.record(20);
            ""
        })
        .last(|stats| {
            let seen = stats.snapshot();
            format!("{} of {}, {:?}", seen.total, seen.count, seen.max)
        })
        .check(&["30 of 2, Some(20)"], [250, 28]);
}
