//! An interrupt that takes one step of the other side at once.
//!
//! Where interrupts are masked, it runs once they are enabled.

use super::handler::Handler;
use scenarios::Step;

/// An interrupt to be pended by software.
pub(super) struct Demand {
    handler: Handler,
    pend: fn(),
    is_pending: fn() -> bool,
}

impl Demand {
    /// `pend` returns when the interrupt has been served, or at once where interrupts are masked.
    pub(super) const fn new(pend: fn(), is_pending: fn() -> bool) -> Self {
        Self {
            handler: Handler::new(),
            pend,
            is_pending,
        }
    }

    /// For the interrupt.
    pub(super) fn run(&self) {
        self.handler.run(());
    }

    /// Runs `body`, and `step` once `body` has called its argument and interrupts are enabled.
    pub(super) fn answer<R>(&self, step: Step<'_>, body: impl FnOnce(&dyn Fn()) -> R) -> R {
        self.handler.lend(&|()| step(), || {
            let result = body(&self.pend);
            assert!(
                !(self.is_pending)(),
                "no step can be taken with interrupts masked"
            );
            result
        })
    }
}
