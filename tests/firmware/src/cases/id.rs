//! `IdAllocator`, each policy, and leases.

use crate::{
    cases::answer,
    planted::{LIMIT, change, change_if, lost_change, torn_load, word},
};
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use harness::{Group, Held, Object, Op, Setting, Twin};
use indivisible::id::{Abort, IdAllocator, IdLease, RollBack, Wrapping};

/// Plenty, one left, none.
const LIMITS: [u32; 3] = [100, 1, 0];

static CHECKED: Object<IdAllocator<u32>> = Object::new(IdAllocator::new());
static ROLL_BACK: Object<IdAllocator<u32, RollBack>> =
    Object::new(IdAllocator::<u32, RollBack>::with_policy(1));
static ABORT: Object<IdAllocator<u32, Abort>> =
    Object::new(IdAllocator::<u32, Abort>::with_policy(1));
static WRAPPING: Object<IdAllocator<u8, Wrapping>> = Object::new(IdAllocator::wrapping());

const CHECKED_SETTING: Setting = Setting {
    reset: |idle, variant| CHECKED.renew(idle, IdAllocator::with_limit(LIMITS[variant as usize])),
    variants: 3,
    state: remaining,
};

const ROLL_BACK_SETTING: Setting = Setting {
    reset: |idle, variant| {
        let limit = LIMITS[variant as usize];
        ROLL_BACK.renew(idle, IdAllocator::<u32, RollBack>::with_policy(limit));
    },
    variants: 3,
    state: || ROLL_BACK.get(|it| it.remaining()).into(),
};

const ABORT_SETTING: Setting = Setting {
    reset: |idle, _| ABORT.renew(idle, IdAllocator::<u32, Abort>::with_policy(100)),
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
            let held = u64::from(lease.held());
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

/// The chapter's problematic order: looks whether there is one left, then takes it.
const CHECK_THEN_ADD: Twin = Twin {
    of: "allocate",
    wrong: Op::new("check, then add", check_then_add),
    handler: Op::new("check, then add", check_then_add),
    setting: Setting {
        reset: |_, _| {
            change(|_| LIMIT - 1);
        },
        variants: 1,
        state: word,
    },
    waits: false,
};

fn check_then_add() -> u64 {
    if word() >= u64::from(LIMIT) {
        return u64::MAX;
    }
    change(|old| old + 1)
}

const LOST_ALLOCATION: Twin = lost_change("allocate", || {
    change_if(|old| (old < 200).then_some(old + 1))
});

pub(super) const GROUPS: &[Group] = &[
    Group {
        main: &[ALLOCATE, REMAINING, LEASE],
        handler: &[ALLOCATE, REMAINING, LEASE],
        second: &[ALLOCATE, LEASE],
        twins: &[
            LOST_ALLOCATION,
            CHECK_THEN_ADD,
            torn_load("remaining"),
            lost_change("lease(2)", || change(|old| old + 2)),
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
        twins: &[CHECK_THEN_ADD],
        ..Group::new("IdAllocator<_, RollBack>", ROLL_BACK_SETTING)
    },
    Group {
        main: &[ABORT_ALLOCATE],
        handler: &[ABORT_ALLOCATE],
        second: &[ABORT_ALLOCATE],
        twins: &[CHECK_THEN_ADD],
        ..Group::new("IdAllocator<_, Abort>", ABORT_SETTING)
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
    /// Remaining and lost before: a lease borrows its allocator, which therefore is never made anew.
    static BEFORE: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2];

    const SETTING: Setting = Setting {
        reset: |_, _| {
            drop(LEASE.take());
            BEFORE[0].store(IDS.remaining(), Relaxed);
            BEFORE[1].store(IDS.lost(), Relaxed);
            if let Ok(lease) = IDS.lease(3) {
                LEASE.put(lease);
            }
        },
        variants: 1,
        state: || taken() << 32 | lost(),
    };

    fn taken() -> u64 {
        (BEFORE[0].load(Relaxed) - IDS.remaining()).into()
    }

    fn lost() -> u64 {
        (IDS.lost() - BEFORE[1].load(Relaxed)).into()
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
    const LOST: Op = Op::new("lost", lost);

    pub(super) const GROUP: Group = Group {
        main: &[GIVE_BACK],
        handler: &[ALLOCATE, TAKEN, LOST],
        second: &[ALLOCATE],
        twins: &[lost_change("drop", || {
            change_if(|old| (old == 100).then_some(97))
        })],
        ..Group::new("IdLease", SETTING)
    };
}
