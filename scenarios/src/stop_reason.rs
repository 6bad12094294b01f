//! The first request sets the reason; a waiter sleeps until there is one.
//!
//! Beyond the chapter, whose stop flag is polled and has no reason.

use crate::{Party, Report, late::Late};
use core::num::NonZero;
use indivisible::{
    atomic::{AtomicU8, Ordering::Relaxed},
    stop::StopSignal,
    wait::Unpark,
};

const MAIN: NonZero<u8> = NonZero::new(1).unwrap();
const OTHER: NonZero<u8> = NonZero::new(2).unwrap();

pub(crate) fn run<P: Party>(party: &P, report: &mut Report<'_>) {
    first_wins(party, report);
    last_store_wins(party, report);
    wait(party, report);
}

/// The other side does not use the answer, whether its request is the first.
fn other_asks<U: Unpark>(stop: &StopSignal<NonZero<u8>, U>) {
    let (Ok(()) | Err(_)) = stop.request_stop(OTHER);
}

fn first_wins<P: Party>(party: &P, report: &mut Report<'_>) {
    let stop = StopSignal::new();
    report.check("requested at first", stop.stop_requested(), false);
    party.step(&|| other_asks(&stop));
    let winner = stop
        .request_stop(MAIN)
        .err()
        .map_or(0, |error| error.current.get());
    report.check(
        "main's request is refused with the other side's reason",
        winner,
        OTHER.get(),
    );
    report.check(
        "the reason",
        stop.reason().map_or(0, NonZero::get),
        OTHER.get(),
    );

    let stop = StopSignal::new();
    let told = AtomicU8::new(0);
    let first = stop.request_stop(MAIN).is_ok();
    party.step(&|| {
        let winner = stop
            .request_stop(OTHER)
            .err()
            .map_or(0, |error| error.current.get());
        told.store(winner, Relaxed);
    });
    report.check("main's request is the first", first, true);
    report.check(
        "the other side's request is refused with main's reason",
        told.load(Relaxed),
        MAIN.get(),
    );
}

/// Wrong: a check for a reason, then a store.
fn last_store_wins<P: Party>(party: &P, report: &mut Report<'_>) {
    let reason = AtomicU8::new(0);
    if reason.load(Relaxed) == 0 {
        party.step(&|| reason.store(OTHER.get(), Relaxed));
        let first = reason.load(Relaxed);
        reason.store(MAIN.get(), Relaxed);
        report.wrong_version(
            "by a store, the first reason is replaced",
            first == OTHER.get(),
            true,
            false,
        );
    }
}

/// The request is made between main's check and its sleep.
fn wait<P: Party>(party: &P, report: &mut Report<'_>) {
    let stop = StopSignal::with_unparker(party.unparker());
    let before = || party.step(&|| other_asks(&stop));
    let late = Late::new(party, &before);
    let reason = stop.wait(&late).ok().flatten();
    report.check(
        "main sleeps until there is a reason",
        reason.map_or(0, NonZero::get),
        OTHER.get(),
    );
    report.check("the sleep was ended by a wake-up", late.was_woken(), true);
}
