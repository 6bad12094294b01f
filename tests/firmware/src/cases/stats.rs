//! `Stats`: in one critical section, or in three changes that a snapshot may fall between.

use crate::planted::{EMPTY, load, store, twin, words};
use harness::{Group, Object, Op, Setting, Twin};
use indivisible::stats::{Stats, Summary};

static STATS: Object<Stats> = Object::new(Stats::new());

const FIRST: u32 = 3;
const VALUE: u32 = 5;

const SETTING: Setting = Setting {
    reset: |idle, _| {
        STATS.renew(idle, Stats::new());
        record(FIRST);
    },
    variants: 1,
    state: snapshot,
};

#[inline(always)]
fn record(value: u32) -> u64 {
    STATS.get(|it| it.record(value));
    0
}

#[inline(always)]
const fn code(count: u64, total: u64, max: u64) -> u64 {
    count | total << 16 | max << 32
}

fn number(seen: Summary) -> u64 {
    code(seen.count, seen.total, seen.max.map_or(0, u64::from))
}

fn snapshot() -> u64 {
    number(STATS.get(Stats::snapshot))
}

const SNAPSHOT: Op = Op::new("snapshot", snapshot);
const RECORD: Op = Op::new("record", || record(VALUE));

/// What a snapshot sees between the changes of a record, and what changes between its loads.
#[cfg(native)]
const EXTRAS: &[harness::Extra] = {
    use harness::{By, Extra};
    const fn torn(name: &'static str, by: By, answer: u64) -> Extra {
        let (main, handler) = match by {
            By::Main => ("snapshot", "record"),
            By::Handler => ("record", "snapshot"),
        };
        Extra {
            name,
            main,
            handler,
            by,
            answer,
        }
    }
    &[
        torn("the count alone", By::Handler, code(2, 3, 3)),
        torn("the count and the total", By::Handler, code(2, 8, 3)),
        torn("the total and the maximum", By::Main, code(1, 8, 5)),
        torn("the maximum alone", By::Main, code(1, 3, 5)),
    ]
};
#[cfg(not(native))]
const EXTRAS: &[harness::Extra] = &[];

fn record_by_loads_and_stores() -> u64 {
    store(0, load(0) + 1);
    store(1, load(1) + VALUE);
    0
}

const BY_LOADS_AND_STORES: Op = Op::new("loads and stores", record_by_loads_and_stores);

/// A record within another's is lost.
const LOST: Twin = twin("record", BY_LOADS_AND_STORES, BY_LOADS_AND_STORES, EMPTY);

/// A snapshot between two of the changes, or a record between two of the loads.
const ONE_AFTER_THE_OTHER: [Twin; 2] = [
    twin(
        "record",
        BY_LOADS_AND_STORES,
        Op::new("snapshot", words),
        EMPTY,
    ),
    twin(
        "snapshot",
        Op::new("one after the other", words),
        BY_LOADS_AND_STORES,
        EMPTY,
    ),
];

pub(super) const GROUPS: &[Group] = &[
    Group {
        main: &[RECORD, SNAPSHOT],
        handler: &[RECORD, SNAPSHOT],
        extras: EXTRAS,
        twins: &[LOST, ONE_AFTER_THE_OTHER[0], ONE_AFTER_THE_OTHER[1]],
        ..Group::new("Stats", SETTING)
    },
    Group {
        main: &[taken::TAKE],
        handler: &[RECORD],
        twins: &[taken::LOSES],
        ..Group::new("Stats", taken::SETTING)
    },
    Group {
        main: &[RECORD],
        handler: &[taken::TAKE],
        twins: &[taken::TWICE],
        ..Group::new("Stats", taken::SETTING)
    },
];

/// Each part of a record beside a `take` is either taken or left: what was taken and what is left add up to the
/// same in each order.
mod taken {
    use super::*;
    use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

    /// Count, total and maximum of everything taken.
    static TAKEN: [AtomicU32; 3] = [const { AtomicU32::new(0) }; 3];

    fn keep([count, total, max]: [u32; 3]) {
        let [counts, totals, maximum] = &TAKEN;
        counts.store(counts.load(Relaxed) + count, Relaxed);
        totals.store(totals.load(Relaxed) + total, Relaxed);
        maximum.store(maximum.load(Relaxed).max(max), Relaxed);
    }

    fn with(left: [u32; 3]) -> u64 {
        let [count, total, max] = [0, 1, 2].map(|i: usize| TAKEN[i].load(Relaxed));
        let max = max.max(left[2]);
        code(
            (count + left[0]).into(),
            (total + left[1]).into(),
            max.into(),
        )
    }

    fn parts(seen: Summary) -> [u32; 3] {
        [seen.count as u32, seen.total as u32, seen.max.unwrap_or(0)]
    }

    pub(super) const SETTING: Setting = Setting {
        reset: |idle, variant| {
            (super::SETTING.reset)(idle, variant);
            TAKEN.iter().for_each(|part| part.store(0, Relaxed));
        },
        variants: 1,
        state: || with(parts(STATS.get(Stats::snapshot))),
    };

    pub(super) const TAKE: Op = Op::new("take", || {
        keep(parts(STATS.get(Stats::take)));
        0
    });

    const RAW: Setting = Setting {
        reset: |_, _| {
            record_by_loads_and_stores();
            TAKEN.iter().for_each(|part| part.store(0, Relaxed));
        },
        variants: 1,
        state: || with([load(0), load(1), 0]),
    };

    const TAKE_BY_LOADS_AND_STORES: Op = Op::new("loads, then stores", || {
        let taken = [load(0), load(1), 0];
        store(0, 0);
        store(1, 0);
        keep(taken);
        0
    });

    /// What is recorded between the load and the store is lost.
    pub(super) const LOSES: Twin = twin("take", TAKE_BY_LOADS_AND_STORES, BY_LOADS_AND_STORES, RAW);

    /// What is taken between the load and the store is stored again.
    pub(super) const TWICE: Twin =
        twin("record", BY_LOADS_AND_STORES, TAKE_BY_LOADS_AND_STORES, RAW);
}
