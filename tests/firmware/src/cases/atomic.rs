//! The atomic types: what changes a word, against whatever else does.

use crate::planted::{
    change, exchange_once, failure_ignored, in_two_loads, in_two_stores, load_then_store,
};
use harness::{Group, Object, Op, Setting, Twin};
use indivisible::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering::SeqCst};

static WORD: Object<AtomicU32> = Object::new(AtomicU32::new(0));

/// Bits that every operation below changes, and a carry over all bytes.
const START: u32 = 0x00ff_ffff;
const MAIN: u32 = 0x0f0f_0f01;
const HANDLER: u32 = 0x3333_3335;

const SETTING: Setting = Setting {
    reset: |idle, _| WORD.renew(idle, AtomicU32::new(START)),
    variants: 1,
    state: load,
};

fn load() -> u64 {
    WORD.get(|it| it.load(SeqCst)).into()
}

const LOAD: Op = Op::new("load", load);

fn store(value: u32) -> u64 {
    WORD.get(|it| it.store(value, SeqCst));
    0
}

/// The value that was there, with the highest bit where it was not exchanged.
fn code(result: Result<u32, u32>) -> u64 {
    result.map_or_else(|now| u64::from(now) | 1 << 63, u64::from)
}

macro_rules! fetch {
    ($($name:ident)*) => {
        [$(Op::new(stringify!($name), || {
            WORD.get(|it| it.$name(MAIN, SeqCst)).into()
        })),*]
    };
}

const FETCH: &[Op] = &fetch! {
    swap fetch_add fetch_sub fetch_and fetch_nand fetch_or fetch_xor fetch_max fetch_min
};

const COMPARE_EXCHANGE: Op = Op::new("compare_exchange", || {
    code(WORD.get(|it| it.compare_exchange(START, MAIN, SeqCst, SeqCst)))
});
const FETCH_UPDATE: Op = Op::new("fetch_update", || {
    code(WORD.get(|it| it.fetch_update(SeqCst, SeqCst, |old| old.checked_add(MAIN))))
});

const HANDLERS: &[Op] = &[
    LOAD,
    Op::new("store", || store(HANDLER)),
    Op::new("fetch_add", || {
        WORD.get(|it| it.fetch_add(HANDLER, SeqCst)).into()
    }),
    Op::new("compare_exchange", || {
        code(WORD.get(|it| it.compare_exchange(START, HANDLER, SeqCst, SeqCst)))
    }),
];

pub(super) const GROUPS: &[Group] = &[
    Group {
        main: &[
            LOAD,
            Op::new("store", || store(MAIN)),
            COMPARE_EXCHANGE,
            FETCH_UPDATE,
        ],
        handler: HANDLERS,
        twins: &[
            in_two_loads("load"),
            in_two_stores("store"),
            load_then_store("compare_exchange", || {
                change(|old| (old == 100).then_some(1))
            }),
            load_then_store("fetch_update", || change(|old| old.checked_add(MAIN))),
            failure_ignored("fetch_update", || {
                exchange_once(|old| old.wrapping_add(MAIN))
            }),
        ],
        ..Group::new("AtomicU32", SETTING)
    },
    Group {
        main: FETCH,
        handler: HANDLERS,
        twins: FETCH_TWINS,
        ..Group::new("AtomicU32", SETTING)
    },
    weak::GROUP,
    byte::GROUP,
    flag::GROUP,
    #[cfg(wide)]
    wide::GROUP,
];

const FETCH_TWINS: &[Twin] = &[
    load_then_store("swap", || change(|_| Some(MAIN))),
    load_then_store("fetch_add", || change(|old| Some(old.wrapping_add(MAIN)))),
    load_then_store("fetch_sub", || change(|old| Some(old.wrapping_sub(MAIN)))),
    load_then_store("fetch_and", || change(|old| Some(old & MAIN))),
    load_then_store("fetch_nand", || change(|old| Some(!(old & MAIN)))),
    load_then_store("fetch_or", || change(|old| Some(old | MAIN))),
    load_then_store("fetch_xor", || change(|old| Some(old ^ MAIN))),
    load_then_store("fetch_max", || change(|old| Some(old.max(MAIN)))),
    load_then_store("fetch_min", || change(|old| Some(old.min(7)))),
];

/// `compare_exchange_weak`: with exclusive instructions, any interrupt makes it fail.
mod weak {
    use super::*;
    use crate::planted::twin;
    #[cfg(cas)]
    use harness::{By, Extra};

