//! Cortex-M: an interrupt of its own for each worker, at a priority of its own.
//!
//! Most urgent are SysTick, the UART, the interrupt inside PendSV and the first worker, all alike;
//! PendSV and the second worker come next, then the others.

mod demand;
mod irq;
mod timer;

pub(crate) use cortex_m::asm::udf as undefined;
pub(crate) use demand::here;
pub(crate) use indivisible::wait::wfi::Wfi;
pub(crate) use irq::Irq;
pub(crate) use timer::{Timer, cycles};

use crate::firmware::{
    board,
    interrupts::{RECEIVE, WORK},
};
use cortex_m::{
    Peripherals,
    peripheral::{NVIC, scb::SystemHandler},
};
use cortex_m_rt::exception;

/// Between two priorities: their two top bits are all that a Cortex-M0 has.
const LESS_URGENT: u8 = 0x40;

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

/// Sets priorities, and enables the workers' interrupts.
pub(crate) fn take() -> Option<Timer> {
    let Peripherals {
        SYST,
        mut NVIC,
        mut SCB,
        ..
    } = Peripherals::take()?;
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
    Some(Timer::new(SYST))
}

/// Pends the worker's interrupt.
pub(crate) fn let_work(worker: usize) {
    NVIC::pend(board::WORKERS[worker]);
}

pub(crate) fn unmask_uart() {
    #[allow(unsafe_code, reason = "masks are unsafe to change")]
    // SAFETY: The program's critical sections do not rely on it, and the handler is in place.
    unsafe {
        NVIC::unmask(board::UART);
    };
}

pub(crate) fn mask_uart() {
    NVIC::mask(board::UART);
}
