//! What masks interrupts on a RISC-V hart.

use super::Seen;
use indivisible::wait::{WaitError, WakeReason};
use riscv::{interrupt, register::mstatus};

/// Each gives what the attempt came to, unless that has changed the mask.
pub(crate) const CAUSES: &[super::Cause] = &[("MIE clear", without_mie)];

pub(crate) fn try_wfe() -> Option<Result<WakeReason, WaitError>> {
    None
}

fn without_mie(attempt: fn() -> Seen) -> Option<Seen> {
    interrupt::free(|| {
        let seen = attempt();
        (!mstatus::read().mie()).then_some(seen)
    })
}
