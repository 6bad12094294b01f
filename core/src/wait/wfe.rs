//! `main` sleeping in WFE on a Cortex-M, until another core or an interrupt sends an event.
//!
//! Each core has one event bit. SEV sets it in every core, the return from an exception sets it in its own,
//! and on a system with a global monitor so does a store that takes the core's exclusive access away. WFE
//! clears the bit and continues at once if it was set; otherwise it sleeps until the bit is set. So an
//! event between the check and the WFE is not lost although nothing is masked, and WFE may return for an
//! event that concerns something else. An implementation may execute WFE as a NOP: then this is polling.

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
