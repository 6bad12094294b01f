//! The machine software interrupt, which also preempts itself.
//!
//! The interrupt may follow a store to MSIP with a delay. The handler clears MSIP first, and on one hart the code
//! that reads MSIP resumes after the handler has ended: once it reads 0, the step has been taken.

use super::nested;
use crate::one_core::{board::clint::MSIP, demand::Demand};
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

/// The interrupt that preempts the caller.
pub(crate) fn here() -> &'static Demand {
    &SOFTWARE
}

/// Waits until the interrupt has been served, unless it is masked.
fn settle() {
    while mstatus::read().mie() && MSIP.read() != 0 {
        hint::spin_loop();
    }
}
