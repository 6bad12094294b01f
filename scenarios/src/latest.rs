//! Two words that belong together, published by one side and read whole by the other.
//!
//! Beyond the chapter, whose statistics leave open how several words are read together without a lock.

use crate::{Party, Report, kept::Kept};
use core::{
    cell::RefCell,
    ops::ControlFlow::{Break, Continue},
};
use indivisible::{
    atomic::{
        AtomicBool, AtomicU32,
        Ordering::{Acquire, Relaxed, Release},
    },
    latest::{Latest, WriterCell},
    stop::StopFlag,
};

pub(crate) fn run<P: Party>(party: &P, report: &mut Report<'_>) {
    two_words(party, report);
    odd_and_even(party, report);
    other_side_publishes(party, report);
    main_publishes(party, report);
}

/// Wrong: the words are read one by one.
fn two_words<P: Party>(party: &P, report: &mut Report<'_>) {
    let words = [const { AtomicU32::new(1) }; 2];
    let first = words[0].load(Acquire);
    party.step(&|| words.iter().for_each(|word| word.store(2, Release)));
    let second = words[1].load(Acquire);
    report.wrong_version(
        "words of two pairs, read as one",
        first != second,
        true,
        false,
    );
}

/// Wrong: a sequence number that is odd during a write, and a reader that waits for an even one. A reader that
/// preempts the writer would wait for ever; here it checks a hundred times.
fn odd_and_even<P: Party>(party: &P, report: &mut Report<'_>) {
    let (seq, word, stuck) = (AtomicU32::new(0), AtomicU32::new(1), AtomicBool::new(false));
    let read = || {
        let even = (0..100).any(|_| seq.load(Acquire) % 2 == 0);
        stuck.store(!even, Relaxed);
    };
    seq.store(1, Relaxed);
    word.store(2, Release);
    party.step(&read);
    seq.store(2, Release);
    report.wrong_version(
        "a reader within an odd-even write is stuck",
        stuck.load(Relaxed),
        true,
        false,
    );
}

/// Counts readings that must not be.
#[derive(Default)]
struct Seen {
    published: u32,
    last: u32,
    torn: u32,
    back: u32,
}

impl Seen {
    fn saw(&mut self, pair: Option<(u32, u32)>) {
        if let Some((n, not_n)) = pair {
            self.torn += u32::from(not_n != !n);
            self.back += u32::from(n < self.last);
            self.last = n;
        }
    }
}

/// The number of publications of each side.
const LAST: u32 = 200;

fn other_side_publishes<P: Party>(party: &P, report: &mut Report<'_>) {
    let latest = Latest::new();
    // As in a handler, which claims the writer on its first entry.
    let writer = WriterCell::new(&latest);
    let published = AtomicU32::new(0);
    let work = || {
        let n = published.load(Relaxed) + 1;
        if let Some(mut writer) = writer.try_borrow() {
            writer.publish((n, !n));
        }
        published.store(n, Release);
        if n < LAST { Continue(()) } else { Break(()) }
    };
    let reader = RefCell::new((Seen::default(), latest.reader()));
    let read = || {
        let (seen, reader) = &mut *reader.borrow_mut();
        if let Some((pair, missed)) = reader.newer_and_missed() {
            seen.saw(Some(pair));
            seen.published += 1 + missed as u32;
        }
    };
    let all = party.run(&[&work], || {
        party.wait_for(|| {
            read();
            published.load(Acquire) == LAST
        })
    });
    read();
    let (reader, _) = reader.into_inner();
    report.check(
        "main read until the other side had published all",
        all,
        true,
    );
    report.check("pairs that main read torn", reader.torn, 0);
    report.check("pairs that main read after later ones", reader.back, 0);
    report.check("the last pair that main read", reader.last, LAST);
    report.check(
        "pairs that main read or counted as missed",
        reader.published,
        LAST,
    );
    report.check("a second writer", latest.claim().is_some(), false);
}

fn main_publishes<P: Party>(party: &P, report: &mut Report<'_>) {
    let mut latest = Latest::new();
    let (mut writer, shared) = latest.split();
    let (reader, reads, stop) = (
        Kept::new(Seen::default()),
        AtomicU32::new(0),
        StopFlag::new(),
    );
    let work = || {
        reader.with(|reader| reader.saw(shared.read()));
        reads.fetch_add(1, Relaxed);
        if stop.stop_requested() {
            Break(())
        } else {
            Continue(())
        }
    };
    let read = party.run(&[&work], || {
        for n in 1..=LAST {
            writer.publish((n, !n));
        }
        let before = reads.load(Relaxed);
        let read = party.wait_for(|| reads.load(Relaxed) >= before + 2);
        stop.request_stop();
        read
    });
    let seen = |reader: &mut Seen| (reader.last, reader.torn, reader.back);
    let (last, torn, back) = reader.with(seen).unwrap_or_default();
    report.check(
        "the other side read after main had published all",
        read,
        true,
    );
    report.check("pairs that the other side read torn", torn, 0);
    report.check("pairs that the other side read after later ones", back, 0);
    report.check("the last pair that the other side read", last, LAST);
}
