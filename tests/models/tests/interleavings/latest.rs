//! `Latest`: a register.

use core::cell::RefCell;
use indivisible::latest::{Latest, Writer};
use models::{
    explorer::{Log, Model},
    pair::Pair,
};

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Event {
    Publish(usize),
    Read(Option<Pair>),
    Contended,
}

fn accepts(last: &mut Option<Pair>, event: &Event) -> bool {
    match *event {
        Event::Publish(value) => {
            *last = Some(Pair(value));
            true
        }
        Event::Read(seen) => seen == *last,
        Event::Contended => true,
    }
}

struct State {
    writer: RefCell<Writer<'static, Pair>>,
    latest: &'static Latest<Pair>,
}

fn state() -> State {
    let (writer, latest) = Box::leak(Box::new(Latest::new())).split();
    State {
        writer: RefCell::new(writer),
        latest,
    }
}

fn publish<const TIMES: usize>(it: &State, log: &Log<Event>) {
    let mut writer = it.writer.borrow_mut();
    for value in 1..=TIMES {
        log.call(|| {
            writer.publish(Pair(value));
            Event::Publish(value)
        });
    }
}

fn read(it: &State, log: &Log<Event>) {
    log.call(|| it.latest.try_read(1).map_or(Event::Contended, Event::Read));
}

#[test]
fn three_writes_beside_a_read() {
    Model::new("Latest: 3 publish | try_read", state)
        .actor(publish::<3>)
        .actor(read)
        .check(&None, accepts)
        .expect_at_least(5, [390, 390]);
}

#[test]
fn two_writes_beside_two_reads() {
    Model::new("Latest: 2 publish | try_read | try_read", state)
        .actor(publish::<2>)
        .actor(read)
        .actor(read)
        .check(&None, accepts)
        .expect_at_least(16, [28_000, 28_000]);
}

#[test]
fn a_read_looks_again_until_it_is_whole() {
    Model::new("Latest: 2 publish | read, read", state)
        .actor(publish::<2>)
        .actor(|it, log| {
            log.call(|| Event::Read(it.latest.read()));
            log.call(|| Event::Read(it.latest.read()));
        })
        .check(&None, accepts)
        .expect_at_least(6, [620, 620]);
}
