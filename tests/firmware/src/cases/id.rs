//! `IdAllocator`, each policy, and leases.

use crate::{
    cases::answer,
    planted::{
        EMPTY, change, in_words, load, load_then_store, past_the_limit, seen_past_the_limit, store,
        twin,
    },
};
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use harness::{Group, Held, Object, Op, Setting, Twin};
use indivisible::id::{Aborting, IdAllocator, IdLease, RollingBack, Wrapping};

/// Plenty, one left, none.
const LIMITS: [u32; 3] = [100, 1, 0];

static CHECKED: Object<IdAllocator<u32>> = Object::new(IdAllocator::new());
static ROLL_BACK: Object<IdAllocator<u32, RollingBack>> =
    Object::new(IdAllocator::<u32, _>::rolling_back(1));
static ABORT: Object<IdAllocator<u32, Aborting>> = Object::new(IdAllocator::<u32, _>::aborting(1));
static WRAPPING: Object<IdAllocator<u8, Wrapping>> = Object::new(IdAllocator::wrapping());

const CHECKED_SETTING: Setting = Setting {
    reset: |idle, variant| CHECKED.renew(idle, IdAllocator::with_limit(LIMITS[variant as usize])),
    variants: 3,
    state: remaining,
};

const ROLL_BACK_SETTING: Setting = Setting {
    reset: |idle, variant| {
        let limit = LIMITS[variant as usize];
        ROLL_BACK.renew(idle, IdAllocator::<u32, _>::rolling_back(limit));
    },
    variants: 3,
    state: || ROLL_BACK.get(|it| it.remaining()).into(),
};

const ABORT_SETTING: Setting = Setting {
    reset: |idle, _| ABORT.renew(idle, IdAllocator::<u32, _>::aborting(100)),
    variants: 1,
    state: || ABORT.get(|it| it.remaining()).into(),
};

const WRAPPING_SETTING: Setting = Setting {
    reset: |idle, variant| {
        WRAPPING.renew(idle, IdAllocator::wrapping());
        // The last ID comes first, or second.
        for _ in 0..255 * variant {
            WRAPPING.get(|it| it.allocate());
        }
    },
    variants: 2,
    state: || 0,
};

fn remaining() -> u64 {
    CHECKED.get(|it| it.remaining()).into()
}

const REMAINING: Op = Op::new("remaining", remaining);
const ALLOCATE: Op = Op::new("allocate", || {
    answer(CHECKED.get(|it| it.allocate()).ok().map(u64::from))
});
/// How many, and the first; what is left of it is forgotten, so that it does not go back.
const LEASE: Op = Op::new("lease(2)", || {
    CHECKED.get(|it| {
        it.lease(2).map_or(0, |mut lease| {
            let held = u64::from(lease.remaining());
            let first = lease.next();
            core::mem::forget(lease);
            held << 32 | first.map_or(0, u64::from)
        })
    })
});

const ROLL_BACK_ALLOCATE: Op = Op::new("allocate", || {
    answer(ROLL_BACK.get(|it| it.allocate()).ok().map(u64::from))
});
const ABORT_ALLOCATE: Op = Op::new("allocate", || ABORT.get(|it| it.allocate()).into());
const WRAPPING_ALLOCATE: Op = Op::new("allocate", || WRAPPING.get(|it| it.allocate()).into());

/// The same ID for two.
const LOST_ALLOCATION: Twin =
    load_then_store("allocate", || change(|old| (old < 200).then_some(old + 1)));

/// What is left by two counters, of which both go up between the looks at them.
const TWO_COUNTERS: Twin = twin(
    "remaining",
    Op::new("two counters, one after the other", || {
        let taken = load(0);
        load(1).wrapping_sub(taken).into()
    }),
    Op::new("raise the limit, take one", || {
        store(1, load(1) + 1);
        store(0, load(0) + 1);
        0
    }),
    EMPTY,
);

