//! The contexts in which waiting is refused, one at a time, and a context in which it is not.

#![no_std]
#![no_main]

use board_tests::{Board, Wfi, demand, experiment, on_demand};
use core::{cell::Cell, num::NonZero};
use critical_section::Mutex;
use indivisible::{
    progress::Progress,
    stop::StopSignal,
    wait::{Interrupts, Park, Polling, WaitError, WakeReason},
};

#[cfg_attr(target_arch = "arm", path = "refusals/cortex_m.rs")]
#[cfg_attr(target_arch = "riscv32", path = "refusals/riscv.rs")]
mod causes;

/// A name, and a function that calls another one in that context.
type Cause = (&'static str, fn(fn() -> Seen) -> Option<Seen>);

static PROGRESS: Progress<Interrupts> = Progress::with_unparker(1, Interrupts);
static STOP: StopSignal<NonZero<u8>, Interrupts> = StopSignal::with_unparker(Interrupts);

/// The results of every way to wait.
#[derive(Clone, Copy)]
struct Seen {
    wfi: Result<WakeReason, WaitError>,
    progress: Result<usize, WaitError>,
    reason: Option<WaitError>,
    wfe: Option<Result<WakeReason, WaitError>>,
    /// Never refused: the result that a missing refusal would have.
    polling: Result<WakeReason, WaitError>,
}

impl Seen {
    fn log(self, context: &str) {
        let Self {
            wfi,
            progress,
            reason,
            wfe,
            polling,
        } = self;
        defmt::info!(
            "{=str}: wfi {}, progress {}, reason {}, wfe {}, polling {}",
            context,
            wfi,
            progress,
            reason,
            wfe,
            polling
        );
    }
}

/// Tries every way to wait; hangs unless each is refused or its condition already holds.
fn try_to_wait() -> Seen {
    Seen {
        wfi: Wfi.park_unless(&Interrupts, &mut || true),
        progress: PROGRESS.wait_complete(&Wfi),
        reason: STOP.wait(&Wfi).err(),
        wfe: causes::try_wfe(),
        polling: Polling.park_unless(&Polling, &mut || true),
    }
}

fn in_interrupt() -> Option<Seen> {
    static SEEN: Mutex<Cell<Option<Seen>>> = Mutex::new(Cell::new(None));
    on_demand(|| {
        let seen = try_to_wait();
        critical_section::with(|section| SEEN.borrow(section).set(Some(seen)));
    });
    demand();
    critical_section::with(|section| SEEN.borrow(section).get())
}

fn run(_: Board) -> bool {
    let Some(seen) = in_interrupt() else {
        return false;
    };
    seen.log("in an interrupt");
    for (name, cause) in causes::CAUSES {
        let Some(seen) = cause(try_to_wait) else {
            defmt::error!("{=str}: the mask was changed", name);
            return false;
        };
        seen.log(name);
    }
    PROGRESS.advance(1);
    let asked = STOP.request_stop(NonZero::<u8>::MIN);
    try_to_wait().log("nothing masked");
    asked.is_ok()
}

experiment!(run);
