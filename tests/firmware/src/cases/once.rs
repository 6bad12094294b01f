//! `OnceLock`: an initializer in main, and one in the handler that may preempt it.

use crate::{
    cases::{NOTHING, answer},
    planted::{announced_early, last_wins, read_early},
};
use harness::{By, Extra, Group, Object, Op, Setting};
use indivisible::once::{OnceLock, TrySetError};

static CELL: Object<OnceLock<[u32; 2]>> = Object::new(OnceLock::new());

const INITIALIZING: u64 = NOTHING - 3;

const SETTING: Setting = Setting {
    reset: |idle, variant| {
        CELL.renew(idle, OnceLock::new());
        if variant == 1 {
            set(7);
        }
    },
    variants: 2,
    state: get,
};

#[inline(always)]
fn value(of: u32) -> [u32; 2] {
    [of, !of]
}

#[inline(always)]
fn number([one, other]: [u32; 2]) -> u64 {
    if one == !other {
        one.into()
    } else {
        NOTHING - 1
    }
}

fn get() -> u64 {
    answer(CELL.get(|it| it.get().copied().map(number)))
}

#[inline(always)]
fn set(mine: u32) -> u64 {
    match CELL.get(|it| it.try_set(value(mine))) {
        Ok(()) => 0,
        Err(TrySetError::AlreadySet(_)) => 1,
        Err(TrySetError::Initializing(_)) => INITIALIZING,
    }
}

#[inline(always)]
fn try_get_or_init(mine: u32) -> u64 {
    let result = CELL.get(|it| it.try_get_or_init(|| value(mine)).copied());
    result.map_or(INITIALIZING, number)
}

const MAIN: [Op; 3] = [
    Op::new("get", get),
    Op::new("try_set", || set(1)),
    Op::new("try_get_or_init", || try_get_or_init(1)),
];
const HANDLER: [Op; 3] = [
    Op::new("get", get),
    Op::new("try_set", || set(2)),
    Op::new("try_get_or_init", || try_get_or_init(2)),
];

/// The handler preempts a running initializer. The reverse does not happen: the handler's has ended when
/// main continues.
const fn initializing(main: &'static str, handler: &'static str) -> Extra {
    Extra {
        name: "Initializing",
        main,
        handler,
        by: By::Handler,
        answer: INITIALIZING,
    }
}

pub(super) const GROUPS: &[Group] = &[Group {
    main: &MAIN,
    handler: &HANDLER,
    extras: &[
        initializing("try_set", "try_set"),
        initializing("try_set", "try_get_or_init"),
        initializing("try_get_or_init", "try_set"),
        initializing("try_get_or_init", "try_get_or_init"),
    ],
    twins: &[
        read_early("get"),
        announced_early("try_set"),
        last_wins("try_set"),
        last_wins("try_get_or_init"),
    ],
    ..Group::new("OnceLock", SETTING)
}];
