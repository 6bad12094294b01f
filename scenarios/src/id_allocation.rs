//! Numbers from one counter, and four ways to run out of them.
//!
//! `Aborting` goes up to its limit only: one further would end the program, which is a run of its own.

use crate::{Party, Report, marks::Marks};
use indivisible::{
    atomic::{AtomicU8, AtomicU32, Ordering::Relaxed},
    id::{IdAllocator, Wrapping},
};

const LIMIT: u8 = 100;

pub(crate) fn run<P: Party>(party: &P, report: &mut Report<'_>) {
    wrapping(party, report);
    assert_after_add(party, report);
    window(party, report);
    roll_back(party, report);
    abort(party, report);
}

/// By contract, and the chapter's first version.
fn wrapping<P: Party>(party: &P, report: &mut Report<'_>) {
    let ids = IdAllocator::<u8, Wrapping>::wrapping();
    let first = ids.allocate();
    party.step(&|| {
        for _ in 0..255 {
            let _ = ids.allocate();
        }
    });
    let second = ids.allocate();
    report.check("wrapping, main's first ID", first, 0);
    report.wrong_version(
        "wrapping, main's second ID, after 255 of the other side",
        second,
        0,
    );
}

/// Wrong: a failure has counted already, and somebody has caught its panic.
fn assert_after_add<P: Party>(party: &P, report: &mut Report<'_>) {
    let next = AtomicU8::new(0);
    let allocate = || {
        let id = next.fetch_add(1, Relaxed);
        (id < LIMIT).then_some(id)
    };
    let failures = AtomicU32::new(0);
    let first = allocate();
    party.step(&|| {
        let failed = (0..255).filter(|_| allocate().is_none()).count();
        failures.store(failed as u32, Relaxed);
    });
    report.check(
        "asserting after the add, failures of the other side",
        failures.load(Relaxed),
        156,
    );
    report.wrong_version(
        "asserting after the add, main has the same ID twice",
        allocate() == first,
        true,
    );
}

/// Adding and taking back: in between, the counter is past the limit.
fn window<P: Party>(party: &P, report: &mut Report<'_>) {
    let (next, seen) = (AtomicU8::new(LIMIT), AtomicU8::new(0));
    let id = next.fetch_add(1, Relaxed);
    party.step(&|| seen.store(next.load(Relaxed), Relaxed));
    if id >= LIMIT {
        next.fetch_sub(1, Relaxed);
    }
    report.wrong_version(
        "the counter that is seen before the roll-back",
        seen.load(Relaxed),
        LIMIT + 1,
    );
    report.check("the counter after the roll-back", next.load(Relaxed), LIMIT);
}

fn roll_back<P: Party>(party: &P, report: &mut Report<'_>) {
    let ids = IdAllocator::<u8, _>::rolling_back(LIMIT);
    let marks = Marks::new();
    let failures = AtomicU32::new(0);
    // So often that failures which stayed in the counter would take it round.
    let allocate_all = || {
        for _ in 0..255 {
            match ids.allocate() {
                Ok(id) => marks.mark(id),
                Err(_) => {
                    failures.fetch_add(1, Relaxed);
                }
            }
        }
    };
    party.step(&allocate_all);
    report.check(
        "library, taking back, the other side's IDs",
        marks.count(),
        100,
    );
    allocate_all();
    report.check(
        "library, taking back, failures of both",
        failures.load(Relaxed),
        410,
    );
    report.check(
        "library, taking back, IDs handed out twice",
        marks.twice(),
        0,
    );
}

fn abort<P: Party>(party: &P, report: &mut Report<'_>) {
    let ids = IdAllocator::<u8, _>::aborting(3);
    let marks = Marks::new();
    let allocate = || marks.mark(ids.allocate());
    allocate();
    party.step(&allocate);
    report.check(
        "library, aborting, IDs left of 3 after one each",
        ids.remaining(),
        1,
    );
    allocate();
    report.check(
        "library, aborting, IDs up to the limit of 3",
        marks.count(),
        3,
    );
}
