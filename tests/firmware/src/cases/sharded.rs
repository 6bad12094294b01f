//! `ShardedStats`: three recorders, in main and in handlers, and snapshots.

use crate::{
    cases::NOTHING,
    planted::{EMPTY, load, store, twin, words},
};
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use harness::{By, Extra, GivenAway, Group, Held, Object, Op, Setting, Twin};
use indivisible::stats::{Recorder, ShardedStats, Summary};

static WHOLE: GivenAway<ShardedStats<3>> = GivenAway::new(ShardedStats::new());
static RECORDERS: [Held<Recorder<'static>>; 3] = [const { Held::new() }; 3];
static READER: Object<Option<&'static ShardedStats<3>>> = Object::new(None);
/// Count and total from before: nothing is ever taken out.
static BEFORE: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2];

const CONTENDED: u64 = NOTHING - 2;

const SETTING: Setting = Setting {
    reset: |idle, variant| {
        if let Some(whole) = WHOLE.take(idle) {
            let (recorders, reader) = whole.split();
            for (place, recorder) in RECORDERS.iter().zip(recorders) {
                place.put(recorder);
            }
            READER.renew(idle, Some(reader));
        }
        // Either slot of each shard.
        for index in 0..3 * variant as usize {
            record(index % 3, 0);
        }
        let seen = READER.get(|it| it.map_or(Summary::EMPTY, ShardedStats::snapshot));
        BEFORE[0].store(seen.count as u32, Relaxed);
        BEFORE[1].store(seen.total as u32, Relaxed);
    },
    variants: 2,
    state: snapshot,
};

#[inline(always)]
fn record(shard: usize, value: u32) -> u64 {
    RECORDERS[shard].with(|it| it.record(value));
    0
}

#[inline(always)]
fn number(seen: Summary) -> u64 {
    let count = (seen.count as u32).wrapping_sub(BEFORE[0].load(Relaxed));
    let total = (seen.total as u32).wrapping_sub(BEFORE[1].load(Relaxed));
    u64::from(count) << 32 | u64::from(total)
}

fn snapshot() -> u64 {
    number(READER.get(|it| it.map_or(Summary::EMPTY, ShardedStats::snapshot)))
}

const SNAPSHOT: Op = Op::new("snapshot", snapshot);
const TRY_SNAPSHOT: Op = Op::new("try_snapshot", || {
    let seen = READER.get(|it| it.map_or(Ok(Summary::EMPTY), |it| it.try_snapshot()));
    seen.map_or(CONTENDED, number)
});
const RECORD: Op = Op::new("record", || record(1, 5));
/// First to an earlier shard: a reader that has passed it must not see the second alone.
const RECORD_TWO: Op = Op::several("record, record", || record(0, 5) + record(2, 7));

const fn contended(handler: Op) -> Extra {
    Extra {
        name: "Contended",
        main: TRY_SNAPSHOT.name,
        handler: handler.name,
        by: By::Main,
        answer: CONTENDED,
    }
}

pub(super) const GROUPS: &[Group] = &[
    Group {
        main: &[RECORD],
        handler: &[SNAPSHOT, Op::new("record to another", || record(2, 7))],
        second: &[Op::new("record to a third", || record(0, 9))],
        twins: &[IN_PLACE],
        ..Group::new("Recorder", SETTING)
    },
    // Only where nothing interrupts the handler, so that it always succeeds.
    Group {
        main: &[RECORD],
        handler: &[TRY_SNAPSHOT],
        twins: &[IN_PLACE],
        ..Group::new("Recorder", SETTING)
    },
    Group {
        main: &[SNAPSHOT, TRY_SNAPSHOT],
        handler: &[RECORD, RECORD_TWO],
        second: &[SNAPSHOT],
        extras: &[contended(RECORD), contended(RECORD_TWO)],
        twins: &[naive::SUM, naive::EARLY],
        ..Group::new("ShardedStats<3>", SETTING)
    },
    #[cfg(tier2)]
    claim::GROUP,
];

/// Count and total where a snapshot finds them, and not in the other slot.
const IN_PLACE: Twin = twin(
    "record",
    Op::new("in place", || {
        store(0, load(0) + 1);
        store(1, load(1) + 5);
        0
    }),
    Op::new("snapshot", words),
    EMPTY,
);

/// The sum over the shards, each read for itself.
mod naive {
    use super::*;

    static SHARDS: [AtomicU32; 3] = [const { AtomicU32::new(0) }; 3];
    /// How often, over all of them.
    static RECORDED: AtomicU32 = AtomicU32::new(0);

    fn sum() -> u64 {
        SHARDS.iter().map(|it| u64::from(it.load(Relaxed))).sum()
    }

    const RECORD_TWO: Op = Op::several("record, record", || {
        SHARDS[0].store(5, Relaxed);
        SHARDS[2].store(7, Relaxed);
        RECORDED.store(2, Relaxed);
        0
    });

    const SETTING: Setting = Setting {
        reset: |_, _| {
            SHARDS.iter().for_each(|it| it.store(0, Relaxed));
            RECORDED.store(0, Relaxed);
        },
        variants: 1,
        state: sum,
    };

    pub(super) const SUM: Twin = twin(
        "snapshot",
        Op::new("one shard after the other", sum),
        RECORD_TWO,
        SETTING,
    );

    pub(super) const EARLY: Twin = twin(
        "try_snapshot",
        Op::new("second look too early", || {
            loop {
                let before = RECORDED.load(Relaxed);
                if RECORDED.load(Relaxed) == before {
                    return sum();
                }
            }
        }),
        RECORD_TWO,
        SETTING,
    );
}

#[cfg(tier2)]
mod claim {
    use crate::planted::given_twice;
    use harness::{Group, Object, Op, Setting};
    use indivisible::stats::ShardedStats;

    static STATS: Object<ShardedStats<1>> = Object::new(ShardedStats::new());

    const CLAIM: Op = Op::new("claim", || STATS.get(|it| it.claim().is_ok()).into());

    pub(super) const GROUP: Group = Group {
        main: &[CLAIM],
        handler: &[CLAIM],
        twins: &[given_twice("claim")],
        ..Group::new(
            "ShardedStats<1>",
            Setting {
                reset: |idle, _| STATS.renew(idle, ShardedStats::new()),
                variants: 1,
                state: || 0,
            },
        )
    };
}