    /// Tries once, and takes a failure for another's success.
    const ONCE: Twin = twin(
        "compare_exchange_weak",
        Op::new("no loop around it", || {
            WORD.get(|it| {
                let old = it.load(SeqCst);
                let _ = it.compare_exchange_weak(old, old.wrapping_add(1), SeqCst, SeqCst);
                0
            })
        }),
        Op::new("add", || {
            WORD.get(|it| it.fetch_add(1, SeqCst));
            0
        }),
        SETTING,
    );

    #[cfg(cas)]
    const fn spurious(handler: &'static str) -> Extra {
        Extra {
            name: "spurious failure",
            main: "compare_exchange_weak",
            handler,
            by: By::Main,
            answer: START as u64 | 1 << 63,
        }
    }

    pub(super) const GROUP: Group = Group {
        main: &[Op::new("compare_exchange_weak", || {
            code(WORD.get(|it| it.compare_exchange_weak(START, MAIN, SeqCst, SeqCst)))
        })],
        handler: &[
            LOAD,
            Op::new("fetch_add", || {
                WORD.get(|it| it.fetch_add(HANDLER, SeqCst)).into()
            }),
        ],
        #[cfg(cas)]
        extras: &[spurious("load"), spurious("fetch_add")],
        twins: &[ONCE],
        ..Group::new("AtomicU32", SETTING)
    };
}

/// Eight bits, beside others in the same word.
mod byte {
    use super::*;

    static BYTE: Object<AtomicU8> = Object::new(AtomicU8::new(0));

    const ADD: Op = Op::new("fetch_add", || {
        BYTE.get(|it| it.fetch_add(100, SeqCst)).into()
    });
    const XOR: Op = Op::new("fetch_xor", || {
        BYTE.get(|it| it.fetch_xor(0x55, SeqCst)).into()
    });

    pub(super) const GROUP: Group = Group {
        main: &[ADD, XOR],
        handler: &[ADD, XOR],
        twins: &[
            load_then_store("fetch_add", || change(|old| Some((old + 100) & 0xff))),
            load_then_store("fetch_xor", || change(|old| Some(old ^ 0x55))),
        ],
        ..Group::new(
            "AtomicU8",
            Setting {
                reset: |idle, _| BYTE.renew(idle, AtomicU8::new(200)),
                variants: 1,
                state: || BYTE.get(|it| it.load(SeqCst)).into(),
            },
        )
    };
}

mod flag {
    use super::*;

    static FLAG: Object<AtomicBool> = Object::new(AtomicBool::new(false));

    const SWAP: Op = Op::new("swap", || FLAG.get(|it| it.swap(true, SeqCst)).into());
    const NOT: Op = Op::new("fetch_not", || FLAG.get(|it| it.fetch_not(SeqCst)).into());

    pub(super) const GROUP: Group = Group {
        main: &[SWAP, NOT],
        handler: &[SWAP, NOT],
        twins: &[
            load_then_store("swap", || change(|_| Some(1))),
            load_then_store("fetch_not", || change(|old| Some(old ^ 1))),
        ],
        ..Group::new(
            "AtomicBool",
            Setting {
                reset: |idle, variant| FLAG.renew(idle, AtomicBool::new(variant == 1)),
                variants: 2,
                state: || FLAG.get(|it| it.load(SeqCst)).into(),
            },
        )
    };
}

/// 64 bits on a target of 32.
#[cfg(wide)]
mod wide {
    use super::*;
    use indivisible::atomic::AtomicU64;

    static WIDE: Object<AtomicU64> = Object::new(AtomicU64::new(0));

    fn load() -> u64 {
        WIDE.get(|it| it.load(SeqCst))
    }

    fn store(value: u64) -> u64 {
        WIDE.get(|it| it.store(value, SeqCst));
        0
    }

    fn add(value: u64) -> u64 {
        WIDE.get(|it| it.fetch_add(value, SeqCst))
    }

    const LOAD: Op = Op::new("load", load);

    pub(super) const GROUP: Group = Group {
        main: &[
            LOAD,
            Op::new("store", || store(0x1111_2222_3333_4444)),
            Op::new("fetch_add", || add(1)),
        ],
        handler: &[
            LOAD,
            Op::new("store", || store(0x5555_6666_7777_8888)),
            Op::new("fetch_add", || add(0x1_0000_0001)),
        ],
        twins: &[
            in_two_loads("load"),
            in_two_stores("store"),
            load_then_store("fetch_add", || change(|old| Some(old + 1))),
        ],
        ..Group::new(
            "AtomicU64",
            Setting {
                reset: |idle, _| WIDE.renew(idle, AtomicU64::new(u32::MAX.into())),
                variants: 1,
                state: load,
            },
        )
    };
}
