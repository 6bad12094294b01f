//! RISC-V, one hart in machine mode: three interrupts, without priorities by which one preempts another.
//!
//! A trap clears `mstatus.MIE`. A handler that is to be preempted sets it again, after it has saved the
//! registers that the next trap overwrites (`mepc` and the rest of `mstatus`): [`nested`] does both. A later
//! interrupt then preempts an earlier one, and ends first:
//!
//! ```text
//!   main        software interrupt       software interrupt
//!   step   ->   MSIP = 0, MIE = 1
//!               step             ->      MSIP = 0, MIE = 1
//!                                        its step
//!
//!   main        timer interrupt          timer interrupt
//!          ->   next beat, MIE = 1
//!               worker 3         ->      next beat, MIE = 1
//!                                        worker 2             -> ...
//! ```
//!
//! So the greatest depth is a step, a step inside it, and each worker once (see `turns.rs`), and one tick or
//! received byte on top. Each handler clears the cause of its own interrupt before it enables others.

mod demand;
mod timer;

pub(crate) use demand::here;
pub(crate) use indivisible::wait::wfi::Wfi;
pub(crate) use timer::{Timer, cycles};

use crate::one_core::{
    board,
    party::{RECEIVE, WORK},
};
use core::arch::asm;
use indivisible::atomic::{AtomicBool, Ordering::Relaxed};
use riscv::{
    interrupt::{self, Interrupt},
    register::mie,
};

#[riscv_rt::core_interrupt(Interrupt::MachineExternal)]
fn machine_external() {
    while let Some(source) = board::plic::claim() {
        if source == board::UART {
            RECEIVE.run(());
        }
        board::plic::complete(source);
    }
}

/// Enables the software interrupt.
pub(crate) fn take() -> Option<Timer> {
    static TAKEN: AtomicBool = AtomicBool::new(false);
    (!TAKEN.swap(true, Relaxed)).then(|| {
        #[allow(unsafe_code, reason = "unmasking interrupts is unsafe")]
        // SAFETY: The handlers are in place, and this is not in a critical section.
        unsafe {
            mie::set_msoft();
            interrupt::enable();
        }
        Timer::new()
    })
}

/// Runs the worker's turn, which the next tick may preempt.
pub(crate) fn let_work(worker: usize) {
    nested(|| WORK.run(worker));
}

/// Runs `body` with interrupts enabled, from a handler.
///
/// The handler must have cleared the cause of its interrupt.
fn nested(body: impl FnOnce()) {
    #[allow(unsafe_code, reason = "unmasking interrupts is unsafe")]
    // SAFETY: Only handlers call this, outside of critical sections: `Handler::run` has left its own before it
    // runs the closure.
    unsafe {
        interrupt::nested(body);
    }
}

pub(crate) fn unmask_uart() {
    board::plic::enable(board::UART);
    #[allow(unsafe_code, reason = "masks are unsafe to change")]
    // SAFETY: No critical section relies on this mask, and the handler is in place.
    unsafe {
        mie::set_mext();
    }
}

pub(crate) fn mask_uart() {
    #[allow(unsafe_code, reason = "masks are unsafe to change")]
    // SAFETY: No critical section relies on this mask.
    unsafe {
        mie::clear_mext();
    }
}

/// Executes an undefined instruction.
pub(crate) fn undefined() -> ! {
    #[allow(unsafe_code, reason = "only assembly has an undefined instruction")]
    // SAFETY: It raises an exception, whose handler does not return.
    unsafe {
        asm!("unimp", options(noreturn))
    }
}