pub(super) const GROUPS: &[Group] = &[
    Group {
        main: &[ALLOCATE, REMAINING, LEASE],
        handler: &[ALLOCATE, REMAINING, LEASE],
        second: &[ALLOCATE, LEASE],
        twins: &[
            LOST_ALLOCATION,
            past_the_limit::<1>("allocate"),
            TWO_COUNTERS,
            load_then_store("lease(2)", || change(|old| Some(old + 2))),
            past_the_limit::<2>("lease(2)"),
        ],
        ..Group::new("IdAllocator<_, Checked>", CHECKED_SETTING)
    },
    Group {
        main: &[ROLL_BACK_ALLOCATE],
        handler: &[
            ROLL_BACK_ALLOCATE,
            Op::new("remaining", || ROLL_BACK.get(|it| it.remaining()).into()),
        ],
        second: &[ROLL_BACK_ALLOCATE],
        twins: &[
            past_the_limit::<1>("allocate"),
            seen_past_the_limit("allocate"),
        ],
        ..Group::new("IdAllocator<_, RollingBack>", ROLL_BACK_SETTING)
    },
    Group {
        main: &[ABORT_ALLOCATE],
        handler: &[ABORT_ALLOCATE],
        second: &[ABORT_ALLOCATE],
        twins: &[past_the_limit::<1>("allocate")],
        ..Group::new("IdAllocator<_, Aborting>", ABORT_SETTING)
    },
    Group {
        main: &[WRAPPING_ALLOCATE],
        handler: &[WRAPPING_ALLOCATE],
        second: &[WRAPPING_ALLOCATE],
        twins: &[LOST_ALLOCATION],
        ..Group::new("IdAllocator<_, Wrapping>", WRAPPING_SETTING)
    },
    lease::GROUP,
];

/// Giving a lease back.
mod lease {
    use super::*;

    static IDS: IdAllocator<u32> = IdAllocator::new();
    static LEASE: Held<IdLease<'static, u32>> = Held::new();
    /// Remaining and leaked before: a lease borrows its allocator, which therefore is never made anew.
    static BEFORE: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2];

    const SETTING: Setting = Setting {
        reset: |_, _| {
            drop(LEASE.take());
            BEFORE[0].store(IDS.remaining(), Relaxed);
            BEFORE[1].store(IDS.leaked(), Relaxed);
            if let Ok(lease) = IDS.lease(3) {
                LEASE.put(lease);
            }
        },
        variants: 1,
        state: || taken() << 32 | leaked(),
    };

    fn taken() -> u64 {
        (BEFORE[0].load(Relaxed) - IDS.remaining()).into()
    }

    fn leaked() -> u64 {
        (IDS.leaked() - BEFORE[1].load(Relaxed)).into()
    }

    const GIVE_BACK: Op = Op::new("drop", || {
        drop(LEASE.take());
        0
    });
    const ALLOCATE: Op = Op::new("allocate", || {
        let id = IDS.allocate().map_or(u32::MAX, |id| id);
        // The IDs that are left never repeat; how manyth it is, does.
        (id - (u32::MAX - BEFORE[0].load(Relaxed))).into()
    });
    const TAKEN: Op = Op::new("remaining", taken);
    const LEAKED: Op = Op::new("leaked", leaked);

    /// Takes no notice of who has taken an ID after it looked.
    const GIVEN_BACK_BLINDLY: Twin = twin(
        "drop",
        Op::new("looks, then stores", || {
            if load(0) == 103 {
                store(0, 100);
            } else {
                store(1, 3);
            }
            0
        }),
        Op::new("allocate", || change(|old| Some(old + 1))),
        in_words(|_, _| {
            store(0, 103);
            store(1, 0);
        }),
    );

    pub(super) const GROUP: Group = Group {
        main: &[GIVE_BACK],
        handler: &[ALLOCATE, TAKEN, LEAKED],
        second: &[ALLOCATE],
        twins: &[GIVEN_BACK_BLINDLY],
        ..Group::new("IdLease", SETTING)
    };
}
