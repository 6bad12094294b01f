//! `Latest`: the writer in main and the reader in the handler, and the reverse.

use crate::cases::{NOTHING, answer};
use core::sync::atomic::{
    AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
    fence,
};
use harness::{By, Extra, GivenAway, Group, Held, Object, Op, Setting, Twin, serial};
use indivisible::latest::{Latest, Writer};

type Value = [u32; 4];

static WHOLE: GivenAway<Latest<Value>> = GivenAway::new(Latest::new());
static WRITER: Held<Writer<'static, Value>> = Held::new();
static READER: Object<Option<&'static Latest<Value>>> = Object::new(None);

/// Each word says what the others are.
#[inline(always)]
fn value(first: u32) -> Value {
    [first, !first, first, !first]
}

/// Which value it is; none that was published, if it is torn.
#[inline(always)]
fn number(seen: Value) -> u64 {
    let [a, b, c, d] = seen;
    if (a ^ c) | (a ^ !b) | (a ^ !d) == 0 {
        serial::relative(a)
    } else {
        TORN
    }
}

const TORN: u64 = NOTHING - 1;
const CONTENDED: u64 = NOTHING - 2;

/// The last value is in either slot.
const SETTING: Setting = Setting {
    reset: |idle, variant| {
        if let Some(whole) = WHOLE.take(idle) {
            let (writer, reader) = whole.split();
            WRITER.put(writer);
            READER.renew(idle, Some(reader));
        }
        (0..=variant).for_each(|_| {
            publish();
        });
    },
    variants: 2,
    state: read,
};

const PUBLISH: Op = Op::new("publish", publish);
const PUBLISH_TWICE: Op = Op::several("publish, publish", || publish() + publish());
const READ: Op = Op::new("read", read);
/// In a handler it never needs a second look: it has no extra answer there.
const TRY_READ: Op = Op::new("try_read(1)", try_read);
const LAST: Op = Op::new("last", || {
    answer(WRITER.with(|it| it.last().map(number)).flatten())
});

fn publish() -> u64 {
    let value = value(serial::next());
    WRITER.with(|it| it.publish(value));
    0
}

fn read() -> u64 {
    answer(READER.get(|it| it.and_then(Latest::read).map(number)))
}

fn try_read() -> u64 {
    let seen = READER.get(|it| it.map_or(Ok(None), |it| it.try_read(1)));
    seen.map_or(CONTENDED, |seen| answer(seen.map(number)))
}

const fn contended(handler: &'static str) -> Extra {
    Extra {
        name: "Contended",
        main: TRY_READ.name,
        handler,
        by: By::Main,
        answer: CONTENDED,
    }
}

pub(super) const GROUPS: &[Group] = &[
    Group {
        main: &[PUBLISH, LAST],
        handler: &[READ, TRY_READ],
        second: &[READ, TRY_READ],
        twins: &[
            raw::twin(
                "publish",
                Op::new("number first", || {
                    let seq = raw::SEQ.load(Relaxed) + 1;
                    raw::SEQ.store(seq, Release);
                    raw::fill(seq, value(serial::next()));
                    0
                }),
                raw::READ,
            ),
            raw::twin(
                "publish",
                Op::new("into the published slot", || {
                    let seq = raw::SEQ.load(Relaxed);
                    raw::fill(seq, value(serial::next()));
                    0
                }),
                raw::READ,
            ),
            raw::twin(
                "last",
                Op::new("no second look", raw::hasty_read),
                raw::PUBLISH_TWICE,
            ),
        ],
        ..Group::new("Writer<[u32; 4]>", SETTING)
    },
    Group {
        main: &[READ, TRY_READ],
        handler: &[PUBLISH, PUBLISH_TWICE],
        second: &[READ, TRY_READ],
        extras: &[contended(PUBLISH.name), contended(PUBLISH_TWICE.name)],
        twins: &[
            raw::twin(
                "read",
                Op::new("no second look", raw::hasty_read),
                raw::PUBLISH_TWICE,
            ),
            raw::deep(
                "read",
                Op::new("no second look, two interrupts", raw::hasty_read),
            ),
            raw::twin(
                "try_read(1)",
                Op::new("second look too early", raw::early),
                raw::PUBLISH_TWICE,
            ),
            raw::deep(
                "try_read(1)",
                Op::new("second look too early, two interrupts", raw::early),
            ),
        ],
        ..Group::new("Latest<[u32; 4]>", SETTING)
    },
    Group {
        main: &[READ],
        handler: &[READ],
        second: &[PUBLISH, PUBLISH_TWICE],
        twins: &[raw::twin(
            "read",
            Op::new("no second look", raw::hasty_read),
            raw::PUBLISH_TWICE,
        )],
        ..Group::new("Latest<[u32; 4]>, two readers", SETTING)
    },
    #[cfg(tier2)]
    claim::GROUP,
];

/// The two slots once more, for wrong versions.
mod raw {
    use super::*;

    pub(super) static SEQ: AtomicUsize = AtomicUsize::new(0);
    static SLOTS: [[AtomicUsize; 4]; 2] = [const { [const { AtomicUsize::new(0) }; 4] }; 2];

    pub(super) const READ: Op = Op::new("read", hasty_read);
    pub(super) const PUBLISH_TWICE: Op = Op::several("publish, publish", || {
        publish();
        publish()
    });

    pub(super) fn fill(seq: usize, value: Value) {
        let slot = SLOTS[seq & 1].iter();
        slot.zip(value)
            .for_each(|(word, part)| word.store(part as usize, Relaxed));
    }

    pub(super) fn copy(seq: usize) -> Value {
        core::array::from_fn(|i| SLOTS[seq & 1][i].load(Relaxed) as u32)
    }

    fn publish() -> u64 {
        let seq = SEQ.load(Relaxed) + 1;
        fence(Release);
        fill(seq, value(serial::next()));
        SEQ.store(seq, Release);
        0
    }

    pub(super) fn hasty_read() -> u64 {
        number(copy(SEQ.load(Acquire)))
    }

    pub(super) fn early() -> u64 {
        loop {
            let seq = SEQ.load(Acquire);
            if SEQ.load(Relaxed) == seq {
                return number(copy(seq));
            }
        }
    }

    pub(super) const fn twin(of: &'static str, wrong: Op, handler: Op) -> Twin {
        Twin {
            of,
            wrong,
            handler,
            second: None,
            setting: Setting {
                reset: |_, variant| {
                    (0..=variant).for_each(|_| {
                        publish();
                    });
                },
                variants: 2,
                state: hasty_read,
            },
            waits: false,
        }
    }

    /// It takes two publications to come round to the slot that is being read: here an interrupt each.
    pub(super) const fn deep(of: &'static str, wrong: Op) -> Twin {
        const PUBLISH: Op = Op::new("publish", publish);
        Twin {
            second: Some(PUBLISH),
            ..twin(of, wrong, PUBLISH)
        }
    }
}

#[cfg(tier2)]
mod claim {
    use super::Value;
    use crate::planted::given_twice;
    use harness::{Group, Object, Op, Setting};
    use indivisible::latest::Latest;

    static LATEST: Object<Latest<Value>> = Object::new(Latest::new());

    const CLAIM: Op = Op::new("claim", || LATEST.get(|it| it.claim().is_some()).into());

    pub(super) const GROUP: Group = Group {
        main: &[CLAIM],
        handler: &[CLAIM],
        twins: &[given_twice("claim")],
        ..Group::new(
            "Latest<[u32; 4]>",
            Setting {
                reset: |idle, _| LATEST.renew(idle, Latest::new()),
                variants: 1,
                state: || 0,
            },
        )
    };
}
