//! Cortex-M: an interrupt and a priority for each worker.
//!
//! | priority | interrupts |
//! |---|---|
//! | 0, most urgent | SysTick, UART, the interrupt inside PendSV, worker 0 |
//! | 1 | PendSV, worker 1 |
//! | 2, 3 | workers 2, 3 |

mod demand;
mod irq;
mod timer;

pub(crate) use cortex_m::asm::udf as undefined;
pub(crate) use demand::here;
pub(crate) use indivisible::wait::wfi::Wfi;
pub(crate) use irq::Irq;
pub(crate) use timer::{Timer, cycles};

use crate::one_core::{
    board,
    party::{RECEIVE, WORK},
};
use cortex_m::{
    Peripherals,
    peripheral::{NVIC, scb::SystemHandler},
};
use cortex_m_rt::exception;

/// The distance between two priorities: a Cortex-M0 implements their two top bits.
const LESS_URGENT: u8 = 0x40;

#[exception]
#[allow(
    unsafe_code,
    reason = "cortex-m-rt demands the keyword; the body is safe"
)]
unsafe fn DefaultHandler(number: i16) {
    if let Some(worker) = board::WORKERS.iter().position(|irq| irq.is(number)) {
        WORK.run(worker);
    } else if board::INNER.is(number) {
        demand::inner();
    } else if board::UART.is(number) {
        RECEIVE.run(());
    } else {
        panic!("exception or interrupt {number} has no handler");
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
    // SAFETY: No critical section relies on priorities or on these masks: the one that the program links
    // disables all interrupts. The handlers are in place.
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
    // SAFETY: No critical section relies on this mask, and the handler is in place.
    unsafe {
        NVIC::unmask(board::UART);
    };
}

pub(crate) fn mask_uart() {
    NVIC::mask(board::UART);
}
