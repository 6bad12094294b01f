//! `Latest`: an accepted copy is untorn, and a waiting reader is woken.

use indivisible::{
    latest::{ContendedError, Latest, Reader, Writer, WriterCell},
    wait::{Polling, task::Wakers},
};
use loom::sync::atomic::{AtomicU32, Ordering::Relaxed};
use models::{
    pair::Pair,
    weak::{Handed, Model, Sleeper, Unparker, block_on, leak},
};

struct State<U: 'static, const SLOTS: usize> {
    writer: Handed<Writer<'static, Pair, U, SLOTS>>,
    latest: &'static Latest<Pair, U, SLOTS>,
    /// Written before the first publication.
    before: AtomicU32,
}

fn empty<U, const SLOTS: usize>(unparker: U) -> State<U, SLOTS> {
    let (writer, latest) = leak(Latest::with_unparker(unparker)).split();
    State {
        writer: Handed::new(writer),
        latest,
        before: AtomicU32::new(0),
    }
}

/// With a first value, so that as many publications as there are slots reuse its slot.
fn filled<const SLOTS: usize>() -> State<Polling, SLOTS> {
    let state = empty(Polling);
    let mut writer = state.writer.take();
    writer.publish(Pair(1));
    State {
        writer: Handed::new(writer),
        ..state
    }
}

impl<U: indivisible::wait::Unpark, const SLOTS: usize> State<U, SLOTS> {
    fn publish(&self, values: core::ops::RangeInclusive<usize>) -> &'static str {
        let mut writer = self.writer.take();
        values.for_each(|value| writer.publish(Pair(value)));
        ""
    }
}

fn told(seen: Result<Option<Pair>, ContendedError>) -> String {
    match seen {
        Ok(None) => "none".to_owned(),
        Ok(Some(Pair(number))) => number.to_string(),
        Err(ContendedError) => "contended".to_owned(),
    }
}

#[test]
fn two_writes_beside_a_read() {
    Model::new("Latest: 2 publish | try_read", filled::<2>)
        .actor(|it| it.publish(2..=3))
        .actor(|it| told(it.latest.try_read()))
        .check(&["1", "2", "3", "contended"], [1_500, 1_500]);
}

#[test]
fn four_writes_beside_a_read_of_four_slots() {
    Model::new("Latest of 4 slots: 4 publish | try_read", filled::<4>)
        .actor(|it| it.publish(2..=5))
        .actor(|it| told(it.latest.try_read()))
        .check(&["1", "2", "3", "4", "5", "contended"], [6_500, 6_500]);
}

#[test]
fn a_read_synchronizes_with_the_publication() {
    Model::new("Latest: store, publish | try_read, load", || {
        empty::<_, 2>(Polling)
    })
    .actor(|it| {
        it.before.store(7, Relaxed);
        it.publish(1..=1)
    })
    .actor(|it| {
        let seen = told(it.latest.try_read());
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
    Model::new("Latest: publish | read, read", filled::<2>)
        .actor(|it| it.publish(2..=2))
        .actor(|it| {
            let first = told(Ok(it.latest.read()));
            format!("{first} then {}", told(Ok(it.latest.read())))
        })
        .check(&["1 then 1", "1 then 2", "2 then 2"], [50, 50]);
}

/// Each value is read once or counted as missed.
#[test]
fn a_reader_counts_what_it_missed() {
    Model::new(
        "Latest of 4 slots: 2 publish | newer_and_missed, newer_and_missed",
        filled::<4>,
    )
    .actor(|it| it.publish(2..=3))
    .actor(|it| {
        let mut reader = it.latest.reader();
        let newer = [(); 2].map(|()| match reader.newer_and_missed() {
            None => "none".to_owned(),
            Some((Pair(value), missed)) => format!("{value} past {missed}"),
        });
        newer.join(" then ")
    })
    .check(
        &[
            "1 past 0 then none",
            "1 past 0 then 2 past 0",
            "1 past 0 then 3 past 1",
            "2 past 1 then none",
            "2 past 1 then 3 past 0",
            "3 past 2 then none",
        ],
        [100, 100],
    );
}

/// Waits by `next` until it has read `last`: two waits or more if the first one returns an earlier value.
fn wait_for<U: indivisible::wait::Unpark>(
    it: &State<U, 2>,
    last: usize,
    mut next: impl FnMut(&mut Reader<'static, Pair, U, 2>) -> Pair,
) -> String {
    let (mut reader, mut seen) = (it.latest.reader(), Vec::new());
    while seen.last() != Some(&last) {
        let Pair(value) = next(&mut reader);
        seen.push(value);
    }
    format!("{seen:?}")
}

fn wait_in_thread(it: &State<Unparker, 2>, last: usize) -> String {
    let sleeper = Sleeper::default();
    wait_for(it, last, |reader| {
        let newer = reader.wait_newer(&sleeper);
        newer
            .expect("an actor may wait")
            .expect("there is no limit")
    })
}

#[test]
fn a_waiter_is_woken() {
    Model::new("Latest: publish | wait_newer", || {
        empty::<_, 2>(Unparker::new())
    })
    .actor(|it| it.publish(1..=1))
    .actor(|it| wait_in_thread(it, 1))
    .check(&["[1]"], [100, 100]);
}

#[test]
fn a_waiter_is_woken_for_each_publication() {
    Model::new("Latest: 2 publish | wait_newer until the last", || {
        empty::<_, 2>(Unparker::new())
    })
    .actor(|it| it.publish(1..=2))
    .actor(|it| wait_in_thread(it, 2))
    .preemptions(3, 4)
    .check(&["[1, 2]", "[2]"], [740, 740]);
}

#[test]
fn a_task_is_woken_for_each_publication() {
    Model::new("Latest: 2 publish | changed until the last", || {
        empty::<_, 2>(Wakers::<1>::new())
    })
    .actor(|it| it.publish(1..=2))
    .actor(|it| {
        wait_for(it, 2, |reader| {
            block_on(reader.changed()).expect("the place is free")
        })
    })
    .preemptions(2, 3)
    .check(&["[1, 2]", "[2]"], [1_500, 280]);
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

/// The second of two borrows, if both succeed, continues from the publications of the first.
#[test]
fn a_borrowed_writer_is_passed_on_with_its_publications() {
    let publish = |cell: &WriterCell<'static, Pair>| match cell.try_borrow() {
        None => "refused".to_owned(),
        Some(mut writer) => {
            let last = writer.last().map_or(0, |Pair(number)| number);
            writer.publish(Pair(last + 1));
            (last + 1).to_string()
        }
    };
    Model::new("WriterCell: borrow, publish | borrow, publish", || {
        WriterCell::new(&*leak(Latest::new()))
    })
    .actor(publish)
    .actor(publish)
    .check(&["1, 2", "2, 1", "1, refused", "refused, 1"], [100, 100]);
}
