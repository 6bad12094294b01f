//! The interrupts that take one step of the other side, here and now.
//!
//! Pended, then `dsb` and `isb`: the handler runs before the next instruction. Where interrupts are
//! masked, it runs when they no longer are.

use super::{board, handler::Handler};
use cortex_m::{
    asm,
    peripheral::{
        NVIC, SCB,
        scb::{Exception, VectActive},
    },
};
use cortex_m_rt::exception;
use scenarios::Step;

/// An interrupt to be pended by software.
pub(super) struct Demand {
    handler: Handler,
    pend: fn(),
    is_pending: fn() -> bool,
}

static PEND_SV: Demand = Demand {
    handler: Handler::new(),
    pend: SCB::set_pendsv,
    is_pending: SCB::is_pendsv_pending,
};

/// More urgent than PendSV: the other side's other side.
static INNER: Demand = Demand {
    handler: Handler::new(),
    pend: || NVIC::pend(board::INNER),
    is_pending: || NVIC::is_pending(board::INNER),
};

#[exception]
fn PendSV() {
    PEND_SV.handler.run(());
}

/// What the interrupt [`board::INNER`] runs.
pub(super) fn inner() {
    INNER.handler.run(());
}

impl Demand {
    /// The one that interrupts whoever calls this.
    pub(super) fn here() -> &'static Self {
        match SCB::vect_active() {
            VectActive::ThreadMode => &PEND_SV,
            VectActive::Exception(Exception::PendSV) => &INNER,
            _ => panic!("only main, and a step that main has taken, can take a step"),
        }
    }

    /// Runs `body`, and `step` once `body` has called what it is given and interrupts are enabled.
    pub(super) fn answer<R>(&self, step: Step<'_>, body: impl FnOnce(&dyn Fn()) -> R) -> R {
        self.handler.lend(&|()| step(), || {
            let result = body(&|| {
                (self.pend)();
                asm::dsb();
                asm::isb();
            });
            assert!(
                !(self.is_pending)(),
                "no step can be taken with interrupts masked"
            );
            result
        })
    }
}
