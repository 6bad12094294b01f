//! Each rule of the explanations, and false ones that must be noticed.

use super::{check, place};
use crate::{
    land::find,
    record::{Build, Landing, Verdict, Why},
    testing::{look, scene},
};

/// The sentences about a landing.
fn said(landing: &Landing) -> Vec<&'static str> {
    let all = landing
        .head
        .iter()
        .chain(&landing.says)
        .chain([&landing.tail]);
    all.map(|&at| look().sentences[at].as_str()).collect()
}

fn landings() -> impl Iterator<Item = (&'static str, &'static Build, &'static Landing)> {
    let builds = look()
        .cases
        .iter()
        .flat_map(|case| case.builds.iter().map(|build| (case.id.as_str(), build)));
    builds.flat_map(|(id, build)| {
        build
            .landings
            .iter()
            .map(move |landing| (id, build, landing))
    })
}

/// The first landing of this sort.
fn first(id: &str, kind: Verdict) -> &'static Landing {
    let mut all = landings().filter(|it| it.0 == id && it.2.kind == kind);
    all.next()
        .unwrap_or_else(|| panic!("{id} has no landing that is {kind:?}"))
        .2
}

#[test]
fn every_explanation_is_true() {
    for (id, build, landing) in landings() {
        check(build, landing).unwrap_or_else(|error| panic!("{id} {:?}: {error}", landing.at));
    }
}

#[test]
fn every_wrong_landing_has_a_whole_explanation() {
    for (id, build, landing) in landings().filter(|it| it.2.kind == Verdict::Wrong) {
        let why = landing.why.unwrap();
        let is_whole = why.first.is_some() && (why.last.is_some() || why.wrong.is_some());
        assert!(
            is_whole || build.is_wrong_alone(landing),
            "{id} {:?}: {:?}",
            landing.at,
            said(landing)
        );
    }
}

#[test]
fn a_false_explanation_is_noticed() {
    let right = scene("increment-store");
    let why = right.landing.why.unwrap();
    let (first, last) = (why.first.unwrap(), why.last.unwrap());
    let exchange = |(main, handler)| (handler, main);
    for (what, planted) in [
        (
            "main's access comes after the handler's",
            Why {
                first: Some(last),
                ..why
            },
        ),
        (
            "main's access comes before the handler's",
            Why {
                last: Some(first),
                ..why
            },
        ),
        (
            "the lanes are exchanged",
            Why {
                first: Some(exchange(first)),
                ..why
            },
        ),
        (
            "the handler's access is main's own",
            Why {
                first: Some((first.0, first.0)),
                ..why
            },
        ),
        (
            "there is no such step",
            Why {
                last: Some(((9999, 0), last.1)),
                ..why
            },
        ),
    ] {
        let landing = Landing {
            why: Some(planted),
            ..right.landing.clone()
        };
        assert!(check(right.build, &landing).is_err(), "{what}");
    }
    // Two loads do not order anything: the reads of main and of the handler.
    let run = right.build.executed(right.landing);
    let reads = |lane| {
        run.iter()
            .position(|it| {
                it.lane == lane && it.step.accesses.iter().any(|access| access.store == 0)
            })
            .unwrap()
    };
    let planted = Why {
        first: Some(((reads(0), 0), (reads(1), 0))),
        ..why
    };
    let landing = Landing {
        why: Some(planted),
        ..right.landing.clone()
    };
    assert_eq!(
        check(right.build, &landing),
        Err("the accesses do not conflict".to_owned())
    );
}

#[test]
fn main_cannot_be_first_and_last() {
    assert_eq!(
        said(first("increment-store", Verdict::Wrong)),
        [
            "Main reads `counter` = 0 before the handler writes 1. So main came first.",
            "Main writes `counter` = 1 after the handler wrote 1. So main came last.",
            "It cannot be both: no order of the two gives these answers.",
        ]
    );
}

#[test]
fn what_returns_to_its_old_value_tells_nothing() {
    // The head is 0 before and after: the link below it shows that main came first.
    let said = said(first("aba-untagged", Verdict::Wrong));
    assert!(
        said[0].contains("`free.next[0]` = 1 before the handler writes 2"),
        "{said:?}"
    );
}

#[test]
fn two_handlers_are_named() {
    assert_eq!(
        said(first("shards-sum", Verdict::Wrong)),
        [
            "Main reads `shards[0]` = 0 before handler 1 writes 1. So main came before handler 1.",
            "Main reads `shards[1]` = 1 after handler 2 wrote 1. So main came after handler 2.",
            "Handler 1 came before handler 2. It cannot be all three: no order gives these answers.",
        ]
    );
}

#[test]
fn a_sleep_without_an_end_is_named() {
    assert_eq!(
        said(first("sleep-gap", Verdict::Wrong)),
        [
            "Main reads `ready` = false before the handler writes true.",
            "Then main sleeps, and the one interrupt that would wake it has been.",
        ]
    );
}

#[test]
fn a_handler_that_waits_for_main_is_named() {
    let said = said(first("once-spin", Verdict::Wrong));
    assert_eq!(
        said.last(),
        Some(
            &"The handler waits for what main would do next, and main cannot go on before it returns."
        )
    );
}

#[test]
fn what_is_wrong_without_an_interrupt_is_not_blamed_on_one() {
    let said = said(first("assert-id-assert", Verdict::Wrong));
    assert_eq!(
        said[0],
        "Wrong, and not because of where the interrupt comes."
    );
}

#[test]
fn waiting_and_looking_again_are_counted() {
    let masked = said(first("increment-add", Verdict::Masked));
    assert!(
        masked[0].starts_with("Masked: the handler waits for ")
            && masked[0].contains(" cycles, until `0x"),
        "{masked:?}"
    );
    let again = said(first("latest-slots", Verdict::Again));
    assert!(
        again[0].starts_with("Main finds that something has changed, and goes round again: "),
        "{again:?}"
    );
}

#[test]
fn a_right_landing_names_its_order() {
    let build = scene("increment-store").build;
    let tail = |landing: &Landing| look().sentences[landing.tail].as_str();
    assert_eq!(
        tail(&build.landings[0]),
        "Right: as if the handler came first, then main."
    );
    assert_eq!(
        tail(build.landings.last().unwrap()),
        "Right: as if main came first, then the handler."
    );
    let asleep = scene("sleep-park").build.landings.last().unwrap();
    assert_eq!(said(asleep)[0], "Main is asleep. The interrupt wakes it.");
    let refused = landings().find(|it| {
        it.0 == "once-lock" && said(it.2).iter().any(|text| text.contains("is refused"))
    });
    assert!(refused.is_some());
}

#[test]
fn a_point_is_named_by_its_instruction() {
    let build = scene("increment-store").build;
    let first = place(build, &build.landings[0]);
    assert!(
        first.starts_with("before `0x") && first.contains("push"),
        "{first}"
    );
    assert_eq!(
        place(build, build.landings.last().unwrap()),
        "after the end"
    );
    let asleep = scene("sleep-gap").build;
    assert_eq!(
        place(asleep, asleep.landings.last().unwrap()),
        "while main sleeps"
    );
}

#[test]
fn a_point_is_found_by_its_address() {
    let build = scene("increment-store").build;
    let address = build.code[build.steps[build.seqs[0][2]].code].address;
    let found = find(look(), "increment-store", Some(address)).unwrap();
    assert_eq!(found.landing.at, [2]);
    let error = find(look(), "increment-store", Some(1))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("no point before 0x1") && error.contains(&format!("{address:#x}")),
        "{error}"
    );
}
