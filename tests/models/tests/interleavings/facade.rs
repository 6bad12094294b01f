//! The atomic types: a change is a single step.

use indivisible::{
    atomic::{AtomicInteger, AtomicU32, AtomicU64, Ordering::SeqCst},
    stats::Stats,
};
use models::explorer::{Log, Model};

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Event {
    Store(u32),
    Add(u32, u32),
    Raise(u32, u32),
    AddBelow(u32, Result<u32, u32>),
    Load(u32),
}

/// Sums stay below 4.
const LIMIT: u32 = 4;

fn accepts(value: &mut u32, event: &Event) -> bool {
    let before = *value;
    match *event {
        Event::Store(new) => *value = new,
        Event::Add(n, _) => *value += n,
        Event::Raise(n, _) => *value = before.max(n),
        Event::AddBelow(n, Ok(_)) => *value += n,
        Event::AddBelow(..) | Event::Load(_) => {}
    }
    match *event {
        Event::Store(_) => true,
        Event::Add(_, seen) | Event::Raise(_, seen) | Event::Load(seen) => seen == before,
        Event::AddBelow(n, seen) => {
            seen == if before + n <= LIMIT {
                Ok(before)
            } else {
                Err(before)
            }
        }
    }
}

fn word() -> AtomicU32 {
    AtomicU32::new(0)
}

fn add_up_to(word: &AtomicU32, log: &Log<Event>, n: u32) {
    log.call(|| Event::AddBelow(n, word.add_up_to(n, LIMIT, SeqCst)));
}

#[test]
fn changes_are_single_steps() {
    Model::new(
        "words: store, load | fetch_add, raise_to | add_up_to, add_up_to",
        word,
    )
    .actor(|word, log| {
        log.call(|| {
            word.store(2, SeqCst);
            Event::Store(2)
        });
        log.call(|| Event::Load(word.load(SeqCst)));
    })
    .actor(|word, log| {
        log.call(|| Event::Add(1, word.fetch_add(1, SeqCst)));
        log.call(|| Event::Raise(3, word.raise_to(3)));
    })
    .actor(|word, log| {
        add_up_to(word, log, 2);
        add_up_to(word, log, 2);
    })
    .spurious(1)
    .preemptions(4, 6)
    .check(&0, accepts)
    .expect_at_least(38, [4_200, 300]);
}

/// The user's closure runs outside sections, and again after a failed exchange.
#[test]
fn an_update_is_a_single_step() {
    let double = |word: &AtomicU32, log: &Log<Event>| {
        log.call(|| {
            let old = word.update(SeqCst, SeqCst, |value| value + 1);
            Event::Add(1, old)
        });
    };
    Model::new("words: 2 update | 2 update | load", word)
        .actor(move |word, log| (0..2).for_each(|_| double(word, log)))
        .actor(move |word, log| (0..2).for_each(|_| double(word, log)))
        .actor(|word, log| log.call(|| Event::Load(word.load(SeqCst))))
        .spurious(1)
        .preemptions(4, 6)
        .check(&0, accepts)
        .expect_at_least(30, [4_500, 3_300]);
}

/// Two halves, in section mode: no load returns halves of two values.
#[test]
fn sixty_four_bits_are_one_word() {
    const BOTH: u64 = 1 << 40 | 1;
    Model::new("words: fetch_add of 64 bits, twice | load", || {
        AtomicU64::new(0)
    })
    .actor(|word, _| {
        word.fetch_add(BOTH, SeqCst);
        word.fetch_add(BOTH, SeqCst);
    })
    .actor(|word, log| {
        log.call(|| {
            let seen = word.load(SeqCst);
            (seen >> 40, seen & 0xff)
        });
    })
    .check(&(), |(), _| true)
    .expect(&["[(0, 0)]", "[(1, 1)]", "[(2, 2)]"], [2, 2]);
}

/// A section inside another one is part of it.
#[test]
fn a_section_may_be_in_a_section() {
    let report = Model::new("Stats<u64>: record | snapshot", Stats::<u64>::new)
        .actor(|stats, _| stats.record(10))
        .actor(|stats, log| {
            log.call(|| {
                let seen = stats.snapshot();
                (seen.count, seen.total)
            });
        })
        .check(&(), |(), _| true);
    let torn = ["[(0, 10)]", "[(1, 0)]"];
    let outcomes = ["[(0, 0)]", "[(1, 10)]"];
    if cfg!(indivisible_force_sections) {
        report.expect(&outcomes, [28, 1]);
    } else {
        report.expect(&[outcomes, torn].concat(), [28, 1]);
    }
}
