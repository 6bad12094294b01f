//! `RacyOnce`, and `OnceWord` where there is read-modify-write.

use crate::{
    cases::answer,
    planted::{EMPTY, load, read_early, store, twin},
};
use core::num::NonZero;
use harness::{Group, Object, Op, Setting, Twin};
use indivisible::race::RacyOnce;

const VALUE: NonZero<u32> = NonZero::new(42).unwrap();

static RACY: Object<RacyOnce<NonZero<u32>>> = Object::new(RacyOnce::new());

const SETTING: Setting = Setting {
    reset: |idle, variant| {
        RACY.renew(idle, RacyOnce::new());
        if variant == 1 {
            get_or_init();
        }
    },
    variants: 2,
    state: get,
};

fn get() -> u64 {
    answer(RACY.get(|it| it.get().map(|it| it.get().into())))
}

fn get_or_init() -> u64 {
    RACY.get(|it| it.get_or_init(|| VALUE).get()).into()
}

const OPS: &[Op] = &[Op::new("get", get), Op::new("get_or_init", get_or_init)];

/// The initializer is not idempotent, so the two callers may get two values.
const NOT_IDEMPOTENT: Twin = {
    fn init_with(mine: u32) -> u64 {
        if load(0) == 0 {
            store(0, mine);
            return mine.into();
        }
        load(0).into()
    }
    twin(
        "get_or_init",
        Op::new("another value each time", || init_with(1)),
        Op::new("another value each time", || init_with(2)),
        EMPTY,
    )
};

pub(super) const GROUPS: &[Group] = &[Group {
    main: OPS,
    handler: OPS,
    twins: &[read_early("get"), NOT_IDEMPOTENT],
    ..Group::new("RacyOnce", SETTING)
}];

#[cfg(tier2)]
pub(super) use once::GROUPS as TIER_2;

#[cfg(tier2)]
mod once {
    use crate::{
        cases::answer,
        planted::{announced_early, last_wins, read_early},
    };
    use core::num::NonZero;
    use harness::{Group, Object, Op, Setting};
    use indivisible::race::OnceWord;

    static ONCE: Object<OnceWord<NonZero<u32>>> = Object::new(OnceWord::new());

    const SETTING: Setting = Setting {
        reset: |idle, variant| {
            ONCE.renew(idle, OnceWord::new());
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
        result.map_or_else(|refused| refused.current.get().into(), |()| 0)
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
            read_early("get"),
            announced_early("set"),
            last_wins("set"),
            last_wins("get_or_init"),
        ],
        ..Group::new("OnceWord", SETTING)
    }];
}
