//! Stop requests.

use crate::measure::cost;
use core::num::NonZero;
use indivisible::{
    race::AlreadySetError,
    stop::{StopFlag, StopSignal},
};

type Reason = StopSignal<NonZero<u8>>;
type Asked = Result<(), AlreadySetError<NonZero<u8>>>;

pub(super) fn all() {
    static FLAG: StopFlag = StopFlag::new();
    cost!(
        1,
        "StopFlag::stop_requested",
        |flag: &StopFlag| -> bool { flag.stop_requested() },
        (&FLAG)
    );
    cost!(
        1,
        "StopFlag::request_stop",
        |flag: &StopFlag| {
            flag.request_stop();
        },
        (&FLAG)
    );
    cost!(
        1,
        "StopFlag::reset",
        |flag: &StopFlag| {
            flag.reset();
        },
        (&FLAG)
    );

    cost!(
        2,
        "StopFlag::take, no request",
        |flag: &StopFlag| -> bool { flag.take() },
        (&FLAG)
    );
    FLAG.request_stop();
    cost!(
        2,
        "StopFlag::take",
        |flag: &StopFlag| -> bool { flag.take() },
        (&FLAG)
    );

    static REASON: Reason = Reason::new();
    const WHY: NonZero<u8> = NonZero::<u8>::MIN;
    cost!(
        2,
        "StopSignal::request_stop",
        |reason: &Reason, why: NonZero<u8>| -> Asked { reason.request_stop(why) },
        (&REASON, WHY)
    )
    .ok();
    cost!(
        2,
        "StopSignal::request_stop, again",
        |reason: &Reason, why: NonZero<u8>| -> Asked { reason.request_stop(why) },
        (&REASON, WHY)
    )
    .err();
    cost!(
        2,
        "StopSignal::take",
        |reason: &Reason| -> Option<NonZero<u8>> { reason.take() },
        (&REASON)
    );
    _ = REASON.request_stop(WHY);
    cost!(
        2,
        "StopSignal::stop_requested",
        |reason: &Reason| -> bool { reason.stop_requested() },
        (&REASON)
    );
    cost!(
        2,
        "StopSignal::reason",
        |reason: &Reason| -> Option<NonZero<u8>> { reason.reason() },
        (&REASON)
    );
}
