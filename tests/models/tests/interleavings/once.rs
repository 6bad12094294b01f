//! `OnceLock`: `EMPTY`, `RUNNING`, `READY`.

use indivisible::once::{OnceLock, TryInitError, TrySetError};
use models::explorer::{Log, Model};

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Event {
    /// The actor's own value, and the value of the cell.
    Made(u32, u32),
    Busy,
    Failed,
    Get(Option<u32>),
}

/// `RUNNING` is not a state of a sequential cell: a call that loads it comes before the call that stores the
/// value.
fn accepts(value: &mut Option<u32>, event: &Event) -> bool {
    match *event {
        Event::Made(mine, seen) => *value.get_or_insert(mine) == seen,
        Event::Busy | Event::Failed => value.is_none(),
        Event::Get(seen) => seen == *value,
    }
}

fn init<const MINE: u32>(cell: &OnceLock<u32>, log: &Log<Event>) {
    log.call(|| {
        let made = cell.try_get_or_init(|| MINE);
        made.map_or(Event::Busy, |value| Event::Made(MINE, *value))
    });
}

fn fail(cell: &OnceLock<u32>, log: &Log<Event>) {
    log.call(|| match cell.try_get_or_try_init(|| Err(())) {
        Ok(value) => Event::Get(Some(*value)),
        Err(TryInitError::Failed(())) => Event::Failed,
        Err(TryInitError::Initializing) => Event::Busy,
    });
}

fn get(cell: &OnceLock<u32>, log: &Log<Event>) {
    log.call(|| Event::Get(cell.get().copied()));
}

#[test]
fn two_initialize_and_one_reads() {
    Model::new(
        "OnceLock: try_get_or_init | try_get_or_init | get, get",
        OnceLock::new,
    )
    .actor(init::<1>)
    .actor(init::<2>)
    .actor(|cell, log| {
        get(cell, log);
        get(cell, log);
    })
    .preemptions(5, 20)
    .check(&None, accepts)
    .expect_at_least(12, [4_600, 14_000]);
}

#[test]
fn three_initialize() {
    let report = Model::new(
        "OnceLock: try_get_or_init | try_get_or_init | try_get_or_init",
        OnceLock::new,
    )
    .actor(init::<1>)
    .actor(init::<2>)
    .actor(init::<3>)
    .preemptions(4, 20)
    .check(&None, accepts);
    // One of the three always succeeds.
    assert!(!report.outcomes.contains("[Busy, Busy, Busy]"));
    report.expect_at_least(12, [4_300, 15_000]);
}

#[test]
fn one_fails_beside_another() {
    Model::new(
        "OnceLock: failing initializer, get | try_get_or_init",
        OnceLock::new,
    )
    .actor(|cell, log| {
        fail(cell, log);
        get(cell, log);
    })
    .actor(init::<2>)
    .last(get)
    .check(&None, accepts)
    .expect_at_least(5, [84, 210]);
}

#[test]
fn two_set_it() {
    let set = |cell: &OnceLock<u32>, log: &Log<Event>, mine| {
        log.call(|| match cell.try_set(mine) {
            Ok(()) => Event::Made(mine, mine),
            Err(TrySetError::AlreadySet(_)) => Event::Get(cell.get().copied()),
            Err(TrySetError::Initializing(_)) => Event::Busy,
        });
    };
    Model::new("OnceLock: try_set | try_set | get", OnceLock::new)
        .actor(move |cell, log| set(cell, log, 1))
        .actor(move |cell, log| set(cell, log, 2))
        .actor(get)
        .check(&None, accepts)
        .expect_at_least(8, [91, 380]);
}
