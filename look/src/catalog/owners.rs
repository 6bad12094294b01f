//! IDs, indices and what is made once.

use super::{
    Cores::{Both, M0},
    Group, formatted, right, wrong,
};
use crate::record::Format;

pub(super) const ASSERT_ID: Group = Group {
    module: "assert_id",
    title: "After the last ID",
    section: "Example: ID Allocation",
    asks: "All 100 IDs have been allocated, and 155 callers have asked in vain, of an 8-bit counter. Both ask once more.",
    does: &["allocates", "allocates"],
    answers: &["main gets", "handler gets", "–"],
    versions: &[
        wrong(
            "assert",
            "add, then assert",
            "Wrong at every point: each failure has added 1, and the counter is back at 0.",
            &[&["allocate"], &["allocate"]],
            M0,
        ),
        right(
            "rolling",
            "IdAllocator, rolling back",
            "A failure takes its 1 off again.",
            &[&["allocate"], &["allocate"]],
            M0,
        ),
        right(
            "checked",
            "IdAllocator",
            "A failure only loads. It can fail for ever.",
            &[&["allocate"], &["allocate"]],
            M0,
        ),
    ],
};

pub(super) const LAST_ID: Group = Group {
    module: "last_id",
    title: "The last ID",
    section: "Example: ID Allocation Without Overflow",
    asks: "IDs are 0, 1 and 2, and only 2 is left. Both ask for one. Does one of them get it?",
    does: &["allocates", "allocates"],
    answers: &["main gets", "handler gets", "allocated"],
    versions: &[
        wrong(
            "check",
            "check, then add",
            "One ID was left when main checked.",
            &[&["allocate"], &["allocate"]],
            M0,
        ),
        right(
            "exchange",
            "compare_exchange",
            "The chapter's loop: check and step are one exchange.",
            &[&["allocate"], &["allocate"]],
            Both,
        ),
        right(
            "update",
            "fetch_update",
            "The same loop, with the check as a closure.",
            &[&["allocate"], &["allocate"]],
            M0,
        ),
        right(
            "allocator",
            "IdAllocator",
            "On a Cortex-M0 check and step are one section.",
            &[&["allocate"], &["allocate"]],
            Both,
        ),
    ],
};

pub(super) const ABA: Group = Group {
    module: "aba",
    title: "A, B, and A again",
    section: "Compare-and-Exchange Operations: the ABA Problem",
    asks: "Indices 0, 1 and 2 are free, 0 on top. Main pops one; the handler pops two and gives the first back.",
    does: &["pops", "pops two, gives the first back"],
    answers: &["main owns", "handler owns", "in the list"],
    versions: &[
        wrong(
            "untagged",
            "compare_exchange alone",
            "The head is 0 again, so the exchange succeeds, and installs an index that the handler owns.",
            &[&["pop"], &["pop_pop_push", "pop", "push"]],
            Both,
        ),
        formatted(
            right(
                "list",
                "FreeList",
                "Each pop changes the tag (#) beside the index, so the exchange fails.",
                &[&["pop"], &["pop_pop_push"]],
                Both,
            ),
            &[("head", Format::Tag2)],
        ),
    ],
};

pub(super) const ABA_TWICE: Group = Group {
    module: "aba_twice",
    title: "A, B, and A again, by two interrupts",
    section: "Compare-and-Exchange Operations: the ABA Problem",
    asks: "The first handler takes an index. The second takes the next, and gives the first one back. Main pops one.",
    does: &[
        "pops",
        "takes an index",
        "takes the next, gives the first back",
    ],
    answers: &["main owns", "–", "handler 2 owns", "in the list"],
    versions: &[
        wrong(
            "untagged",
            "compare_exchange alone",
            "Both interrupts must come between main's load and its exchange.",
            &[&["pop"], &["take"], &["swap"]],
            M0,
        ),
        formatted(
            right(
                "list",
                "FreeList",
                "The tag (#) counts the pops in between.",
                &[&["pop"], &["take"], &["swap"]],
                M0,
            ),
            &[("head", Format::Tag2)],
        ),
    ],
};

pub(super) const KEY: Group = Group {
    module: "key",
    title: "A key made once",
    section: "Example: Lazy One-Time Initialization",
    asks: "The first use makes a key: main would draw 17, the handler 42. Do both use the same key?",
    does: &["gets the key", "gets the key"],
    answers: &["main's key", "handler's key", "kept"],
    versions: &[
        wrong(
            "store",
            "load, then store",
            "Both find no key, both store theirs, and each uses its own.",
            &[&["get_key"], &["get_key"]],
            M0,
        ),
        right(
            "once",
            "OnceWord",
            "Main may draw in vain: the first key stays, and both use it.",
            &[&["get_key"], &["get_key"]],
            Both,
        ),
    ],
};

pub(super) const ONCE: Group = Group {
    module: "once",
    title: "The initializer is interrupted",
    section: "Example: Lazy One-Time Initialization",
    asks: "Main initializes a value of two words. What does the handler get meanwhile?",
    does: &["gets the value", "gets the value"],
    answers: &["main gets", "handler gets", "in the end"],
    versions: &[
        wrong(
            "spin",
            "wait for the initializer",
            "The handler waits for main, which cannot go on before the handler returns.",
            &[&["get"], &["get"]],
            M0,
        ),
        right(
            "lock",
            "OnceLock",
            "The handler is told that the value is being initialized, and returns.",
            &[&["get"], &["get"]],
            M0,
        ),
    ],
};
