//! A second core as the other party of the scenarios.
//!
//! | | is |
//! |---|---|
//! | `step`, `request` | posted to the other core, which runs it; this one waits for its end |
//! | `step` inside a step | posted back to the core that waits |
//! | `run` | core 1 runs the workers in turn |
//! | `main` sleeps in | WFE; the other core sends events |

use super::{
    inbox::INBOXES,
    patience::{Patience, start_clock},
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
    type Parker = Patience;

    fn unparker(&self) -> Event {
        Event
    }

    fn parker(&self) -> Patience {
        Patience::new()
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
        Patience::new().wait_for(ready)
    }
}

/// Runs each worker until it breaks; gives up on workers that never do, so that `main` says what is wrong.
fn take_turns(workers: &[Work<'_>]) {
    let patience = Patience::new();
    let mut working = [true; WORKERS];
    let working = &mut working[..workers.len()];
    while working.contains(&true) && !patience.is_over() {
        for (work, working) in workers.iter().zip(&mut *working) {
            *working = *working && work().is_continue();
        }
    }
}
