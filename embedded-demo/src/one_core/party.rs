//! Interrupts as the other party of the scenarios.
//!
//! | | on a Cortex-M | on a RISC-V hart |
//! |---|---|---|
//! | `step`, `request` | PendSV, pended | the software interrupt |
//! | `step` inside a step | a more urgent interrupt | the software interrupt again |
//! | `run` | four interrupts of four priorities, pended in turn by SysTick | four turns inside the timer's interrupt, which preempts itself |
//! | `main` sleeps in | WFI | WFI |
//!
//! A step is taken at once, or as soon as interrupts are enabled.

use super::{
    arch::{self, Timer},
    deadline::Deadline,
    handler::Handler,
    tick::Tick,
    turns::Turns,
};
use indivisible::wait::{self, Park, WakeReason};
use scenarios::{Party, Step, Work};

/// The closure of a worker's turn.
pub(super) static WORK: Handler<usize> = Handler::new();
/// The closure of the UART's interrupt.
pub(super) static RECEIVE: Handler = Handler::new();

/// The other party: this processor's interrupts.
#[expect(missing_debug_implementations, reason = "it is only a timer")]
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
    type Parker = Deadline;

    fn unparker(&self) -> wait::Interrupts {
        wait::Interrupts
    }

    fn parker(&self) -> Deadline {
        Deadline::new()
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
