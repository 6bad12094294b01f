//! A parker that runs a step between a waiter's check and its sleep.

use crate::Party;
use core::cell::Cell;
use indivisible::wait::{Park, WaitError, WakeReason};

/// The party's parker; runs `before` after main's check, and before its registration.
pub(crate) struct Late<'a, P: Party> {
    parker: P::Parker,
    before: &'a dyn Fn(),
    /// Whether a sleep has ended by its time limit.
    overslept: Cell<bool>,
}

impl<'a, P: Party> Late<'a, P> {
    pub(crate) fn new(party: &P, before: &'a dyn Fn()) -> Self {
        Self {
            parker: party.parker(),
            before,
            overslept: Cell::new(false),
        }
    }

    /// Whether a wake-up has ended every sleep.
    pub(crate) fn was_woken(&self) -> bool {
        !self.overslept.get()
    }
}

impl<P: Party> Park<P::Unparker> for Late<'_, P> {
    fn park_unless(
        &self,
        unparker: &P::Unparker,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<WakeReason, WaitError> {
        (self.before)();
        let wake = self.parker.park_unless(unparker, ready)?;
        if wake == WakeReason::TimedOut {
            self.overslept.set(true);
        }
        Ok(wake)
    }
}
