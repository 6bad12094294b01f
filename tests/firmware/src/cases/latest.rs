//! `Latest`: the writer in main and the reader in the handler, and the reverse; with two slots and with four.

use crate::cases::{NOTHING, answer};
use core::sync::atomic::{
    AtomicBool, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
    fence,
};
use harness::{By, Extra, GivenAway, Group, Held, Object, Op, Setting, Twin, serial};
use indivisible::{
    latest::{ContendedError, Latest, Reader, Words, Writer},
    wait::Polling,
};

/// Four words with an invariant between them: each one determines the others.
#[derive(Clone, Copy)]
struct Value([u32; 4]);

/// Whether `from_words` was called with torn words in this landing, even if the copy was dropped.
static TORN_WAS_CONVERTED: AtomicBool = AtomicBool::new(false);

impl Words for Value {
    type Repr = [usize; 4];

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

const fn contended(main: &'static str, handler: &'static str) -> Extra {
    Extra {
        name: "Contended",
        main,
        handler,
        by: By::Main,
        answer: CONTENDED,
    }
}

pub(super) const GROUPS: &[Group] = &[
    two::WRITER_IN_MAIN,
    two::READER_IN_MAIN,
    two::TWO_READERS,
    four::WRITER_IN_MAIN,
    four::READER_IN_MAIN,
    four::TWO_READERS,
    #[cfg(tier2)]
    claim::CLAIM,
    #[cfg(tier2)]
    claim::CELL,
];

/// The groups of a `Latest` with so many slots. So many publications at a time as `$several` are enough to
/// come round to the slot that is being read.
macro_rules! slots {
    ($name:ident, $SLOTS:tt, $writer:literal, $latest:literal, $two_readers:literal, $several:literal) => {
        mod $name {
            use super::*;

            type It = Latest<Value, Polling, $SLOTS>;

            static WHOLE: GivenAway<It> = GivenAway::new(Latest::with_unparker(Polling));
            static WRITER: Held<Writer<'static, Value, Polling, $SLOTS>> = Held::new();
            static READER: Held<Reader<'static, Value, Polling, $SLOTS>> = Held::new();
            static LATEST: Object<Option<&'static It>> = Object::new(None);

            /// The last value is in any slot, and the reader has seen it.
            const SETTING: Setting = Setting {
                reset: |idle, variant| {
                    if let Some(whole) = WHOLE.take(idle) {
                        let (writer, latest) = whole.split();
                        WRITER.put(writer);
                        READER.put(latest.reader());
                        LATEST.renew(idle, Some(latest));
                    }
                    TORN_WAS_CONVERTED.store(false, Relaxed);
                    (0..=variant).for_each(|_| {
                        publish();
                    });
                    newer();
                },
                variants: $SLOTS,
                state: read,
            };

            const PUBLISH: Op = Op::new("publish", publish);
            const PUBLISH_SEVERAL: Op =
                Op::several($several, || (0..$SLOTS).map(|_| publish()).sum());
            const READ: Op = Op::new("read", read);
            /// In a handler it never needs a second attempt: it has no extra answer there.
            const TRY_READ: Op = Op::new("try_read", try_read);
            const NEWER: Op = Op::new("newer_and_missed", newer);
            const LAST: Op = Op::new("last", || {
                answer(WRITER.with(|it| it.last().map(number)).flatten())
            });

            fn publish() -> u64 {
                let value = Value::new(serial::next());
                WRITER.with(|it| it.publish(value));
                0
            }

            fn read() -> u64 {
                answer(LATEST.get(|it| it.and_then(Latest::read).map(number)))
            }

            fn try_read() -> u64 {
                match LATEST.get(|it| it.map_or(Ok(None), Latest::try_read)) {
                    Ok(seen) => answer(seen.map(number)),
                    Err(ContendedError) if TORN_WAS_CONVERTED.load(Relaxed) => TORN,
                    Err(ContendedError) => CONTENDED,
                }
            }

            /// The number of the value, and how many were missed.
            fn newer() -> u64 {
                let newer = READER.with(Reader::newer_and_missed).flatten();
                answer(newer.map(|(value, missed)| number(value) << 8 | missed as u64))
            }

            pub(super) const WRITER_IN_MAIN: Group = Group {
                main: &[PUBLISH, LAST],
                handler: &[READ, TRY_READ, NEWER],
                second: &[READ, TRY_READ],
                twins: &[
                    raw::twin::<$SLOTS>(
                        "publish",
                        Op::new("number first", raw::number_first::<$SLOTS>),
                        raw::read::<$SLOTS>(),
                    ),
                    raw::twin::<$SLOTS>(
                        "publish",
                        Op::new("into the published slot", raw::in_place::<$SLOTS>),
                        raw::read::<$SLOTS>(),
                    ),
                    raw::twin::<$SLOTS>(
                        "last",
                        Op::new("no second look", raw::hasty_read::<$SLOTS>),
                        raw::publish_several::<$SLOTS>(),
                    ),
                ],
                ..Group::new($writer, SETTING)
            };

            pub(super) const READER_IN_MAIN: Group = Group {
                main: &[READ, TRY_READ, NEWER],
                handler: &[PUBLISH, PUBLISH_SEVERAL],
                second: &[READ, TRY_READ],
        extras: slots!(@extras $SLOTS),
                twins: &[
                    raw::twin::<$SLOTS>(
                        "read",
                        Op::new("no second look", raw::hasty_read::<$SLOTS>),
                        raw::publish_several::<$SLOTS>(),
                    ),
                    raw::deep::<$SLOTS>(
                        "read",
                        Op::new("no second look, two interrupts", raw::hasty_read::<$SLOTS>),
                    ),
                    raw::twin::<$SLOTS>(
                        "read",
                        Op::new(
                            "converts before the second look",
                            raw::converts_early::<$SLOTS>,
                        ),
                        raw::publish_several::<$SLOTS>(),
                    ),
                    raw::twin::<$SLOTS>(
                        "try_read",
                        Op::new("second look too early", raw::early::<$SLOTS>),
                        raw::publish_several::<$SLOTS>(),
                    ),
                    raw::deep::<$SLOTS>(
                        "try_read",
                        Op::new(
                            "second look too early, two interrupts",
                            raw::early::<$SLOTS>,
                        ),
                    ),
                    raw::twin::<$SLOTS>(
                        "newer_and_missed",
                        Op::new("counts before it reads", raw::counts_early::<$SLOTS>),
                        raw::publish_several::<$SLOTS>(),
                    ),
                ],
                ..Group::new($latest, SETTING)
            };

            pub(super) const TWO_READERS: Group = Group {
                main: &[READ],
                handler: &[READ],
                second: &[PUBLISH, PUBLISH_SEVERAL],
                twins: &[raw::twin::<$SLOTS>(
                    "read",
                    Op::new("no second look", raw::hasty_read::<$SLOTS>),
                    raw::publish_several::<$SLOTS>(),
                )],
                ..Group::new($two_readers, SETTING)
            };
        }
    };
    // One publication is enough with two slots, and two are not with four.
    (@extras 2) => {
        &[
            contended(TRY_READ.name, PUBLISH.name),
            contended(TRY_READ.name, PUBLISH_SEVERAL.name),
        ]
    };
    (@extras 4) => {
        &[contended(TRY_READ.name, PUBLISH_SEVERAL.name)]
    };
}

slots! {
    two, 2, "Writer<[u32; 4]>", "Latest<[u32; 4]>", "Latest<[u32; 4]>, two readers",
    "publish, publish"
}
slots! {
    four, 4, "Writer<[u32; 4]> of 4 slots", "Latest<[u32; 4]> of 4 slots",
    "Latest<[u32; 4]> of 4 slots, two readers", "publish, four times"
}

/// The ring once more, for wrong versions.
mod raw {
    use super::*;

