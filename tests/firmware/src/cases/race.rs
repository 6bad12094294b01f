//! `RacyLazy`, and `OnceNonZero` where there is read-modify-write.

use crate::{
    cases::answer,
    planted::{IN_A_WORD, change, torn_load, word},
};
use core::num::NonZero;
use harness::{Group, Object, Op, Setting, Twin};
use indivisible::race::RacyLazy;

const VALUE: NonZero<u32> = NonZero::new(42).unwrap();

static LAZY: Object<RacyLazy<NonZero<u32>>> = Object::new(RacyLazy::new());

const SETTING: Setting = Setting {
    reset: |idle, variant| {
        LAZY.renew(idle, RacyLazy::new());
        if variant == 1 {
            get_or_init();
        }
    },
    variants: 2,
    state: get,
};

fn get() -> u64 {
    answer(LAZY.get(|it| it.get().map(|it| it.get().into())))
}

fn get_or_init() -> u64 {
    LAZY.get(|it| it.get_or_init(|| VALUE).get()).into()
}

const OPS: &[Op] = &[Op::new("get", get), Op::new("get_or_init", get_or_init)];

/// The initialiser gives another value each time: who comes second gets the first one's, or should.
const NOT_IDEMPOTENT: Twin = {
    fn init_with(mine: u32) -> u64 {
        if word() != 100 {
            return word();
        }
        change(|_| mine);
        mine.into()
    }
    Twin {
        of: "get_or_init",
        wrong: Op::new("another value each time", || init_with(1)),
        handler: Op::new("another value each time", || init_with(2)),
        setting: IN_A_WORD,
        waits: false,
    }
};

pub(super) const GROUPS: &[Group] = &[Group {
    main: OPS,
    handler: OPS,
    twins: &[torn_load("get"), NOT_IDEMPOTENT],
    ..Group::new("RacyLazy", SETTING)
}];

#[cfg(tier2)]
pub(super) use once::GROUPS as TIER_2;

#[cfg(tier2)]
mod once {
    use super::NOT_IDEMPOTENT;
    use crate::{
        cases::answer,
        planted::{change_if, lost_change, torn_load},
    };
    use core::num::NonZero;
    use harness::{Group, Object, Op, Setting};
    use indivisible::race::OnceNonZero;

    static ONCE: Object<OnceNonZero<NonZero<u32>>> = Object::new(OnceNonZero::new());

    const SETTING: Setting = Setting {
        reset: |idle, variant| {
            ONCE.renew(idle, OnceNonZero::new());
            if variant == 1 {
                set(NonZero::<u32>::MAX);
            }
        },
        variants: 2,
        state: get,
    };

    const OF_MAIN: NonZero<u32> = NonZero::new(1).unwrap();
    const OF_HANDLER: NonZero<u32> = NonZero::new(2).unwrap();

    fn get() -> u64 {
        answer(ONCE.get(|it| it.get().map(|it| it.get().into())))
    }

    #[inline(always)]
    fn get_or_init(mine: NonZero<u32>) -> u64 {
        ONCE.get(|it| it.get_or_init(|| mine).get()).into()
    }

    #[inline(always)]
    fn set(mine: NonZero<u32>) -> u64 {
        let result = ONCE.get(|it| it.set(mine));
        result.map_or_else(|refused| refused.winner.get().into(), |()| 0)
    }

    const HANDLER: &[Op] = &[
        Op::new("get", get),
        Op::new("set", || set(OF_HANDLER)),
        Op::new("get_or_init", || get_or_init(OF_HANDLER)),
    ];

    pub(crate) const GROUPS: &[Group] = &[Group {
        main: &[
            Op::new("get", get),
            Op::new("set", || set(OF_MAIN)),
            Op::new("get_or_init", || get_or_init(OF_MAIN)),
        ],
        handler: HANDLER,
        second: HANDLER,
        twins: &[
            torn_load("get"),
            lost_change("set", || change_if(|old| (old == 100).then_some(7))),
            NOT_IDEMPOTENT,
        ],
        ..Group::new("OnceNonZero", SETTING)
    }];
}
