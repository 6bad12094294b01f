//! Interrupts as the other party of the scenarios.
//!
//! | | is |
//! |---|---|
//! | `step`, `request` | PendSV: pended, and taken at once, or as soon as the mask is lifted |
//! | `step` inside a step | a more urgent interrupt |
//! | `run` | four interrupts of four priorities, pended in turn by SysTick |
//! | `main` sleeps in | WFI |
//!
//! Most urgent are SysTick, the UART, the interrupt inside PendSV and the first worker, all alike;
//! PendSV and the second worker come next, then the others.

use super::{
    board,
    demand::{self, Demand},
    handler::Handler,
    patience::Patience,
    tick::Tick,
    turns::Turns,
};
use cortex_m::{
    Peripherals,
    peripheral::{NVIC, scb::SystemHandler},
};
use cortex_m_rt::exception;
use indivisible::wait::{self, Park, Wake};
use scenarios::{Party, Step, Work};

/// Between two priorities: their two top bits are all that a Cortex-M0 has.
const LESS_URGENT: u8 = 0x40;

static WORK: Handler<usize> = Handler::new();
/// What the UART's interrupt runs.
pub(super) static RECEIVE: Handler = Handler::new();

#[exception]
#[allow(
    unsafe_code,
    reason = "cortex-m-rt asks for the word; it is safe to run"
)]
unsafe fn DefaultHandler(number: i16) {
    if let Some(worker) = board::WORKERS.iter().position(|irq| irq.is(number)) {
        WORK.run(worker);
    } else if board::INNER.is(number) {
        demand::inner();
    } else if board::UART.is(number) {
        RECEIVE.run(());
    } else {
        panic!("exception or interrupt {number} is nobody's");
    }
}

/// The other party: this processor's interrupts.
#[expect(missing_debug_implementations, reason = "it is nothing but a timer")]
pub struct Interrupts {
    tick: Tick,
}

impl Interrupts {
    /// Sets priorities, and enables the workers' interrupts.
    pub(super) fn new(peripherals: Peripherals) -> Self {
        let Peripherals {
            SYST,
            mut NVIC,
            mut SCB,
            ..
        } = peripherals;
        #[allow(unsafe_code, reason = "priorities and masks are unsafe to change")]
        // SAFETY: No critical section of this program relies on priorities or on these masks: the one
        // that it links disables all interrupts. The handlers are in place.
        unsafe {
            SCB.set_priority(SystemHandler::PendSV, LESS_URGENT);
            for (irq, rank) in board::WORKERS.into_iter().zip(0..) {
                NVIC.set_priority(irq, rank * LESS_URGENT);
                NVIC::unmask(irq);
            }
            NVIC::unmask(board::INNER);
        }
        Self {
            tick: Tick::new(SYST),
        }
    }
}

impl Party for Interrupts {
    type Unparker = wait::cortex_m::Interrupts;
    type Parker = Patience;

    fn unparker(&self) -> wait::cortex_m::Interrupts {
        wait::cortex_m::Interrupts
    }

    fn parker(&self) -> Patience {
        Patience::new()
    }

    fn step(&self, step: Step<'_>) {
        self.request(step, |take| take());
    }

    fn request<R>(&self, step: Step<'_>, body: impl FnOnce(&dyn Fn()) -> R) -> R {
        Demand::here().answer(step, body)
    }

    fn run<R>(&self, workers: &[Work<'_>], main: impl FnOnce() -> R) -> R {
        let turns = Turns::new(workers.len());
        let pend = |()| {
            if let Some(worker) = turns.next() {
                NVIC::pend(board::WORKERS[worker]);
            }
        };
        let work = |worker: usize| turns.done(worker, workers[worker]().is_break());
        WORK.lend(&work, || {
            self.tick.during(&pend, || {
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
                Ok(Wake::LookAgain) => (),
                Ok(Wake::TimedOut) | Err(_) => return ready(),
            }
        }
        true
    }
}
