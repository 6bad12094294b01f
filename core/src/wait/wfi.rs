//! `main` sleeping in WFI, on a Cortex-M or a RISC-V hart in machine mode, until an interrupt of its core.
//!
//! A check followed by WFI sleeps through an interrupt that is taken between the two. [`Wfi`] therefore
//! masks interrupts for its last check and the WFI. A pending interrupt ends WFI also while it is masked
//! (by PRIMASK; by `mstatus.MIE`), and its handler runs as soon as the mask is lifted:
//!
//! | `main` | interrupt |
//! |---|---|
//! | masks interrupts, checks: not yet | |
//! | | becomes pending, is not taken |
//! | WFI returns at once | |
//! | unmasks interrupts | |
//! | | is taken: the handler stores |
//! | checks again | |
//!
//! (Sources: the Armv6-M, Armv7-M and Armv8-M Architecture Reference Manuals, "Wait For Interrupt"; the
//! RISC-V Instruction Set Manual, volume II, "Wait for Interrupt".)

use super::{Interrupts, Park, WaitError, WakeReason, machine};

/// Sleeps in WFI until the next interrupt of this core.
///
/// # Errors
///
/// On a Cortex-M: [`WaitError::InInterrupt`] in an exception handler (IPSR is not zero);
/// [`WaitError::InterruptsMasked`] where PRIMASK, FAULTMASK or BASEPRI masks interrupts;
/// [`WaitError::Unprivileged`] in unprivileged thread mode (a process of Tock, or of an RTOS with an MPU),
/// where CPSID is ignored, so that an interrupt between the last check and the WFI could be slept through.
///
/// On RISC-V: [`WaitError::InterruptsMasked`] where `mstatus.MIE` is clear, as it is in a trap handler that
/// has not enabled interrupts again. Reading `mstatus` outside machine mode is an illegal instruction.
///
/// # What the check cannot see
///
/// - An interrupt that is disabled in the NVIC, in `mie` or at its source. A wait for it never ends.
/// - NMI and HardFault: PRIMASK keeps neither out. A wait for a change that one of them makes can sleep
///   through it.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Wfi;

impl Park<Interrupts> for Wfi {
    fn park_unless(
        &self,
        _: &Interrupts,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<WakeReason, WaitError> {
        machine::check_context()?;
        machine::check_can_mask()?;
        machine::wfi_unless(ready);
        Ok(WakeReason::Woken)
    }
}
