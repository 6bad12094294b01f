//! A second core as the other party of the scenarios.
//!
//! | | runs as |
//! |---|---|
//! | `step`, `request` | a step posted to the other core; this core waits for its end |
//! | `step` inside a step | a step posted back to the core that waits |
//! | `run` | workers in turn, on core 1 |
//!
//! `main` sleeps in WFE; the other core sends events.

use super::{
    deadline::{Deadline, start_clock},
    inbox::INBOXES,
    second,
};
use cortex_m::peripheral::SYST;
use indivisible::wait::wfe::Event;
use scenarios::{Party, Step, WORKERS, Work};

/// The other party: the other core.
#[derive(Debug)]
pub struct Cores(());

impl Cores {
    /// Starts the clock, and the second core.
    pub(super) fn new(timer: SYST) -> Self {
        start_clock(timer);
        second::start();
        Self(())
    }
}

impl Party for Cores {
    type Unparker = Event;
    type Parker = Deadline;

    fn unparker(&self) -> Event {
        Event
    }

    fn parker(&self) -> Deadline {
        Deadline::new()
    }

    fn step(&self, step: Step<'_>) {
        self.request(step, |take| take());
    }

    fn request<R>(&self, step: Step<'_>, body: impl FnOnce(&dyn Fn()) -> R) -> R {
        let [zero, one] = &INBOXES;
        match second::this_core() {
            0 => one.lend(zero, step, body),
            _ => zero.lend(one, step, body),
        }
    }

    fn run<R>(&self, workers: &[Work<'_>], main: impl FnOnce() -> R) -> R {
        assert!(workers.len() <= WORKERS, "more workers than a party runs");
        self.request(&|| take_turns(workers), |start| {
            start();
            main()
        })
    }

    fn wait_for(&self, ready: impl Fn() -> bool) -> bool {
        Deadline::new().wait_for(ready)
    }
}

/// Runs each worker until it breaks, at most until the deadline: then `main` reports what is missing.
fn take_turns(workers: &[Work<'_>]) {
    let deadline = Deadline::new();
    let mut working = [true; WORKERS];
    let working = &mut working[..workers.len()];
    while working.contains(&true) && !deadline.is_over() {
        for (work, working) in workers.iter().zip(&mut *working) {
            *working = *working && work().is_continue();
        }
    }
}
