//! `Latest`: the writer in main and the reader in the handler, and the reverse.

use crate::cases::{NOTHING, answer};
use core::sync::atomic::{
    AtomicBool, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
    fence,
};
use harness::{By, Extra, GivenAway, Group, Held, Object, Op, Setting, Twin, serial};
use indivisible::latest::{Contended, Latest, Payload, Writer};

/// Four words with an invariant between them: each one determines the others.
#[derive(Clone, Copy)]
struct Value([u32; 4]);

/// Whether `from_words` was called with torn words in this landing, even if the copy was dropped.
static TORN_WAS_CONVERTED: AtomicBool = AtomicBool::new(false);

impl Payload for Value {
    type Words = [usize; 4];

    #[inline(always)]
    fn into_words(self) -> [usize; 4] {
        self.0.map(|word| word as usize)
    }

    #[inline(always)]
    fn from_words(words: [usize; 4]) -> Self {
        let value = Self(words.map(|word| word as u32));
        if !value.is_whole() {
            TORN_WAS_CONVERTED.store(true, Relaxed);
        }
        value
    }
}

impl Value {
    #[inline(always)]
    fn new(first: u32) -> Self {
        Self([first, !first, first, !first])
    }

    #[inline(always)]
    fn is_whole(self) -> bool {
        let [a, b, c, d] = self.0;
        (a ^ c) | (a ^ !b) | (a ^ !d) == 0
    }
}

static WHOLE: GivenAway<Latest<Value>> = GivenAway::new(Latest::new());
static WRITER: Held<Writer<'static, Value>> = Held::new();
static READER: Object<Option<&'static Latest<Value>>> = Object::new(None);

/// Which of the values published in this landing it is; [`TORN`] once any torn words were converted.
#[inline(always)]
fn number(seen: Value) -> u64 {
    if seen.is_whole() && !TORN_WAS_CONVERTED.load(Relaxed) {
        serial::relative(seen.0[0])
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
        TORN_WAS_CONVERTED.store(false, Relaxed);
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
    let value = Value::new(serial::next());
    WRITER.with(|it| it.publish(value));
    0
}

fn read() -> u64 {
    answer(READER.get(|it| it.and_then(Latest::read).map(number)))
}

fn try_read() -> u64 {
    let seen = READER.get(|it| it.map_or(Ok(None), |it| it.try_read(1)));
    match seen {
        Ok(seen) => answer(seen.map(number)),
        Err(Contended) if TORN_WAS_CONVERTED.load(Relaxed) => TORN,
        Err(Contended) => CONTENDED,
    }
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
                    raw::fill(seq, Value::new(serial::next()));
                    0
                }),
                raw::READ,
            ),
            raw::twin(
                "publish",
                Op::new("into the published slot", || {
                    let seq = raw::SEQ.load(Relaxed);
                    raw::fill(seq, Value::new(serial::next()));
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
                "read",
                Op::new("converts before the second look", raw::converts_early),
                raw::PUBLISH_TWICE,
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
        slot.zip(value.0)
            .for_each(|(word, part)| word.store(part as usize, Relaxed));
    }

    pub(super) fn copy(seq: usize) -> Value {
        Value(core::array::from_fn(|i| {
            SLOTS[seq & 1][i].load(Relaxed) as u32
        }))
    }

    fn publish() -> u64 {
        let seq = SEQ.load(Relaxed) + 1;
        fence(Release);
        fill(seq, Value::new(serial::next()));
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

    /// Right about what it returns, but converts what it then drops.
    pub(super) fn converts_early() -> u64 {
        let mut torn = false;
        loop {
            let seq = SEQ.load(Acquire);
            let value = copy(seq);
            torn |= !value.is_whole();
            if SEQ.load(Relaxed) == seq {
                return if torn { TORN } else { number(value) };
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
