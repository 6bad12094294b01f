//! Counters, statistics and what belongs together.

use super::{
    Cores::{Both, M0},
    Group, formatted, right, wrong,
};
use crate::record::Format;

pub(super) const INCREMENT: Group = Group {
    module: "increment",
    title: "Two increments",
    section: "Fetch-and-Modify Operations; Compare-and-Exchange Operations",
    asks: "Main and the handler each add 1. Does the counter end at 2?",
    does: &["adds 1", "adds 1"],
    answers: &["main got", "handler got", "counter"],
    versions: &[
        wrong(
            "store",
            "load, then store",
            "What the handler adds between the load and the store is overwritten.",
            &[&["increment"], &["increment"]],
            Both,
        ),
        right(
            "add",
            "fetch_add",
            "On a Cortex-M0 one short section; on a Cortex-M3 an exclusive store that the handler makes fail.",
            &[&["increment"], &["increment"]],
            Both,
        ),
        right(
            "exchange",
            "compare_exchange",
            "Main stores only if the counter is still what it loaded, and otherwise tries again.",
            &[&["increment"], &["increment"]],
            Both,
        ),
    ],
};

pub(super) const STATISTICS: Group = Group {
    module: "statistics",
    title: "A record and a snapshot",
    section: "Example: Statistics",
    asks: "The handler records a second 30 while main reads count and total. Is the mean still 30?",
    does: &["reads count and total", "records 30"],
    answers: &["main's mean", "–", "in the end"],
    versions: &[
        wrong(
            "words",
            "two atomics",
            "Each word is right, and the two do not belong together.",
            &[&["snapshot"], &["record"]],
            M0,
        ),
        right(
            "sections",
            "Stats on a Cortex-M0",
            "Without compare-and-swap, record and snapshot are one section each.",
            &[&["snapshot"], &["record"]],
            M0,
        ),
        formatted(
            right(
                "sharded",
                "ShardedStats",
                "Nothing is masked: main notices the record and reads again.",
                &[&["snapshot"], &["record"]],
                M0,
            ),
            &[("not_min", Format::Not)],
        ),
    ],
};

pub(super) const PEAK: Group = Group {
    module: "peak",
    title: "The larger of two",
    section: "Example: Statistics",
    asks: "Main records 30, the handler 40. Is the peak 40?",
    does: &["records 30", "records 40"],
    answers: &["–", "–", "peak"],
    versions: &[
        wrong(
            "store",
            "compare, then store",
            "Main compared with the peak before the handler's.",
            &[&["record"], &["record"]],
            M0,
        ),
        right(
            "max",
            "fetch_max",
            "Comparison and store are one change of the word.",
            &[&["record"], &["record"]],
            Both,
        ),
        right(
            "raise",
            "raise_to",
            "The same; the word is not written where it is large enough.",
            &[&["record"], &["record"]],
            M0,
        ),
    ],
};

pub(super) const SHARDS: Group = Group {
    module: "shards",
    title: "Two shards, two interrupts",
    section: "Example: Statistics",
    asks: "Each handler records to a shard of its own, the second after the first. Can main see the second record alone?",
    does: &[
        "adds the shards up",
        "records to the first",
        "records to the second",
    ],
    answers: &["main's sum", "–", "–", "in the end"],
    versions: &[
        wrong(
            "sum",
            "one shard after the other",
            "Main reads the first shard before its record and the second one after. One interrupt alone does no harm.",
            &[&["snapshot"], &["record"], &["record"]],
            M0,
        ),
        right(
            "sharded",
            "ShardedStats",
            "Main reads all shards twice, until both rounds agree.",
            &[&["snapshot"], &["record"], &["record"]],
            M0,
        ),
    ],
};

pub(super) const LATEST: Group = Group {
    module: "latest",
    title: "Two words that belong together",
    section: "beyond the chapter",
    asks: "The handler publishes (2, 2) over (1, 1). Can main read (1, 2)?",
    does: &["reads the pair", "publishes (2, 2)"],
    answers: &["main reads", "–", "in the end"],
    versions: &[
        wrong(
            "words",
            "word by word",
            "Half of the old pair, half of the new one.",
            &[&["read"], &["publish"]],
            M0,
        ),
        right(
            "slots",
            "Latest",
            "Two slots and a number, by loads and stores alone: main reads the old pair whole, or reads again.",
            &[&["read"], &["publish"]],
            M0,
        ),
    ],
};

pub(super) const UPDATE: Group = Group {
    module: "update",
    title: "A closure that runs again",
    section: "Fetch-Update",
    asks: "Main adds 1 by a closure and draws one ticket. The handler stores 10. Is one ticket drawn?",
    does: &["adds 1, draws a ticket", "stores 10"],
    answers: &["main found", "–", "word, tickets"],
    versions: &[
        wrong(
            "effect",
            "draws in the closure",
            "The closure runs again after the handler's store, and draws again.",
            &[&["add"], &["store_ten"]],
            Both,
        ),
        right(
            "after",
            "draws after fetch_update",
            "What must happen once stands behind the loop.",
            &[&["add"], &["store_ten"]],
            M0,
        ),
    ],
};
