//! Main sleeps until the other side has done something.
//!
//! The dangerous point is between looking and falling asleep: what comes there must still end the
//! sleep. The library looks again once it is registered with the unparker.
//!
//! The roles are not exchanged: a step never waits, as an interrupt handler must not.

use crate::{Party, Report, Step};
use core::ops::ControlFlow::{Break, Continue};
use indivisible::{
    atomic::{AtomicBool, Ordering::Relaxed},
    id::IdAllocator,
    progress::Progress,
    wait::{Park, Unpark, Wake, WouldHang},
};

const ITEMS: u8 = 25;

pub(crate) fn run<P: Party>(party: &P, report: &mut Report<'_>) {
    wait_for_each_change(party, report);
    wake_before_sleep(party, report);
    look_only_once(party, report);
}

fn wait_for_each_change<P: Party>(party: &P, report: &mut Report<'_>) {
    let progress = Progress::with_unparker(usize::from(ITEMS), party.unparker());
    let items = IdAllocator::<u8>::with_limit(ITEMS);
    let work = || match items.allocate() {
        Ok(_) => {
            progress.advance(1);
            Continue(())
        }
        Err(_) => Break(()),
    };
    let parker = party.parker();
    let (seen, always_further) = party.run(&[&work], || {
        let mut seen = 0;
        while !progress.is_complete() {
            match progress.wait_change(seen, &parker) {
                Ok(now) if now > seen => seen = now,
                _ => return (seen, false),
            }
        }
        (progress.done(), true)
    });
    report.check(
        "items done when main was woken for the last time",
        seen as u32,
        25,
    );
    report.check("each wake-up brought something new", always_further, true);
}

/// Takes `step` before it registers: main has looked, and does not sleep yet.
struct Late<'a, P: Party> {
    party: &'a P,
    step: Step<'a>,
}

impl<P: Party> Park<P::Unparker> for Late<'_, P> {
    fn park_unless(
        &self,
        unparker: &P::Unparker,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<Wake, WouldHang> {
        self.party.step(self.step);
        self.party.parker().park_unless(unparker, ready)
    }
}

fn wake_before_sleep<P: Party>(party: &P, report: &mut Report<'_>) {
    let many = Progress::with_unparker(1, party.unparker());
    let step = || many.advance(1);
    let seen = many.wait_complete(&Late { party, step: &step });
    report.check(
        "with many writers, a wake-up before the sleep is noticed",
        seen == Ok(1),
        true,
    );

    let single = Progress::single_with_unparker(1, party.unparker());
    let step = || {
        if let Some(mut writer) = single.claim() {
            writer.set_done(1);
        }
    };
    let seen = single.wait_complete(&Late { party, step: &step });
    report.check(
        "with one writer, a wake-up before the sleep is noticed",
        seen == Ok(1),
        true,
    );
}

/// Wrong: to sleep on what one look has said. Not slept here, since it would be for ever.
fn look_only_once<P: Party>(party: &P, report: &mut Report<'_>) {
    let (complete, unparker) = (AtomicBool::new(false), party.unparker());
    let would_sleep = !complete.load(Relaxed);
    party.step(&|| {
        complete.store(true, Relaxed);
        unparker.unpark();
    });
    report.wrong_version(
        "looking only once, main would sleep after the last wake-up",
        would_sleep && complete.load(Relaxed),
        true,
    );
}
