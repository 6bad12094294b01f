//! `Progress` with one writer, and with several where there is read-modify-write.

use crate::planted::{in_two_loads, in_two_stores};
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use harness::{GivenAway, Group, Held, Object, Op, Setting};
use indivisible::progress::{MAX_TOTAL, SingleProgress, Writer};

type OneWriter = SingleProgress;

static WHOLE: GivenAway<OneWriter> = GivenAway::new(SingleProgress::new(MAX_TOTAL));
static WRITER: Held<Writer<'static>> = Held::new();
static READER: Object<Option<&'static OneWriter>> = Object::new(None);
/// What was done before: progress never goes back.
static BEFORE: AtomicUsize = AtomicUsize::new(0);

const SETTING: Setting = Setting {
    reset: |idle, _| {
        if let Some(whole) = WHOLE.take(idle) {
            let (writer, reader) = whole.split();
            WRITER.put(writer);
            READER.renew(idle, Some(reader));
        }
        BEFORE.store(READER.get(|it| it.map_or(0, SingleProgress::done)), Relaxed);
    },
    variants: 1,
    state: done,
};

const SET_DONE: Op = Op::new("set_done", || set_done(3));
const ADVANCE: Op = Op::new("advance", || {
    WRITER.with(|it| it.advance(2));
    0
});
const DONE: Op = Op::new("done", done);
const REMAINING: Op = Op::new("remaining", || {
    let left = READER.get(|it| it.map_or(0, SingleProgress::remaining));
    (MAX_TOTAL - left - BEFORE.load(Relaxed)) as u64
});

fn set_done(done: usize) -> u64 {
    let done = BEFORE.load(Relaxed) + done;
    WRITER.with(|it| it.set_done(done));
    0
}

fn done() -> u64 {
    (READER.get(|it| it.map_or(0, SingleProgress::done)) - BEFORE.load(Relaxed)) as u64
}

pub(super) const GROUPS: &[Group] = &[
    Group {
        main: &[SET_DONE, ADVANCE],
        handler: &[DONE, REMAINING],
        twins: &[in_two_stores("set_done"), in_two_stores("advance")],
        ..Group::new("progress::Writer", SETTING)
    },
    Group {
        main: &[DONE, REMAINING],
        handler: &[SET_DONE, ADVANCE],
        twins: &[in_two_loads("done"), in_two_loads("remaining")],
        ..Group::new("SingleProgress", SETTING)
    },
];

#[cfg(tier2)]
pub(super) use shared::GROUPS as TIER_2;

#[cfg(tier2)]
mod shared {
    use super::OneWriter;
    use crate::planted::{
        EMPTY, change, given_twice, in_two_loads, load, load_then_store, seen_past_the_limit,
        store, twin,
    };
    use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
    use harness::{Group, Object, Op, Setting, Twin};
    use indivisible::{
        progress::{Progress, SingleProgress},
        wait::{Park, Unpark, WaitError, WakeReason},
    };

    const TOTAL: usize = 10;

    static PROGRESS: Object<Progress> = Object::new(Progress::new(TOTAL));
    static CLAIMED: Object<OneWriter> = Object::new(SingleProgress::new(TOTAL));

    /// Far from the end, closer to it than four steps or than two, and at it.
    const SETTING: Setting = Setting {
        reset: |idle, variant| {
            PROGRESS.renew(idle, Progress::new(TOTAL));
            PROGRESS.get(|it| it.advance([0, TOTAL - 3, TOTAL - 1, TOTAL][variant as usize]));
        },
        variants: 4,
        state: done,
    };

    static AWAITED: Object<Progress<Bell>> = Object::new(Progress::with_unparker(TOTAL, Bell));
    static RUNG: AtomicBool = AtomicBool::new(false);
    /// What was done when a waiter asked to be woken.
    static SEEN: AtomicUsize = AtomicUsize::new(0);

    struct Bell;

    impl Unpark for Bell {
        fn unpark(&self) {
            RUNG.store(true, Relaxed);
        }
    }

    /// Asks to be woken, and does not stay to sleep.
    struct Passer;

    impl Park<Bell> for Passer {
        fn park_unless(
            &self,
            _: &Bell,
            ready: &mut dyn FnMut() -> bool,
        ) -> Result<WakeReason, WaitError> {
            RUNG.store(false, Relaxed);
            ready();
            Ok(WakeReason::TimedOut)
        }
    }

    fn ask() -> u64 {
        let seen = AWAITED.get(|it| it.wait_complete(&Passer));
        SEEN.store(seen.unwrap_or(usize::MAX), Relaxed);
        SEEN.load(Relaxed) as u64
    }

