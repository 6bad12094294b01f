//! The loops around `compare_exchange`.

use crate::planted::{exchange_once, failure_ignored, past_the_limit};
use harness::{Group, Object, Op, Setting};
use indivisible::atomic::{AtomicInteger, AtomicU32, Ordering::Relaxed};

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
        code(WORD.get(|it| it.try_update(Relaxed, Relaxed, next)))
    }),
    Op::new("update", || {
        WORD.get(|it| it.update(Relaxed, Relaxed, |old| old.rotate_left(1)))
            .into()
    }),
    Op::new("raise_to", || WORD.get(|it| it.raise_to(101)).into()),
    Op::new("lower_to", || WORD.get(|it| it.lower_to(101)).into()),
    Op::new("checked_add", || {
        code(WORD.get(|it| it.checked_add(2, Relaxed)))
    }),
    Op::new("saturating_add", || {
        WORD.get(|it| it.saturating_add(2, Relaxed)).into()
    }),
    Op::new("saturating_sub", || {
        WORD.get(|it| it.saturating_sub(101, Relaxed)).into()
    }),
    Op::new("add_up_to", || {
        code(WORD.get(|it| it.add_up_to(3, LIMIT, Relaxed)))
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
        failure_ignored("try_update", || exchange_once(|old| old + 2)),
        failure_ignored("update", || exchange_once(|old| old.rotate_left(1))),
        failure_ignored("raise_to", || exchange_once(|old| old.max(105))),
        failure_ignored("lower_to", || exchange_once(|old| old.min(99))),
        failure_ignored("checked_add", || exchange_once(|old| old + 2)),
        failure_ignored("saturating_add", || {
            exchange_once(|old| old.saturating_add(2))
        }),
        failure_ignored("saturating_sub", || {
            exchange_once(|old| old.saturating_sub(99))
        }),
        failure_ignored("add_up_to", || exchange_once(|old| old + 3)),
        past_the_limit::<1>("add_up_to"),
    ],
    ..Group::new("update", SETTING)
}];
