//! `Latest`: a copy whose two looks agree is whole.

use indivisible::latest::{Contended, Latest, Writer};
use loom::sync::atomic::{AtomicU32, Ordering::Relaxed};
use models::{
    pair::Pair,
    weak::{Handed, Model, leak},
};

struct State {
    writer: Handed<Writer<'static, Pair>>,
    latest: &'static Latest<Pair>,
    /// Written before anything is published.
    before: AtomicU32,
}

fn empty() -> State {
    let (writer, latest) = leak(Latest::new()).split();
    State {
        writer: Handed::new(writer),
        latest,
        before: AtomicU32::new(0),
    }
}

/// With a first value, so that the next two writes reuse a slot.
fn filled() -> State {
    let state = empty();
    let mut writer = state.writer.take();
    writer.publish(Pair(1));
    State {
        writer: Handed::new(writer),
        ..state
    }
}

fn told(seen: Result<Option<Pair>, Contended>) -> String {
    match seen {
        Ok(None) => "none".to_owned(),
        Ok(Some(Pair(number))) => number.to_string(),
        Err(Contended) => "contended".to_owned(),
    }
}

#[test]
fn two_writes_beside_a_read() {
    Model::new("Latest: 2 publish | try_read", filled)
        .actor(|it| {
            let mut writer = it.writer.take();
            writer.publish(Pair(2));
            writer.publish(Pair(3));
            ""
        })
        .actor(|it| told(it.latest.try_read(1)))
        .check(&["1", "2", "3", "contended"], [1_500, 1_500]);
}

#[test]
fn a_value_brings_along_what_was_written_before() {
    Model::new("Latest: store, publish | try_read, load", empty)
        .actor(|it| {
            it.before.store(7, Relaxed);
            it.writer.take().publish(Pair(1));
            ""
        })
        .actor(|it| {
            let seen = told(it.latest.try_read(1));
            let before = it.before.load(Relaxed);
            if seen == "none" {
                seen
            } else {
                format!("{seen} after {before}")
            }
        })
        .check(&["none", "1 after 7"], [36, 36]);
}

#[test]
fn a_reader_never_goes_back() {
    Model::new("Latest: publish | read, read", filled)
        .actor(|it| {
            it.writer.take().publish(Pair(2));
            ""
        })
        .actor(|it| {
            let first = told(Ok(it.latest.read()));
            format!("{first} then {}", told(Ok(it.latest.read())))
        })
        .check(&["1 then 1", "1 then 2", "2 then 2"], [50, 50]);
}

#[test]
fn one_of_two_claims_is_granted() {
    let claim = |latest: &Latest<Pair>| {
        if latest.claim().is_some() {
            "writer"
        } else {
            ""
        }
    };
    Model::new("Latest: claim | claim", Latest::new)
        .actor(claim)
        .actor(claim)
        .check(&["writer"], [14, 19]);
}
