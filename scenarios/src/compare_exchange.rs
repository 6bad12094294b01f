//! An increment made of a load and an exchange, with a step of the other side between the two.

use crate::{Party, Report};
use indivisible::atomic::{AtomicU32, Ordering::Relaxed};

pub(crate) fn run<P: Party>(party: &P, report: &mut Report<'_>) {
    let counter = AtomicU32::new(0);
    let other = || {
        counter.fetch_add(1, Relaxed);
    };

    // Wrong: what happens between the load and the store is overwritten.
    let seen = counter.load(Relaxed);
    party.step(&other);
    counter.store(seen + 1, Relaxed);
    report.check(
        "two increments by load and store count",
        counter.load(Relaxed),
        1,
    );

    counter.store(0, Relaxed);
    let mut attempts = 0;
    let mut seen = counter.load(Relaxed);
    loop {
        attempts += 1;
        if attempts == 1 {
            party.step(&other);
        }
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
