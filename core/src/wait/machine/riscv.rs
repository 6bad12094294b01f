//! RISC-V in machine mode: whether the hart may sleep, and WFI with interrupts masked.
//!
//! The functions of `riscv::interrupt` are named with their mode: without it they mask in `sstatus` as soon
//! as any crate of the build enables `riscv/s-mode`, while the check reads `mstatus`.

use super::super::WaitError;
use riscv::{asm, interrupt::machine, register::mstatus};

/// Refuses where `mstatus.MIE` is clear.
pub(in crate::wait) fn check_context() -> Result<(), WaitError> {
    if mstatus::read().mie() {
        Ok(())
    } else {
        Err(WaitError::InterruptsMasked)
    }
}

/// Always: `check_context` has read `mstatus`, which only machine mode can.
pub(in crate::wait) fn check_can_mask() -> Result<(), WaitError> {
    Ok(())
}

/// Runs `ready` with interrupts masked, and WFI unless it returns `true`; then enables interrupts.
///
/// For a context that both checks have let pass.
pub(in crate::wait) fn wfi_unless(ready: &mut dyn FnMut() -> bool) {
    machine::disable();
    if !ready() {
        asm::wfi();
    }
    // SAFETY: interrupts were enabled when `check_context` returned, so no critical section encloses this
    // call, and `ready`, the only code that ran with them masked, has returned.
    unsafe { machine::enable() };
}
