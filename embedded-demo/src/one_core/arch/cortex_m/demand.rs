//! PendSV, and a more urgent interrupt inside it.
//!
//! Pended, then `dsb` and `isb`: the handler runs before the next instruction.

use crate::one_core::{board, demand::Demand};
use cortex_m::{
    asm,
    peripheral::{
        NVIC, SCB,
        scb::{Exception, VectActive},
    },
};
use cortex_m_rt::exception;

static PEND_SV: Demand = Demand::new(
    || {
        SCB::set_pendsv();
        take();
    },
    SCB::is_pendsv_pending,
);

/// More urgent than PendSV: the other side of a step.
static INNER: Demand = Demand::new(
    || {
        NVIC::pend(board::INNER);
        take();
    },
    || NVIC::is_pending(board::INNER),
);

#[exception]
fn PendSV() {
    PEND_SV.run();
}

/// For the interrupt [`board::INNER`].
pub(super) fn inner() {
    INNER.run();
}

/// The interrupt that preempts the caller.
pub(crate) fn here() -> &'static Demand {
    match SCB::vect_active() {
        VectActive::ThreadMode => &PEND_SV,
        VectActive::Exception(Exception::PendSV) => &INNER,
        _ => panic!("only main, and a step that main has taken, can take a step"),
    }
}

fn take() {
    asm::dsb();
    asm::isb();
}
