//! Interrupts as the other party of the scenarios.
//!
//! | | is on a Cortex-M | on a RISC-V hart |
//! |---|---|---|
//! | `step`, `request` | PendSV, pended | the software interrupt |
//! | `step` inside a step | a more urgent interrupt | the software interrupt again |
//! | `run` | four interrupts of four priorities, pended in turn by SysTick | four turns inside the timer's interrupt, open to the next |
//! | `main` sleeps in | WFI | WFI |
//!
//! A step is taken at once, or as soon as the mask is lifted.

use super::{
    arch::{self, Timer},
    handler::Handler,
    patience::Patience,
    tick::Tick,
    turns::Turns,
};
use indivisible::wait::{self, Park, WakeReason};
use scenarios::{Party, Step, Work};

/// What a worker's turn runs.
pub(super) static WORK: Handler<usize> = Handler::new();
/// What the UART's interrupt runs.
pub(super) static RECEIVE: Handler = Handler::new();

/// The other party: this processor's interrupts.
#[expect(missing_debug_implementations, reason = "it is nothing but a timer")]
pub struct Interrupts {
    tick: Tick,
}

impl Interrupts {
    pub(super) fn new(timer: Timer) -> Self {
        Self {
            tick: Tick::new(timer),
        }
    }
}

impl Party for Interrupts {
    type Unparker = wait::Interrupts;
    type Parker = Patience;

    fn unparker(&self) -> wait::Interrupts {
        wait::Interrupts
    }

    fn parker(&self) -> Patience {
        Patience::new()
    }

    fn step(&self, step: Step<'_>) {
        self.request(step, |take| take());
    }

    fn request<R>(&self, step: Step<'_>, body: impl FnOnce(&dyn Fn()) -> R) -> R {
        arch::here().answer(step, body)
    }

    fn run<R>(&self, workers: &[Work<'_>], main: impl FnOnce() -> R) -> R {
        let turns = Turns::new(workers.len());
        let beat = |()| {
            if let Some(worker) = turns.next() {
                arch::let_work(worker);
            }
        };
        let work = |worker: usize| turns.done(worker, workers[worker]().is_break());
        WORK.lend(&work, || {
            self.tick.during(&beat, || {
                let result = main();
                assert!(self.wait_for(|| turns.are_over()), "a worker does not end");
                result
            })
        })
    }

    fn wait_for(&self, ready: impl Fn() -> bool) -> bool {
        let parker = self.parker();
        while !ready() {
            match parker.park_unless(&self.unparker(), &mut &ready) {
                Ok(WakeReason::Woken) => (),
                Ok(WakeReason::TimedOut) | Err(_) => return ready(),
            }
        }
        true
    }
}
