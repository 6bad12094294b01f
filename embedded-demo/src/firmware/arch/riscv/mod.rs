//! RISC-V, one hart in machine mode: three interrupts, and no priorities that could let one interrupt
//! another.
//!
//! A trap clears `mstatus.MIE`. A handler that lets others in sets it again, having saved what the next
//! trap overwrites (`mepc` and the rest of `mstatus`): [`nested`] does. Whoever comes later is then the
//! more urgent one, and ends before the one it has interrupted goes on:
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
//! So it never goes deeper than a step, a step inside it, and each worker once (see `turns.rs`), with
//! one tick or byte received on top. Each clears the cause of its own interrupt before it lets others in.

mod demand;
mod timer;

pub(crate) use demand::here;
pub(crate) use indivisible::wait::wfi::Wfi;
pub(crate) use timer::{Timer, cycles};

use crate::firmware::{
    board,
    interrupts::{RECEIVE, WORK},
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
        #[allow(unsafe_code, reason = "unmasking interrupts is unsafe to ask for")]
        // SAFETY: The handlers are in place, and this is not in a critical section.
        unsafe {
            mie::set_msoft();
            interrupt::enable();
        }
        Timer::new()
    })
}

/// Takes the worker's turn, open to the next tick.
pub(crate) fn let_work(worker: usize) {
    nested(|| WORK.run(worker));
}

/// Runs `body` with interrupts enabled, from a handler.
///
/// The handler has to have cleared the cause of its interrupt.
fn nested(body: impl FnOnce()) {
    #[allow(unsafe_code, reason = "unmasking interrupts is unsafe to ask for")]
    // SAFETY: Called from handlers alone, outside of critical sections: `Handler::run` has left its own
    // when it runs what is lent.
    unsafe {
        interrupt::nested(body);
    }
}

pub(crate) fn unmask_uart() {
    board::plic::enable(board::UART);
    #[allow(unsafe_code, reason = "masks are unsafe to change")]
    // SAFETY: The program's critical sections do not rely on it, and the handler is in place.
    unsafe {
        mie::set_mext();
    }
}

pub(crate) fn mask_uart() {
    #[allow(unsafe_code, reason = "masks are unsafe to change")]
    // SAFETY: The program's critical sections do not rely on it.
    unsafe {
        mie::clear_mext();
    }
}

/// Runs into an instruction that is none.
pub(crate) fn undefined() -> ! {
    #[allow(unsafe_code, reason = "there is no other way to have one")]
    // SAFETY: It raises an exception, whose handler does not return.
    unsafe {
        asm!("unimp", options(noreturn))
    }
}
