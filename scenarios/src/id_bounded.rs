//! IDs below a limit, by compare-and-exchange: exhaustion is exact, and no caller gets one too many.

use crate::{Party, Report, Work, marks::Marks, once::once};
use core::{
    num::NonZero,
    ops::ControlFlow::{Break, Continue},
};
use indivisible::{
    atomic::{AtomicU8, Ordering::Relaxed},
    id::IdAllocator,
};

const LIMIT: u8 = 3;

pub(crate) fn run<P: Party>(party: &P, report: &mut Report<'_>) {
    check_then_add(party, report);
    last_one(party, report);
    shared(party, report);
    four_workers(party, report);
}

/// Wrong: another context reaches the limit between the check and the addition.
fn check_then_add<P: Party>(party: &P, report: &mut Report<'_>) {
    let next = AtomicU8::new(LIMIT - 1);
    let room = next.load(Relaxed) < LIMIT;
    party.step(&|| {
        next.fetch_add(1, Relaxed);
    });
    let id = if room { next.fetch_add(1, Relaxed) } else { 0 };
    report.wrong_version(
        "checking and then adding, main's ID of 0 to 2",
        id,
        3,
        "none",
    );
}

/// The other side takes the last ID between main's check and its exchange.
fn last_one<P: Party>(party: &P, report: &mut Report<'_>) {
    let next = AtomicU8::new(LIMIT - 1);
    let below = |id: u8| (id < LIMIT).then(|| id + 1);
    let theirs = AtomicU8::new(u8::MAX);
    let mut meanwhile = once(|| {
        party.step(&|| {
            if let Ok(id) = next.try_update(Relaxed, Relaxed, below) {
                theirs.store(id, Relaxed);
            }
        });
    });
    let ours = next.try_update(Relaxed, Relaxed, |id| {
        meanwhile();
        below(id)
    });
    report.check(
        "exchanging, the other side's ID, the last one",
        theirs.load(Relaxed),
        2,
    );
    report.check("exchanging, main is refused", ours.is_err(), true);
    report.check("exchanging, the counter", next.load(Relaxed), LIMIT);
}

fn shared<P: Party>(party: &P, report: &mut Report<'_>) {
    let ids = IdAllocator::<NonZero<u8>>::with_limit(LIMIT);
    let get = || ids.allocate().map_or(0, NonZero::get);
    let theirs = AtomicU8::new(0);
    let step = || theirs.store(get(), Relaxed);
    report.check("library, main's first ID", get(), 1);
    party.step(&step);
    report.check(
        "library, the other side's first ID",
        theirs.load(Relaxed),
        2,
    );
    report.check("library, main's second ID", get(), 3);
    party.step(&step);
    report.check(
        "library, the other side's ID after the last",
        theirs.load(Relaxed),
        0,
    );
    report.check("library, main's ID after the last", get(), 0);
}

fn four_workers<P: Party>(party: &P, report: &mut Report<'_>) {
    let (ids, marks) = (IdAllocator::<u8>::new(), Marks::new());
    let work: Work<'_> = &|| match ids.allocate() {
        Ok(id) => {
            marks.mark(id);
            Continue(())
        }
        Err(_) => Break(()),
    };
    party.run(&[work; 4], || ());
    report.check("four workers, IDs", marks.count(), 255);
    report.check("four workers, IDs handed out twice", marks.twice(), 0);
    report.check("four workers, IDs left", ids.remaining(), 0);
}
