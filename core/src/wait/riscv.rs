//! `main` sleeping in WFI on a single RISC-V hart in machine mode.
//!
//! As on a Cortex-M, interrupts are masked for the last look and the WFI: an interrupt that is pending
//! and enabled in `mie` ends WFI also while `mstatus.MIE` keeps its handler from running.

#![allow(unsafe_code, reason = "unmasking interrupts is unsafe to ask for")]

use super::{Interrupts, Park, Wake, WouldHang};
use riscv::{asm, interrupt, register::mstatus};

/// Sleeps in WFI until the next interrupt.
///
/// Refuses to where `mstatus.MIE` is clear, as it is in a trap handler that has not enabled interrupts
/// again. It cannot see a single interrupt that is disabled in `mie` or at its source: waiting for that
/// one hangs.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Wfi;

impl Park<Interrupts> for Wfi {
    fn park_unless(
        &self,
        _: &Interrupts,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<Wake, WouldHang> {
        if !mstatus::read().mie() {
            return Err(WouldHang::InterruptsMasked);
        }
        interrupt::disable();
        if !ready() {
            asm::wfi();
        }
        // SAFETY: they were enabled, the look at MIE has seen to it, and no code relies on their
        // being masked: `ready` has returned.
        unsafe { interrupt::enable() };
        Ok(Wake::LookAgain)
    }
}
