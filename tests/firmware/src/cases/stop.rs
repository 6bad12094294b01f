//! `StopFlag` and `StopSignal`; what takes a request where there is read-modify-write.

use crate::planted::{EMPTY, announced_early, load, read_early, store, twin};
use harness::{Group, Object, Op, Setting, Twin};
use indivisible::stop::StopFlag;

static FLAG: Object<StopFlag> = Object::new(StopFlag::new());

const FLAG_SETTING: Setting = Setting {
    reset: |idle, variant| {
        FLAG.renew(idle, StopFlag::new());
        if variant == 1 {
            FLAG.get(StopFlag::request_stop);
        }
    },
    variants: 2,
    state: requested,
};

const FLAG_OPS: &[Op] = &[
    Op::new("request_stop", || {
        FLAG.get(StopFlag::request_stop);
        0
    }),
    Op::new("stop_requested", requested),
    Op::new("reset", || {
        FLAG.get(StopFlag::reset);
        0
    }),
];

fn requested() -> u64 {
    FLAG.get(StopFlag::stop_requested).into()
}

/// Clears what it has not seen.
const UNSEEN: Twin = twin(
    "reset",
    Op::new("looks, then clears", || {
        let was_requested = load(0);
        store(0, 0);
        was_requested.into()
    }),
    Op::new("request", || {
        store(0, 1);
        0
    }),
    EMPTY,
);

pub(super) const GROUPS: &[Group] = &[Group {
    main: FLAG_OPS,
    handler: FLAG_OPS,
    twins: &[
        announced_early("request_stop"),
        read_early("stop_requested"),
        UNSEEN,
    ],
    ..Group::new("StopFlag", FLAG_SETTING)
}];

#[cfg(tier2)]
pub(super) use reason::GROUPS as TIER_2;

#[cfg(tier2)]
mod reason {
    use super::FLAG_SETTING;
    use crate::{
        cases::answer,
        planted::{announced_early, given_twice, last_wins, read_early},
    };
    use core::num::NonZero;
    use harness::{Group, Object, Op, Setting};
    use indivisible::stop::{StopFlag, StopSignal};

    type Reason = StopSignal<NonZero<u8>>;

    static REASON: Object<Reason> = Object::new(Reason::new());

    const SETTING: Setting = Setting {
        reset: |idle, variant| {
            REASON.renew(idle, Reason::new());
            if variant == 1 {
                request(7);
            }
        },
        variants: 2,
        state: reason,
    };

    fn reason() -> u64 {
        answer(REASON.get(|it| it.reason()).map(|it| it.get().into()))
    }

    fn request(code: u8) -> u64 {
        NonZero::new(code).map_or(0, |code| {
            let result = REASON.get(|it| it.request_stop(code));
            result.map_or_else(|refused| refused.current.get().into(), |()| 0)
        })
    }

    const TAKE: Op = Op::new("take", || {
        answer(REASON.get(|it| it.take()).map(|it| it.get().into()))
    });
    const TAKE_REQUEST: Op = Op::new("take", || super::FLAG.get(StopFlag::take).into());
    const REQUEST: Op = Op::new("request_stop", || {
        super::FLAG.get(StopFlag::request_stop);
        0
    });

    pub(crate) const GROUPS: &[Group] = &[
        Group {
            main: &[
                Op::new("request_stop", || request(1)),
                Op::new("reason", reason),
                TAKE,
            ],
            handler: &[
                Op::new("request_stop", || request(2)),
                Op::new("reason", reason),
                TAKE,
            ],
            twins: &[
                last_wins("request_stop"),
                announced_early("request_stop"),
                read_early("reason"),
                given_twice("take"),
            ],
            ..Group::new("StopSignal", SETTING)
        },
        Group {
            main: &[TAKE_REQUEST],
            handler: &[TAKE_REQUEST, REQUEST],
            twins: &[given_twice("take")],
            ..Group::new("StopFlag, taken", FLAG_SETTING)
        },
    ];
}
