//! A slot where a change is a critical section: the waker is moved in and out as one.
//!
//! ```text
//!          take                     register
//!   free ────────► taken, no waker ──────────► taken, a waker
//!        ◄────────                 ◄──────────       │
//!          leave                       wake          │
//!        ◄───────────────────────────────────────────┘
//!          leave
//! ```
//!
//! A section contains no code of a waker: it is cloned before the section that moves it in, and called or dropped
//! after the section that moves it out.
//!
//! # Proof
//!
//! 1. *No context reads the cell while another one writes it.* `exchange` alone touches it, inside a section.
//! 2. *No wake-up is lost.* Sections are ordered, also where `wake` finds no waker. Of a `register` and a `wake`, if
//!    `wake` comes first, the check after the registration sees what was stored before `wake`. If `register` comes
//!    first, this `wake` or an earlier one moves the waker out and calls it. In the second case the call leads to a
//!    poll, which registers again: before this `wake`, which then finds the waker, or after it, and then the check
//!    after the registration sees what was stored.
//! 3. *Waits that share a `Waiter` are one task to 1 and 2.* The waker of another wait that a registration replaces
//!    is called after it, so that wait is polled again.

#![allow(
    unsafe_code,
    reason = "sections guard a waker that the compiler cannot see guarded"
)]

use crate::sync::{Change, Ordering::Relaxed, UnsafeCell, impl_zero, shared};
use core::task::Waker;

pub(in crate::wait::task) struct Slot {
    /// Relaxed everywhere: sections order its changes.
    is_taken: shared::AtomicBool,
    waker: UnsafeCell<Option<Waker>>,
}

// SAFETY: by step 1 of the proof, contexts take turns; a `Waker` is Send.
unsafe impl Sync for Slot {}

// Nothing outside sees a waker, and no foreign code runs while the cell is written.
impl core::panic::RefUnwindSafe for Slot {}

impl_zero! { [] Slot = Self::new(); }

impl Slot {
    #[cfg_attr(no_const, no_const::no_const)]
    pub(in crate::wait::task) const fn new() -> Self {
        Self {
            is_taken: shared::AtomicBool::new(false),
            waker: UnsafeCell::new(None),
        }
    }

    /// Takes the slot for a wait; `true` if no other wait has it.
    pub(in crate::wait::task) fn take(&self) -> bool {
        !Change::swap(&self.is_taken, true, Relaxed)
    }

    /// By the slot's task: the next `wake` calls `new`.
    pub(in crate::wait::task) fn register(&self, new: &Waker) {
        drop(self.replace(new));
    }

    /// By one of the waits that share the slot: the next `wake` calls `new`, or another wait registers before it, which
    /// calls it, too.
    pub(in crate::wait::task) fn register_shared(&self, new: &Waker) {
        let other = self.replace(new).filter(|old| !old.will_wake(new));
        if let Some(waker) = other {
            waker.wake();
        }
    }

    /// By the slot's task, whose wait ends: gives its waker back.
    pub(in crate::wait::task) fn leave(&self) -> Option<Waker> {
        shared::together(|_| {
            self.is_taken.store_alone(false, Relaxed);
            self.exchange(None)
        })
    }

    /// By any context: calls the waker, if there is one.
    pub(in crate::wait::task) fn wake(&self) {
        if let Some(waker) = shared::together(|_| self.exchange(None)) {
            waker.wake();
        }
    }

    fn replace(&self, new: &Waker) -> Option<Waker> {
        let new = Some(new.clone());
        shared::together(|_| self.exchange(new))
    }

    /// By a caller in a section.
    fn exchange(&self, new: Option<Waker>) -> Option<Waker> {
        // SAFETY: step 1 of the proof: every caller is in a section, so no other context touches the cell.
        self.waker
            .with_mut(|waker| unsafe { core::mem::replace(&mut *waker, new) })
    }

    pub(in crate::wait::task) fn is_taken(&self) -> bool {
        self.is_taken.load(Relaxed)
    }
}

#[cfg(test)]
mod tests;
