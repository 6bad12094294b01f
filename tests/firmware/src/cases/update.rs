//! The loops around `compare_exchange`.

use crate::planted::{change, change_if, lost_change};
use harness::{Group, Object, Op, Setting};
use indivisible::{
    atomic::{AtomicU32, Ordering::Relaxed},
    update,
};

static WORD: Object<AtomicU32> = Object::new(AtomicU32::new(0));

/// Where a sum overflows, or passes [`LIMIT`], exactly if the handler adds first.
const SETTING: Setting = Setting {
    reset: |idle, variant| {
        WORD.renew(idle, AtomicU32::new([100, u32::MAX - 2][variant as usize]));
    },
    variants: 2,
    state: || WORD.get(|it| it.load(Relaxed)).into(),
};

const LIMIT: u32 = 103;

/// The value that was there, with the highest bit where it was left.
#[inline(always)]
fn code(result: Result<u32, u32>) -> u64 {
    result.map_or_else(|now| u64::from(now) | 1 << 63, u64::from)
}

const MAIN: &[Op] = &[
    Op::new("try_update", || {
        let next = |old: u32| old.checked_add(2);
        code(WORD.get(|it| update::try_update(it, Relaxed, Relaxed, next)))
    }),
    Op::new("update", || {
        WORD.get(|it| update::update(it, Relaxed, Relaxed, |old| old.rotate_left(1)))
            .into()
    }),
    Op::new("raise_to", || {
        WORD.get(|it| update::raise_to(it, 101)).into()
    }),
    Op::new("lower_to", || {
        WORD.get(|it| update::lower_to(it, 101)).into()
    }),
    Op::new("checked_add", || {
        code(WORD.get(|it| update::checked_add(it, 2, Relaxed)))
    }),
    Op::new("saturating_add", || {
        WORD.get(|it| update::saturating_add(it, 2, Relaxed)).into()
    }),
    Op::new("saturating_sub", || {
        WORD.get(|it| update::saturating_sub(it, 101, Relaxed))
            .into()
    }),
    Op::new("add_below", || {
        code(WORD.get(|it| update::add_below(it, 3, LIMIT, Relaxed)))
    }),
];

pub(super) const GROUPS: &[Group] = &[Group {
    main: MAIN,
    handler: &[
        Op::new("fetch_add", || {
            WORD.get(|it| it.fetch_add(1, Relaxed)).into()
        }),
        Op::new("store", || {
            WORD.get(|it| it.store(102, Relaxed));
            0
        }),
    ],
    twins: &[
        lost_change("try_update", || change_if(|old| old.checked_add(2))),
        lost_change("update", || change(|old| old.rotate_left(1))),
        lost_change("raise_to", || change_if(|old| (old < 101).then_some(101))),
        lost_change("lower_to", || change_if(|old| (old > 99).then_some(99))),
        lost_change("checked_add", || change_if(|old| old.checked_add(2))),
        lost_change("saturating_add", || change(|old| old.saturating_add(2))),
        lost_change("saturating_sub", || change(|old| old.saturating_sub(99))),
        lost_change("add_below", || {
            change_if(|old| (old + 1 <= 101).then_some(old + 1))
        }),
    ],
    ..Group::new("update", SETTING)
}];
