//! `Latest`: a register.

use core::cell::RefCell;
use indivisible::{
    latest::{Latest, Reader, Writer, WriterCell},
    wait::{Polling, Unpark, task::Wakers},
};
use models::{
    explorer::{Log, Model, Sleeper, Unasked, block_on},
    pair::Pair,
};

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Event {
    Publish(usize),
    Read(Option<Pair>),
    /// A value newer than the last one of this reader, and the number of missed values.
    Newer(Option<(Pair, usize)>),
    Contended,
    Refused,
}

/// The last value, which counts the publications, and the last value read by the reader of `Newer`.
type Spec = (usize, usize);

fn accepts((last, seen): &mut Spec, event: &Event) -> bool {
    let value = (*last > 0).then_some(Pair(*last));
    match *event {
        Event::Publish(value) => {
            *last += 1;
            value == *last
        }
        Event::Read(read) => read == value,
        Event::Newer(newer) => {
            let expected = value.filter(|_| last > seen);
            let expected = expected.map(|value| (value, *last - *seen - 1));
            *seen = *last;
            newer == expected
        }
        Event::Contended | Event::Refused => true,
    }
}

struct State<U: 'static, const SLOTS: usize> {
    writer: RefCell<Writer<'static, Pair, U, SLOTS>>,
    reader: RefCell<Reader<'static, Pair, U, SLOTS>>,
    latest: &'static Latest<Pair, U, SLOTS>,
}

fn state<U: Default, const SLOTS: usize>() -> State<U, SLOTS> {
    let (writer, latest) = Box::leak(Box::new(Latest::default())).split();
    State {
        writer: RefCell::new(writer),
        reader: RefCell::new(latest.reader()),
        latest,
    }
}

fn publish<const TIMES: usize, U: Unpark, const SLOTS: usize>(
    it: &State<U, SLOTS>,
    log: &Log<Event>,
) {
    let mut writer = it.writer.borrow_mut();
    for value in 1..=TIMES {
        log.call(|| {
            writer.publish(Pair(value));
            Event::Publish(value)
        });
    }
}

fn try_read<const SLOTS: usize>(it: &State<Polling, SLOTS>, log: &Log<Event>) {
    log.call(|| it.latest.try_read().map_or(Event::Contended, Event::Read));
}

fn newer<U, const SLOTS: usize>(it: &State<U, SLOTS>, log: &Log<Event>) {
    log.call(|| Event::Newer(it.reader.borrow_mut().newer_and_missed()));
}

#[test]
fn three_writes_beside_a_read() {
    Model::new("Latest: 3 publish | try_read", state::<Polling, 2>)
        .actor(publish::<3, _, _>)
        .actor(try_read)
        .check(&(0, 0), accepts)
        .expect_at_least(5, [390, 390]);
}

/// The fifth write reuses the slot that is being read.
#[test]
fn six_writes_beside_a_read_of_four_slots() {
    Model::new(
        "Latest of 4 slots: 6 publish | try_read",
        state::<Polling, 4>,
    )
    .actor(publish::<6, _, _>)
    .actor(try_read)
    .check(&(0, 0), accepts)
    .expect_at_least(8, [1_000, 1_000]);
}

#[test]
fn two_writes_beside_two_reads() {
    Model::new(
        "Latest: 2 publish | try_read | try_read",
        state::<Polling, 2>,
    )
    .actor(publish::<2, _, _>)
    .actor(try_read)
    .actor(try_read)
    .check(&(0, 0), accepts)
    .expect_at_least(16, [28_000, 28_000]);
}

#[test]
fn a_read_is_repeated_until_it_is_untorn() {
    Model::new("Latest: 2 publish | read, read", state::<Polling, 2>)
        .actor(publish::<2, _, _>)
        .actor(|it, log| {
            log.call(|| Event::Read(it.latest.read()));
            log.call(|| Event::Read(it.latest.read()));
        })
        .check(&(0, 0), accepts)
        .expect_at_least(6, [620, 620]);
}

#[test]
fn each_value_is_read_once_or_counted_as_missed() {
    Model::new(
        "Latest of 4 slots: 3 publish | 3 newer_and_missed",
        state::<Polling, 4>,
    )
    .actor(publish::<3, _, _>)
    .actor(|it, log| (0..3).for_each(|_| newer(it, log)))
    .preemptions(4, 6)
    .check(&(0, 0), accepts)
    .expect_at_least(10, [1_000, 1_000]);
}

/// Waits by `next` until it has the second value.
fn wait_for_two<U: Unpark>(
    it: &State<U, 2>,
    log: &Log<Event>,
    next: impl Fn(&mut Reader<'static, Pair, U, 2>) -> Pair,
) {
    let mut last = 0;
    while last < 2 {
        log.call(|| {
            let Pair(value) = next(&mut it.reader.borrow_mut());
            // Where two are new, the first of them was missed.
            let missed = value - last - 1;
            last = value;
            Event::Newer(Some((Pair(value), missed)))
        });
    }
}

#[test]
fn a_waiter_is_woken_for_each_publication() {
    Model::new(
        "Latest: 2 publish | wait_newer until the last",
        state::<Unasked, 2>,
    )
    .actor(publish::<2, _, _>)
    .actor(|it, log| {
        wait_for_two(it, log, |reader| {
            let newer = reader.wait_newer(&Sleeper);
            newer.expect("an actor may wait").expect("no limit")
        });
    })
    .preemptions(4, 6)
    .check(&(0, 0), accepts)
    .expect_at_least(2, [1_000, 1_000]);
}

#[test]
fn a_task_is_woken_for_each_publication() {
    Model::new(
        "Latest: 2 publish | changed until the last",
        state::<Wakers<1>, 2>,
    )
    .actor(publish::<2, _, _>)
    .actor(|it, log| {
        wait_for_two(it, log, |reader| {
            block_on(reader.changed()).expect("a free place")
        });
    })
    .preemptions(2, 3)
    .check(&(0, 0), accepts)
    .expect_at_least(2, [430, 270]);
}

#[test]
fn a_writer_is_borrowed_by_one_at_a_time() {
    let borrow = |cell: &WriterCell<'static, Pair>, log: &Log<Event>| {
        for _ in 0..2 {
            log.call(|| match cell.try_borrow() {
                None => Event::Refused,
                Some(mut writer) => {
                    let last = writer.last().map_or(0, |Pair(number)| number);
                    writer.publish(Pair(last + 1));
                    Event::Publish(last + 1)
                }
            });
        }
    };
    let cell = || WriterCell::new(&*Box::leak(Box::new(Latest::new())));
    Model::new("WriterCell: 2 borrow, publish | 2 borrow, publish", cell)
        .actor(borrow)
        .actor(borrow)
        .preemptions(3, 4)
        .spurious(1)
        .check(&(0, 0), accepts)
        .expect_at_least(8, [1_000, 670]);
}
