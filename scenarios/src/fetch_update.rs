//! A change by a closure, which runs again after each change by another context.

use crate::{Party, Report, once::once};
use indivisible::atomic::{AtomicInteger, AtomicU8, AtomicU32, Ordering::Relaxed};

pub(crate) fn run<P: Party>(party: &P, report: &mut Report<'_>) {
    side_effect(party, report);
    before_inside_after(party, report);
    declined(party, report);
    bounded(party, report);
}

/// Wrong: a side effect in the closure, which must happen once per change.
fn side_effect<P: Party>(party: &P, report: &mut Report<'_>) {
    let word = AtomicU32::new(0);
    let mut meanwhile = once(|| party.step(&|| word.store(10, Relaxed)));
    let mut runs = 0;
    let found = word.fetch_update(Relaxed, Relaxed, |old| {
        runs += 1;
        meanwhile();
        Some(old + 1)
    });
    report.check(
        "the other side stores 10 while main adds 1, main found",
        found.unwrap_or(0),
        10,
    );
    report.check(
        "the other side stores 10 while main adds 1, main left",
        word.load(Relaxed),
        11,
    );
    // The number is not reported: a weak exchange may fail without a change in between.
    report.wrong_version(
        "the side effect in the closure happened more than once",
        runs > 1,
        true,
        false,
    );
}

fn before_inside_after<P: Party>(party: &P, report: &mut Report<'_>) {
    let word = AtomicU32::new(1);
    let double = || {
        word.update(Relaxed, Relaxed, |old| old * 2);
    };
    party.step(&double);
    let mut meanwhile = once(|| party.step(&double));
    let found = word.update(Relaxed, Relaxed, |old| {
        meanwhile();
        old + 3
    });
    party.step(&double);
    report.check(
        "1, doubled twice before main has added 3, main found",
        found,
        4,
    );
    report.check("main's sum, doubled again", word.load(Relaxed), 14);
}

/// A closure that declines has seen the newest value.
fn declined<P: Party>(party: &P, report: &mut Report<'_>) {
    let left = AtomicU32::new(1);
    let take = |old: u32| old.checked_sub(1);
    let mut meanwhile = once(|| {
        party.step(&|| {
            // The other side does not use the result.
            let _ = left.try_update(Relaxed, Relaxed, take);
        });
    });
    let taken = left.try_update(Relaxed, Relaxed, |old| {
        meanwhile();
        take(old)
    });
    report.check(
        "the other side takes the last one, and main gets none",
        taken == Err(0),
        true,
    );
}

/// Operations of the library that take the place of a closure.
fn bounded<P: Party>(party: &P, report: &mut Report<'_>) {
    let word = AtomicU8::new(200);
    party.step(&|| {
        word.saturating_add(50, Relaxed);
    });
    let refused = word.checked_add(6, Relaxed);
    report.check(
        "200 + 50 by the other side, 6 more, checked, fail at",
        failed_at(refused),
        250,
    );
    let refused = word.add_up_to(1, 250, Relaxed);
    report.check("1 more, at most 250, fails at", failed_at(refused), 250);
    word.saturating_add(50, Relaxed);
    report.check("50 more, saturating, make", word.load(Relaxed), 255);

    party.step(&|| {
        word.lower_to(7);
    });
    report.check(
        "lowered to 7 by the other side, raised to 5, it was",
        word.raise_to(5),
        7,
    );
    report.check("lowered to 6 after that, it was", word.lower_to(6), 7);
    word.saturating_sub(9, Relaxed);
    report.check("9 less, saturating, make", word.load(Relaxed), 0);
}

fn failed_at(result: Result<u8, u8>) -> u8 {
    result.err().unwrap_or(0)
}