    /// No waiter has asked; one has, far from the end, close to it and at it.
    const AWAITED_SETTING: Setting = Setting {
        reset: |idle, variant| {
            AWAITED.renew(idle, Progress::with_unparker(TOTAL, Bell));
            AWAITED.get(|it| it.advance([0, 0, TOTAL - 1, TOTAL][variant as usize]));
            SEEN.store(TOTAL, Relaxed);
            if variant > 0 {
                ask();
            }
        },
        variants: 4,
        state: || {
            let done = AWAITED.get(Progress::done);
            let owed = done > SEEN.load(Relaxed) && !RUNG.load(Relaxed);
            (done << 1 | usize::from(owed)) as u64
        },
    };

    const ASK: Op = Op::new("wait_complete, asking", ask);
    const STEP: Op = Op::new("advance", || {
        AWAITED.get(|it| it.advance(2));
        0
    });

    /// Word 0 is twice what was done and the bit of the waiter, word 1 whether it was woken.
    const BIT_SEEN_BEFORE: Twin = twin(
        "advance",
        Op::new("looks for the bit, then counts", || {
            let asked = load(0) & 1;
            store(0, (load(0) & !1) + 2);
            if asked != 0 {
                store(1, 1);
            }
            0
        }),
        Op::new("asks", || {
            store(0, load(0) | 1);
            (load(0) >> 1).into()
        }),
        EMPTY,
    );

    const CLAIM_SETTING: Setting = Setting {
        reset: |idle, _| CLAIMED.renew(idle, SingleProgress::new(TOTAL)),
        variants: 1,
        state: || 0,
    };

    static ROUNDS: Object<Progress> = Object::new(Progress::new(1));

    /// One step left, none, and one more than none.
    const ROUNDS_SETTING: Setting = Setting {
        reset: |idle, variant| {
            ROUNDS.renew(idle, Progress::new(1));
            ROUNDS.get(|it| it.advance(variant as usize));
        },
        variants: 3,
        state: || (done_of_round() << 32) | total_of_round(),
    };

    fn done_of_round() -> u64 {
        ROUNDS.get(Progress::done) as u64
    }

    fn total_of_round() -> u64 {
        ROUNDS.get(Progress::total) as u64
    }

    fn restart(total: usize) -> u64 {
        ROUNDS.get(|it| it.try_restart(total).is_ok()).into()
    }

    const LATE_STEP: Op = Op::new("advance", || {
        ROUNDS.get(|it| it.advance(1));
        0
    });
    const DONE_OF_ROUND: Op = Op::new("done", done_of_round);
    const TOTAL_OF_ROUND: Op = Op::new("total", total_of_round);

    const CLAIM: Op = Op::new("claim", || CLAIMED.get(|it| it.claim().is_some()).into());
    const DONE: Op = Op::new("done", done);

    fn done() -> u64 {
        PROGRESS.get(Progress::done) as u64
    }

    fn advance(steps: usize) -> u64 {
        PROGRESS.get(|it| it.advance(steps));
        0
    }

    pub(crate) const GROUPS: &[Group] = &[
        Group {
            main: &[Op::new("advance", || advance(2)), DONE],
            handler: &[Op::new("advance", || advance(2)), DONE],
            twins: &[
                load_then_store("advance", || change(|done| Some(done + 2))),
                seen_past_the_limit("advance"),
                in_two_loads("done"),
            ],
            ..Group::new("Progress", SETTING)
        },
        Group {
            main: &[STEP, ASK],
            handler: &[STEP, ASK],
            twins: &[
                BIT_SEEN_BEFORE,
                load_then_store("wait_complete, asking", || change(|word| Some(word | 1))),
            ],
            ..Group::new("Progress, awaited", AWAITED_SETTING)
        },
        Group {
            main: &[
                Op::new("try_restart", || restart(3)),
                LATE_STEP,
                DONE_OF_ROUND,
                TOTAL_OF_ROUND,
            ],
            handler: &[
                Op::new("try_restart", || restart(5)),
                LATE_STEP,
                DONE_OF_ROUND,
                TOTAL_OF_ROUND,
            ],
            twins: &[
                given_twice("try_restart"),
                seen_past_the_limit("advance"),
                in_two_loads("done"),
                in_two_loads("total"),
            ],
            ..Group::new("Progress, in rounds", ROUNDS_SETTING)
        },
        Group {
            main: &[CLAIM],
            handler: &[CLAIM],
            twins: &[given_twice("claim")],
            ..Group::new("SingleProgress", CLAIM_SETTING)
        },
    ];
}