    static SEQ: AtomicUsize = AtomicUsize::new(0);
    static SLOTS: [[AtomicUsize; 4]; 4] = [const { [const { AtomicUsize::new(0) }; 4] }; 4];
    /// The number that the reader has seen.
    static SEEN: AtomicUsize = AtomicUsize::new(0);

    pub(super) const fn read<const K: usize>() -> Op {
        Op::new("read", hasty_read::<K>)
    }

    pub(super) const fn publish_several<const K: usize>() -> Op {
        Op::several("publish, as often as there are slots", || {
            (0..K).map(|_| publish::<K>()).sum()
        })
    }

    fn fill<const K: usize>(seq: usize, value: Value) {
        let slot = SLOTS[seq % K].iter();
        slot.zip(value.0)
            .for_each(|(word, part)| word.store(part as usize, Relaxed));
    }

    fn copy<const K: usize>(seq: usize) -> Value {
        Value(core::array::from_fn(|i| {
            SLOTS[seq % K][i].load(Relaxed) as u32
        }))
    }

    fn publish<const K: usize>() -> u64 {
        let seq = SEQ.load(Relaxed) + 1;
        fence(Release);
        fill::<K>(seq, Value::new(serial::next()));
        SEQ.store(seq, Release);
        0
    }

    pub(super) fn number_first<const K: usize>() -> u64 {
        let seq = SEQ.load(Relaxed) + 1;
        SEQ.store(seq, Release);
        fill::<K>(seq, Value::new(serial::next()));
        0
    }

