//! `main` sleeping on a Cortex-M: in WFI for its own core's interrupts, in WFE for other cores, too.
//!
//! # WFI
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
//!
//! # WFE
//!
//! Each core has one event bit. SEV sets it in all cores, and so does the return from an exception; WFE
//! clears it and goes on at once if it was set, and else sleeps until it is. So an event between the
//! look and the WFE is not lost, with no mask, and WFE may return for events that were another's. An
//! implementation may treat WFE as a NOP: then this is polling.

#![allow(
    unsafe_code,
    reason = "unmasking interrupts is unsafe to ask for, and so is one register"
)]

pub use super::Interrupts;
use super::{Park, Unpark, Wake, WouldHang};
use core::arch::asm;
use cortex_m::{interrupt, register::primask};

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

/// Sends an event to every core.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Event;

impl Unpark for Event {
    #[inline]
    fn unpark(&self) {
        // The other core must not see the event before it can see the change.
        cortex_m::asm::dsb();
        cortex_m::asm::sev();
    }
}

/// Sleeps in WFE until the next event.
///
/// Refuses to as [`Wfi`] does.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Wfe;

impl Park<Event> for Wfe {
    fn park_unless(&self, _: &Event, ready: &mut dyn FnMut() -> bool) -> Result<Wake, WouldHang> {
        refuse()?;
        if !ready() {
            cortex_m::asm::wfe();
        }
        Ok(Wake::LookAgain)
    }
}

fn refuse() -> Result<(), WouldHang> {
    if exception_number() != 0 {
        return Err(WouldHang::InInterrupt);
    }
    if primask::read().is_inactive() || masked_by_priority() {
        return Err(WouldHang::InterruptsMasked);
    }
    Ok(())
}

/// 0 in thread mode. Not `SCB::vect_active`: that looks at 8 of the 9 bits, and a chip may have more
/// than 240 interrupts.
fn exception_number() -> u32 {
    let ipsr: u32;
    // SAFETY: reads a register that every Cortex-M has, in any mode.
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
