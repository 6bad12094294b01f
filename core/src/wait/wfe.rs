//! `main` sleeping in WFE on a Cortex-M, until another core or an interrupt sends an event.
//!
//! Each core has one event bit. SEV sets it in every core, the return from an exception sets it in its own,
//! and on a system with a global monitor so does a store that takes the core's exclusive access away. WFE
//! clears the bit and continues at once if it was set; otherwise it sleeps until the bit is set. So an
//! event between the check and the WFE is not lost although nothing is masked, and WFE may return for an
//! event that concerns something else. An implementation may execute WFE as a NOP: then this is polling.
//!
//! # Exclusive stores
//!
//! On Armv8-M, the event register of a core is also set when its global monitor goes from exclusive to open
//! access (Armv8-M Architecture Reference Manual, DDI0553B, B9.3.1), and whether the core's own exclusive
//! store does that is implementation defined (B9.3.2). On the RP2350 it does (datasheet, 2.1.6.1;
//! raspberrypi/pico-sdk#1812, embassy-rs/embassy#4818). So a check that changes a word before each WFE never
//! sleeps there. The checks of this library load, and change a word by an exclusive store only in the first pass
//! of a wait and in the first one after a change: that WFE may return at once, and the next one sleeps.

use super::{Park, Unpark, WaitError, WakeReason, machine};

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
/// # Errors
///
/// As [`Wfi`](super::wfi::Wfi) on a Cortex-M: it refuses in a handler and where interrupts are masked.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Wfe;

impl Park<Event> for Wfe {
    fn park_unless(
        &self,
        _: &Event,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<WakeReason, WaitError> {
        machine::check_context()?;
        if !ready() {
            cortex_m::asm::wfe();
        }
        Ok(WakeReason::Woken)
    }
}
