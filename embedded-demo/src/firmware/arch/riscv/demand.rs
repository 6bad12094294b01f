//! The machine software interrupt, which also interrupts itself.
//!
//! A store to MSIP takes its time to become an interrupt. The handler's first act is to take MSIP back,
//! and on one hart whoever reads it goes on when the handler has ended: once MSIP reads 0 the step has
//! been taken.

use super::nested;
use crate::firmware::{board::clint::MSIP, demand::Demand};
use core::hint;
use riscv::{interrupt::Interrupt, register::mstatus};

static SOFTWARE: Demand = Demand::new(
    || {
        MSIP.write(1);
        settle();
    },
    || {
        settle();
        MSIP.read() != 0
    },
);

#[riscv_rt::core_interrupt(Interrupt::MachineSoft)]
fn machine_soft() {
    MSIP.write(0);
    nested(|| SOFTWARE.run());
}

/// The one that interrupts whoever calls this.
pub(crate) fn here() -> &'static Demand {
    &SOFTWARE
}

/// Waits for the interrupt, if it can come.
fn settle() {
    while mstatus::read().mie() && MSIP.read() != 0 {
        hint::spin_loop();
    }
}
