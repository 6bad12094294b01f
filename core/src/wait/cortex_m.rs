//! `main` sleeping in WFI on a single Cortex-M core.
//!
//! Check, then WFI, sleeps through an interrupt that comes between the two. So interrupts are masked
//! for the last look and the WFI: a pending interrupt ends WFI also when PRIMASK keeps its handler
//! from running, and the handler runs as soon as the mask is lifted.
//!
//! ```text
//!   main                                   interrupt
//!   masks, looks: not yet
//!                                          becomes pending, does not run
//!   WFI: returns at once
//!   unmasks
//!                                          runs: stores
//!   looks again
//! ```

#![allow(unsafe_code, reason = "unmasking interrupts is unsafe to ask for")]

use super::{Park, Unpark, Wake, WouldHang};
use cortex_m::{
    interrupt,
    peripheral::{SCB, scb::VectActive},
    register::primask,
};

/// Wakes nobody: the interrupt that changes the word has already ended the sleep.
///
/// Only the interrupts of the sleeping core do. For another core, or for DMA without an interrupt,
/// this is the wrong unparker.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Interrupts;

impl Unpark for Interrupts {
    #[inline(always)]
    fn unpark(&self) {}
}

/// Sleeps in WFI until the next interrupt.
///
/// Refuses to in an exception handler (IPSR is not zero), and where PRIMASK, FAULTMASK or BASEPRI
/// masks interrupts. It cannot see a single interrupt that is disabled in the NVIC or at its source:
/// waiting for that one hangs.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Wfi;

impl Park<Interrupts> for Wfi {
    fn park_unless(
        &self,
        _: &Interrupts,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<Wake, WouldHang> {
        refuse()?;
        interrupt::disable();
        if !ready() {
            cortex_m::asm::wfi();
        }
        // SAFETY: they were enabled, `refuse` has seen to it, and no code relies on their being
        // masked: `ready` has returned.
        unsafe { interrupt::enable() };
        Ok(Wake::LookAgain)
    }
}

fn refuse() -> Result<(), WouldHang> {
    if SCB::vect_active() != VectActive::ThreadMode {
        return Err(WouldHang::InInterrupt);
    }
    if primask::read().is_inactive() || masked_by_priority() {
        return Err(WouldHang::InterruptsMasked);
    }
    Ok(())
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
