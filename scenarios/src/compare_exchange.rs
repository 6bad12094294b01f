//! An increment of a load and an exchange, with a step of the other side between the two.

use crate::{Party, Report, once::once};
use indivisible::atomic::{AtomicU32, Ordering::Relaxed};

pub(crate) fn run<P: Party>(party: &P, report: &mut Report<'_>) {
    load_and_store(party, report);
    strong(party, report);
    weak(party, report);
}

/// Wrong: the store overwrites a change after the load.
fn load_and_store<P: Party>(party: &P, report: &mut Report<'_>) {
    let (counter, made) = (AtomicU32::new(0), AtomicU32::new(0));
    let seen = counter.load(Relaxed);
    party.step(&|| {
        increment(&counter);
        increment(&made);
    });
    counter.store(seen + 1, Relaxed);
    increment(&made);
    report.wrong_version(
        "by load and store, increments lost",
        made.load(Relaxed) - counter.load(Relaxed),
        1,
        0,
    );
}

fn strong<P: Party>(party: &P, report: &mut Report<'_>) {
    let counter = AtomicU32::new(0);
    let mut meanwhile = once(|| party.step(&|| increment(&counter)));
    let mut attempts = 0;
    let mut seen = counter.load(Relaxed);
    loop {
        attempts += 1;
        meanwhile();
        match counter.compare_exchange(seen, seen + 1, Relaxed, Relaxed) {
            Ok(_) => break,
            Err(now) => seen = now,
        }
    }
    report.check(
        "two increments by compare-and-exchange count",
        counter.load(Relaxed),
        2,
    );
    report.check("attempts, one of them beside the other side's", attempts, 2);
}

/// The number of attempts is not reported: a weak exchange may fail without a change in between.
fn weak<P: Party>(party: &P, report: &mut Report<'_>) {
    let counter = AtomicU32::new(0);
    let mut meanwhile = once(|| party.step(&|| increment(&counter)));
    let mut seen = counter.load(Relaxed);
    loop {
        meanwhile();
        match counter.compare_exchange_weak(seen, seen + 1, Relaxed, Relaxed) {
            Ok(_) => break,
            Err(now) => seen = now,
        }
    }
    report.check(
        "two increments by the weak exchange count",
        counter.load(Relaxed),
        2,
    );
}

fn increment(counter: &AtomicU32) {
    counter.fetch_add(1, Relaxed);
}
