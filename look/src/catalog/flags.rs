//! Flags, progress and waiting.

use super::{
    Cores::{Both, M0},
    Group, right, wrong,
};
pub(super) const STOP: Group = Group {
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
};

pub(super) const PROGRESS: Group = Group {
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
};

pub(super) const SLEEP: Group = Group {
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
};

pub(super) const LAZY: Group = Group {
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
};

pub(super) const REASON: Group = Group {
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
};
