//! Sleeping and waking with loom's words.

use loom::{
    sync::atomic::{
        AtomicBool,
        Ordering::{AcqRel, Release},
    },
    thread::{self, Thread},
};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The token that `std` keeps for each thread: an early wake-up, or the sleeper to wake. Waking happens
/// before the end of the sleep.
///
/// loom's own token would also wake an actor that waits for a lock, and its `Notify` wakes spuriously.
#[derive(Debug)]
pub struct Token {
    woken: AtomicBool,
    /// Not a word of the model: no other actor runs between two accesses to it.
    asleep: Mutex<Option<Thread>>,
}

impl Token {
    /// The token of one actor.
    #[must_use]
    pub fn new() -> Self {
        Self {
            woken: AtomicBool::new(false),
            asleep: Mutex::new(None),
        }
    }

    fn asleep(&self) -> MutexGuard<'_, Option<Thread>> {
        self.asleep.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Called by the sleeper. Returns only after a wake-up.
    pub fn doze(&self) {
        while !self.woken.swap(false, AcqRel) {
            *self.asleep() = Some(thread::current());
            thread::park();
        }
    }

    /// Called by any actor.
    pub fn wake(&self) {
        self.woken.swap(true, Release);
        let sleeper = self.asleep().take();
        if let Some(sleeper) = sleeper {
            sleeper.unpark();
        }
    }
}

impl Default for Token {
    fn default() -> Self {
        Self::new()
    }
}
