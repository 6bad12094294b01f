//! The chapter's three atomics.

use crate::measure::cost;
use indivisible::stats::{Stats, Summary};

pub(super) fn all() {
    static STATS: Stats = Stats::new();
    cost!(
        2,
        "Stats::record, new maximum",
        |it: &Stats, n: u32| {
            it.record(n);
        },
        (&STATS, 5)
    );
    cost!(
        2,
        "Stats::record",
        |it: &Stats, n: u32| {
            it.record(n);
        },
        (&STATS, 3)
    );
    cost!(
        2,
        "Stats::snapshot",
        |it: &Stats| -> Summary { it.snapshot() },
        (&STATS)
    );
    cost!(
        2,
        "Stats::mean",
        |it: &Stats| -> Option<u64> { it.mean() },
        (&STATS)
    );
    cost!(
        2,
        "Stats::take",
        |it: &Stats| -> Summary { it.take() },
        (&STATS)
    );
    indivisible::cfg_has_atomic_64! { wide(); }
}

indivisible::cfg_has_atomic_64! {
    fn wide() {
        type Wide = Stats<u64>;
        static STATS: Wide = Wide::new();
        STATS.record(5);
        cost!(2, "Stats<u64>::record", |it: &Wide, n: u64| { it.record(n); }, (&STATS, 3));
    }
}
