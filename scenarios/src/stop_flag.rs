//! One side works until the other asks it to stop; then the roles are exchanged.

use crate::{Party, Report};
use core::ops::ControlFlow::{Break, Continue};
use indivisible::{
    atomic::{
        AtomicU32,
        Ordering::{Acquire, Relaxed, Release},
    },
    stop::StopFlag,
};

pub(crate) fn run<P: Party>(party: &P, report: &mut Report<'_>) {
    other_side_works(party, report);
    other_side_asks(party, report);
}

fn other_side_works<P: Party>(party: &P, report: &mut Report<'_>) {
    let (stop, items) = (StopFlag::new(), AtomicU32::new(0));
    let work = || {
        if stop.stop_requested() {
            return Break(());
        }
        items.fetch_add(1, Acquire);
        Continue(())
    };
    let (worked, at_request) = party.run(&[&work], || {
        let worked = party.wait_for(|| items.load(Relaxed) >= 3);
        stop.request_stop();
        // A read-modify-write with Release: a worker that counts after it sees the request. A load could be
        // ordered before the request.
        (worked, items.fetch_add(0, Release))
    });
    // The worker has ended. It may have checked just before the request.
    let late = items.load(Relaxed) - at_request;
    report.check(
        "the other side worked until it was asked to stop",
        worked,
        true,
    );
    report.check("at most one item was done after that", late <= 1, true);
}

fn other_side_asks<P: Party>(party: &P, report: &mut Report<'_>) {
    let stop = StopFlag::new();
    let ask = || {
        stop.request_stop();
        Break(())
    };
    let asked = party.run(&[&ask], || party.wait_for(|| stop.stop_requested()));
    report.check(
        "main worked until the other side asked it to stop",
        asked,
        true,
    );
}
