//! Main sleeps until the other side has done an item.
//!
//! The dangerous point is between main's check and its sleep: a wake-up there must end the sleep. The library
//! checks again after it has registered with the unparker.
//!
//! The roles are not exchanged: a step never waits, as an interrupt handler must not.

use crate::{Party, Report, late::Late};
use core::ops::ControlFlow::{Break, Continue};
use indivisible::{
    atomic::{AtomicBool, Ordering::Relaxed},
    progress::{Progress, SingleProgress},
    stop::StopFlag,
    wait::Unpark,
};

pub(crate) fn run<P: Party>(party: &P, report: &mut Report<'_>) {
    wait_for_each_change(party, report);
    wake_before_sleep(party, report);
    check_only_once(party, report);
}

/// The worker does an item whenever main is about to sleep, or sleeps.
fn wait_for_each_change<P: Party>(party: &P, report: &mut Report<'_>) {
    let progress = Progress::with_unparker(25, party.unparker());
    let (about_to_sleep, stop) = (AtomicBool::new(false), StopFlag::new());
    let work = || {
        if stop.stop_requested() {
            return Break(());
        }
        if about_to_sleep.swap(false, Relaxed) {
            progress.advance(1);
        }
        Continue(())
    };
    let before = || about_to_sleep.store(true, Relaxed);
    let late = Late::new(party, &before);
    let seen = party.run(&[&work], || {
        let mut seen = 0;
        while seen < progress.total() && late.was_woken() {
            match progress.wait_change(seen, &late) {
                Ok(now) => seen = now,
                Err(_) => break,
            }
        }
        stop.request_stop();
        seen
    });
    report.check(
        "items done when main was woken for the last time",
        seen as u32,
        25,
    );
    report.check("each sleep was ended by a wake-up", late.was_woken(), true);
}

fn wake_before_sleep<P: Party>(party: &P, report: &mut Report<'_>) {
    let many = Progress::with_unparker(1, party.unparker());
    let before = || party.step(&|| many.advance(1));
    let late = Late::new(party, &before);
    let seen = many.wait_complete(&late);
    report.check(
        "with many writers, a wake-up before the sleep is noticed",
        seen == Ok(1) && late.was_woken(),
        true,
    );

    let single = SingleProgress::with_unparker(1, party.unparker());
    let before = || {
        party.step(&|| {
            if let Some(mut writer) = single.claim() {
                writer.set_done(1);
            }
        });
    };
    let late = Late::new(party, &before);
    let seen = single.wait_complete(&late);
    report.check(
        "with one writer, a wake-up before the sleep is noticed",
        seen == Ok(1) && late.was_woken(),
        true,
    );
}

/// Wrong: to sleep after one check, and no other. Main does not sleep here, since it would be for ever.
fn check_only_once<P: Party>(party: &P, report: &mut Report<'_>) {
    let (complete, unparker) = (AtomicBool::new(false), party.unparker());
    let would_sleep = !complete.load(Relaxed);
    party.step(&|| {
        complete.store(true, Relaxed);
        unparker.unpark();
    });
    report.wrong_version(
        "main checks once, and sleeps after the last wake-up",
        would_sleep && complete.load(Relaxed),
        true,
        false,
    );
}
