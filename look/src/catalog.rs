//! What is told of each example: the only words written by hand.

use crate::record::{Format, Kind};

/// A question of the chapter, and the versions that answer it.
#[derive(Debug)]
pub(crate) struct Group {
    /// The module of the firmware; with `-` for `_`, its name in links.
    pub(crate) module: &'static str,
    pub(crate) title: &'static str,
    pub(crate) section: &'static str,
    pub(crate) asks: &'static str,
    /// What each lane does.
    pub(crate) does: &'static [&'static str],
    /// The answer of each lane, and the state.
    pub(crate) answers: &'static [&'static str],
    pub(crate) versions: &'static [Version],
}

/// A version of an example.
#[derive(Debug)]
pub(crate) struct Version {
    /// The module in that of the group.
    pub(crate) module: &'static str,
    pub(crate) kind: Kind,
    pub(crate) name: &'static str,
    pub(crate) says: &'static str,
    /// The functions that each lane calls.
    pub(crate) fns: &'static [&'static [&'static str]],
    pub(crate) cores: Cores,
    /// How the words are written whose names end like this.
    pub(crate) formats: &'static [(&'static str, Format)],
}

/// On which cores a version is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cores {
    /// The Cortex-M0: the M3 executes the same loads and stores.
    M0,
    /// Both: the machine code of the M3 has other means.
    Both,
}

impl Group {
    /// The names of the lanes.
    pub(crate) fn lanes(&self) -> &'static [&'static str] {
        match self.does.len() {
            2 => &["main", "handler"],
            _ => &["main", "handler 1", "handler 2"],
        }
    }

    /// Its name in links.
    pub(crate) fn id(&self) -> String {
        self.module.replace('_', "-")
    }

    /// The name of a version in links and on the command line.
    pub(crate) fn case_id(&self, version: &Version) -> String {
        format!("{}-{}", self.id(), version.module)
    }
}

const fn wrong(
    module: &'static str,
    name: &'static str,
    says: &'static str,
    fns: &'static [&'static [&'static str]],
    cores: Cores,
) -> Version {
    Version {
        module,
        kind: Kind::Wrong,
        name,
        says,
        fns,
        cores,
        formats: &[],
    }
}

const fn right(
    module: &'static str,
    name: &'static str,
    says: &'static str,
    fns: &'static [&'static [&'static str]],
    cores: Cores,
) -> Version {
    Version {
        kind: Kind::Right,
        ..wrong(module, name, says, fns, cores)
    }
}

const fn formatted(version: Version, formats: &'static [(&'static str, Format)]) -> Version {
    Version { formats, ..version }
}

use Cores::{Both, M0};

/// The examples, in the order of the chapter.
pub(crate) const GROUPS: &[Group] = &[
    Group {
        module: "stop",
        title: "One request to stop",
        section: "Example: Stop Flag",
        asks: "A stop has been requested once. Main and the handler each take the request. Does one of them get it?",
        does: &["takes the request", "takes the request"],
        answers: &["main got it", "handler got it", "requested"],
        versions: &[
            wrong(
                "store",
                "load, then store",
                "Both find the request before either has removed it.",
                &[&["take"], &["take"]],
                M0,
            ),
            right(
                "take",
                "StopFlag::take",
                "One exchange: it returns the request and removes it.",
                &[&["take"], &["take"]],
                Both,
            ),
        ],
    },
    Group {
        module: "progress",
        title: "Two items done",
        section: "Example: Progress from Multiple Threads",
        asks: "Two of four items are done. Main and the handler each report one more. Are all four done?",
        does: &["reports one item", "reports one item"],
        answers: &["–", "–", "done"],
        versions: &[
            wrong(
                "store",
                "load, then store",
                "A store fits one reporter. With two, one report overwrites the other.",
                &[&["advance"], &["advance"]],
                M0,
            ),
            right(
                "advance",
                "Progress::advance",
                "One change of the word, which also stops at the total.",
                &[&["advance"], &["advance"]],
                Both,
            ),
        ],
    },
    Group {
        module: "sleep",
        title: "Check, then sleep",
        section: "Synchronization",
        asks: "Main sleeps until the handler has done its part. Does it wake up?",
        does: &["waits", "does its part"],
        answers: &["main", "–", "ready"],
        versions: &[
            wrong(
                "gap",
                "check, then WFI",
                "The interrupt that main waits for has been taken before the WFI.",
                &[&["wait"], &["make_ready"]],
                M0,
            ),
            right(
                "park",
                "Wfi",
                "The last check is masked. WFI ends for an interrupt that is pending, masked or not.",
                &[&["wait"], &["make_ready"]],
                M0,
            ),
            right(
                "wait",
                "Progress::wait_complete",
                "The same inside the library: the wait of the chapter's park and unpark.",
                &[&["wait"], &["make_ready"]],
                M0,
            ),
        ],
    },
    Group {
        module: "lazy",
        title: "Computed at the first use",
        section: "Example: Lazy Initialization",
        asks: "The first use computes 17. Main and the handler each use it. Do both see 17?",
        does: &["uses the value", "uses the value"],
        answers: &["main sees", "handler sees", "kept"],
        versions: &[
            wrong(
                "flag",
                "flag, then value",
                "The flag is set before the value is there.",
                &[&["get"], &["get"]],
                M0,
            ),
            right(
                "racy",
                "RacyOnce",
                "One word is value and flag. Both may compute it: the result is the same.",
                &[&["get"], &["get"]],
                M0,
            ),
        ],
    },
    Group {
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
    },
    Group {
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
    },
    Group {
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
    },
    Group {
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
    },
    Group {
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
    },
    Group {
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
    },
    Group {
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
    },
    Group {
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
    },
    Group {
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
    },
    Group {
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
    },
    Group {
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
    },
    Group {
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
    },
    Group {
        module: "reason",
        title: "The first reason to stop",
        section: "beyond the chapter",
        asks: "Main asks to stop for reason 1, the handler for reason 2. Is one of them told that it was first?",
        does: &["asks, for reason 1", "asks, for reason 2"],
        answers: &["main is first", "handler is first", "reason"],
        versions: &[
            wrong(
                "store",
                "load, then store",
                "Both find no reason, and the later store replaces the earlier one.",
                &[&["request"], &["request"]],
                M0,
            ),
            right(
                "signal",
                "StopSignal",
                "One exchange: the first reason stays.",
                &[&["request"], &["request"]],
                Both,
            ),
        ],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_group_has_wrong_beside_right_and_a_name_for_each_answer() {
        for group in GROUPS {
            let has = |kind| group.versions.iter().any(|version| version.kind == kind);
            assert!(has(Kind::Wrong) && has(Kind::Right), "{}", group.module);
            assert_eq!(
                group.answers.len(),
                group.does.len() + 1,
                "{}",
                group.module
            );
            for version in group.versions {
                assert_eq!(
                    version.fns.len(),
                    group.does.len(),
                    "{}",
                    group.case_id(version)
                );
            }
        }
    }

    #[test]
    fn names_are_unique() {
        let ids = || {
            GROUPS
                .iter()
                .flat_map(|group| group.versions.iter().map(|it| group.case_id(it)))
        };
        assert_eq!(ids().collect::<BTreeSet<_>>().len(), ids().count());
    }
}
