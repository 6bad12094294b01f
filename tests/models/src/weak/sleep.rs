//! Sleepers that add no more order than [`Unpark`] promises, so that a primitive that leans on more is
//! caught.

use super::Token;
use indivisible::wait::{Park, Unpark, WaitError, WakeReason};
use loom::{
    cell::UnsafeCell,
    sync::atomic::{AtomicBool, Ordering::AcqRel},
};
use std::sync::Arc;

/// For a primitive that calls [`Unpark::unpark`] only after it was asked to, and so orders registration
/// and wake-up itself: the sleeper is in a cell that nothing guards.
#[derive(Debug)]
pub struct Asked(UnsafeCell<Option<Arc<Token>>>);

#[allow(unsafe_code, reason = "loom checks what is claimed here")]
// SAFETY: claimed of the primitive, and checked by loom's cell in each execution.
unsafe impl Sync for Asked {}

impl Asked {
    /// Nobody sleeps.
    #[must_use]
    pub fn new() -> Self {
        Self(UnsafeCell::new(None))
    }
}

impl Default for Asked {
    fn default() -> Self {
        Self::new()
    }
}

/// The one actor that waits.
#[derive(Clone, Debug, Default)]
pub struct Sleeper(Arc<Token>);

#[allow(unsafe_code, reason = "loom checks each access")]
impl Unpark for Asked {
    fn unpark(&self) {
        // SAFETY: loom fails the model where this is not ordered after the registration.
        if let Some(token) = self.0.with(|token| unsafe { (*token).clone() }) {
            token.wake();
        }
    }
}

#[allow(unsafe_code, reason = "loom checks each access")]
impl Park<Asked> for Sleeper {
    fn park_unless(
        &self,
        asked: &Asked,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<WakeReason, WaitError> {
        // SAFETY: no other actor writes it. It stays registered, since a late wake-up may be reading.
        if asked.0.with(|token| unsafe { (*token).is_none() }) {
            let token = Some(self.0.clone());
            // SAFETY: loom fails the model where somebody is reading it.
            asked.0.with_mut(|place| unsafe { *place = token });
        }
        if !ready() {
            self.0.doze();
        }
        Ok(WakeReason::Woken)
    }
}

/// For a primitive that wakes on every change: registration and wake-up are ordered here, and nothing else
/// is.
#[derive(Debug)]
pub struct Unasked {
    registered: AtomicBool,
    sleeper: Asked,
}

impl Unasked {
    /// Nobody sleeps.
    #[must_use]
    pub fn new() -> Self {
        Self {
            registered: AtomicBool::new(false),
            sleeper: Asked::new(),
        }
    }
}

impl Default for Unasked {
    fn default() -> Self {
        Self::new()
    }
}

impl Unpark for Unasked {
    fn unpark(&self) {
        // A change also where nobody is registered: the registration that comes after it sees it.
        if self.registered.fetch_and(true, AcqRel) {
            self.sleeper.unpark();
        }
    }
}

impl Park<Unasked> for Sleeper {
    fn park_unless(
        &self,
        unasked: &Unasked,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<WakeReason, WaitError> {
        self.park_unless(&unasked.sleeper, &mut || {
            unasked.registered.swap(true, AcqRel);
            ready()
        })
    }
}
