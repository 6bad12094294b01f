//! A sleeper with exactly the ordering that [`Unpark`] promises, so that a model fails if a primitive relies
//! on more.

use super::Token;
use indivisible::wait::{Park, Unpark, WaitError, WakeReason};
use loom::{
    cell::UnsafeCell,
    sync::atomic::{AtomicBool, Ordering::AcqRel},
};
use std::sync::Arc;

/// A registration and an `unpark` are ordered by happens-before, one way or the other, and nothing else is:
/// the sleeper is in a cell whose accesses loom checks.
#[derive(Debug)]
pub struct Unparker {
    registered: AtomicBool,
    sleeper: UnsafeCell<Option<Arc<Token>>>,
}

#[allow(unsafe_code, reason = "loom checks this claim")]
// SAFETY: loom's cell checks each access in each execution.
unsafe impl Sync for Unparker {}

impl Unparker {
    /// Without a sleeper.
    #[must_use]
    pub fn new() -> Self {
        Self {
            registered: AtomicBool::new(false),
            sleeper: UnsafeCell::new(None),
        }
    }
}

impl Default for Unparker {
    fn default() -> Self {
        Self::new()
    }
}

/// The one actor that waits.
#[derive(Clone, Debug, Default)]
pub struct Sleeper(Arc<Token>);

#[allow(unsafe_code, reason = "loom checks each access")]
impl Unpark for Unparker {
    fn unpark(&self) {
        // A change even without a sleeper: a later registration is ordered after it.
        if !self.registered.fetch_and(true, AcqRel) {
            return;
        }
        // SAFETY: loom fails the model if this is not ordered after the registration.
        if let Some(token) = self.sleeper.with(|token| unsafe { (*token).clone() }) {
            token.wake();
        }
    }
}

#[allow(unsafe_code, reason = "loom checks each access")]
impl Park<Unparker> for Sleeper {
    fn park_unless(
        &self,
        unparker: &Unparker,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<WakeReason, WaitError> {
        // SAFETY: no other actor writes it. It stays registered, since a late wake-up may be reading it.
        if unparker.sleeper.with(|token| unsafe { (*token).is_none() }) {
            let token = Some(self.0.clone());
            // SAFETY: loom fails the model if another actor is reading it.
            (unparker.sleeper).with_mut(|place| unsafe { *place = token });
        }
        unparker.registered.swap(true, AcqRel);
        if !ready() {
            self.0.doze();
        }
        Ok(WakeReason::Woken)
    }
}
