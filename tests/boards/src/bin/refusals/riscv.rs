//! The mask of a RISC-V hart.

use super::Seen;
use indivisible::wait::{WaitError, WakeReason};
use riscv::{interrupt, register::mstatus};

/// Each cause returns the result of the attempt, or `None` if the attempt has changed the mask.
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
