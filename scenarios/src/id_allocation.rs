//! Numbers from one counter, and four ways to meet its end.
//!
//! `Aborting` is used up to its limit only: one call more ends the program, which is a run of its own.

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

/// The chapter's first version; the library's wraps around by contract.
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
        "wrapping, main has the same ID after 255 others",
        second == first,
        true,
        false,
    );
}

/// Wrong: a failed call has added, and goes on counting where its panic is caught.
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
        false,
    );
}

/// Adding and rolling back: in between, the counter is past the limit.
fn window<P: Party>(party: &P, report: &mut Report<'_>) {
    let (next, seen) = (AtomicU8::new(LIMIT), AtomicU8::new(0));
    let id = next.fetch_add(1, Relaxed);
    party.step(&|| seen.store(next.load(Relaxed), Relaxed));
    if id >= LIMIT {
        next.fetch_sub(1, Relaxed);
    }
    report.wrong_version(
        "the counter that is seen before the rollback",
        seen.load(Relaxed),
        LIMIT + 1,
        LIMIT,
    );
    report.check("the counter after the rollback", next.load(Relaxed), LIMIT);
}

fn roll_back<P: Party>(party: &P, report: &mut Report<'_>) {
    let ids = IdAllocator::<u8, _>::rolling_back(LIMIT);
    let marks = Marks::new();
    let failures = AtomicU32::new(0);
    // Enough calls to wrap the counter around, if failures stayed in it.
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
        "library, rolling back, the other side's IDs",
        marks.count(),
        100,
    );
    allocate_all();
    report.check(
        "library, rolling back, failures of both",
        failures.load(Relaxed),
        410,
    );
    report.check(
        "library, rolling back, IDs handed out twice",
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
