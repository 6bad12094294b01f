//! Cortex-M: whether thread mode may sleep, and WFI with interrupts masked.

use super::super::WaitError;
use core::arch::asm;
use cortex_m::{
    interrupt,
    register::{control, primask},
};

/// Refuses in an exception handler, and where PRIMASK, FAULTMASK or BASEPRI masks interrupts.
pub(in crate::wait) fn check_context() -> Result<(), WaitError> {
    if exception_number() != 0 {
        return Err(WaitError::InInterrupt);
    }
    if primask::read().is_inactive() || masked_by_priority() {
        return Err(WaitError::InterruptsMasked);
    }
    Ok(())
}

/// Refuses in unprivileged thread mode, where CPSID and CPSIE are ignored and PRIMASK reads as zero.
pub(in crate::wait) fn check_can_mask() -> Result<(), WaitError> {
    if control::read().npriv().is_unprivileged() {
        return Err(WaitError::Unprivileged);
    }
    Ok(())
}

/// Runs `ready` with interrupts masked, and WFI unless it returns `true`; then enables interrupts.
///
/// For a context that both checks have let pass.
pub(in crate::wait) fn wfi_unless(ready: &mut dyn FnMut() -> bool) {
    interrupt::disable();
    if !ready() {
        cortex_m::asm::wfi();
    }
    // SAFETY: interrupts were enabled when `check_context` returned, so no critical section encloses this
    // call, and `ready`, the only code that ran with them masked, has returned.
    unsafe { interrupt::enable() };
}

/// 0 in thread mode. Not `SCB::vect_active`: that function reads 8 of the 9 bits, and a chip may have more
/// than 240 interrupts.
fn exception_number() -> u32 {
    let ipsr: u32;
    // SAFETY: the instruction reads a register that every Cortex-M has, in any mode.
    unsafe { asm!("mrs {}, IPSR", out(reg) ipsr, options(nomem, nostack, preserves_flags)) };
    ipsr
}

#[cfg(basepri)]
fn masked_by_priority() -> bool {
    use cortex_m::register::{basepri, faultmask};
    basepri::read() != 0 || faultmask::read().is_inactive()
}

#[cfg(not(basepri))]
fn masked_by_priority() -> bool {
    false
}