    pub(super) fn in_place<const K: usize>() -> u64 {
        fill::<K>(SEQ.load(Relaxed), Value::new(serial::next()));
        0
    }

    pub(super) fn hasty_read<const K: usize>() -> u64 {
        number(copy::<K>(SEQ.load(Acquire)))
    }

    pub(super) fn early<const K: usize>() -> u64 {
        loop {
            let seq = SEQ.load(Acquire);
            if SEQ.load(Relaxed) == seq {
                return number(copy::<K>(seq));
            }
        }
    }

    /// Right about what it returns, but converts what it then drops.
    pub(super) fn converts_early<const K: usize>() -> u64 {
        let mut torn = false;
        loop {
            let seq = SEQ.load(Acquire);
            let value = copy::<K>(seq);
            torn |= !value.is_whole();
            if SEQ.load(Relaxed) == seq {
                return if torn { TORN } else { number(value) };
            }
        }
    }

    /// The number of missed values is not that of the value.
    pub(super) fn counts_early<const K: usize>() -> u64 {
        let missed = SEQ.load(Relaxed) - SEEN.load(Relaxed);
        loop {
            let seq = SEQ.load(Acquire);
            let value = copy::<K>(seq);
            if SEQ.load(Relaxed) == seq {
                return number(value) << 8 | missed as u64;
            }
        }
    }

    pub(super) const fn twin<const K: usize>(of: &'static str, wrong: Op, handler: Op) -> Twin {
        Twin {
            of,
            wrong,
            handler,
            second: None,
            setting: Setting {
                reset: |_, variant| {
                    TORN_WAS_CONVERTED.store(false, Relaxed);
                    (0..=variant).for_each(|_| {
                        publish::<K>();
                    });
                    SEEN.store(SEQ.load(Relaxed), Relaxed);
                },
                variants: 2,
                state: hasty_read::<K>,
            },
            waits: false,
        }
    }

    /// Half as many publications as there are slots look right: here an interrupt each.
    pub(super) const fn deep<const K: usize>(of: &'static str, wrong: Op) -> Twin {
        let publish = Op::several("publish, half as often as there are slots", || {
            (0..K / 2).map(|_| publish::<K>()).sum()
        });
        Twin {
            second: Some(publish),
            ..twin::<K>(of, wrong, publish)
        }
    }
}

#[cfg(tier2)]
mod claim {
    use super::*;
    use crate::planted::given_twice;
    use indivisible::latest::WriterCell;

    static LATEST: Object<Latest<Value>> = Object::new(Latest::new());

    const TAKE: Op = Op::new("claim", || LATEST.get(|it| it.claim().is_some()).into());

    pub(super) const CLAIM: Group = Group {
        main: &[TAKE],
        handler: &[TAKE],
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

    static PUBLISHED: Latest<Value> = Latest::new();
    static WRITER: WriterCell<'static, Value> = WriterCell::new(&PUBLISHED);

    const REFUSED: u64 = NOTHING - 3;

    /// Publishes, and answers what was last before.
    fn borrow() -> u64 {
        let Some(mut writer) = WRITER.try_borrow() else {
            return REFUSED;
        };
        let last = answer(writer.last().map(number));
        writer.publish(Value::new(serial::next()));
        last
    }

    const BORROW: Op = Op::new("try_borrow", borrow);

    /// A context that comes while the writer is borrowed gets none.
    pub(super) const CELL: Group = Group {
        main: &[BORROW],
        handler: &[BORROW],
        second: &[BORROW],
        extras: &[Extra {
            name: "refused",
            main: BORROW.name,
            handler: BORROW.name,
            by: By::Handler,
            answer: REFUSED,
        }],
        twins: &[given_twice(BORROW.name)],
        ..Group::new(
            "WriterCell<[u32; 4]>",
            Setting {
                reset: |_, _| {
                    TORN_WAS_CONVERTED.store(false, Relaxed);
                    borrow();
                },
                variants: 1,
                state: || answer(PUBLISHED.read().map(number)),
            },
        )
    };
}
