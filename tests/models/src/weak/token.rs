//! Sleeping and waking, in terms of loom's words.

use loom::{
    sync::atomic::{
        AtomicBool,
        Ordering::{AcqRel, Release},
    },
    thread::{self, Thread},
};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What `std` keeps for each thread: a wake-up that came too early, or the sleeper that it is for. Waking
/// happens before the end of the sleep.
///
/// loom's own token would also wake an actor that waits for a lock, and its `Notify` wakes for no reason.
#[derive(Debug)]
pub struct Token {
    woken: AtomicBool,
    /// No word of the model: between two accesses to such words nobody else runs.
    asleep: Mutex<Option<Thread>>,
}

impl Token {
    /// Of one actor.
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

    /// By the one that sleeps. Returns only after a wake-up.
    pub fn doze(&self) {
        while !self.woken.swap(false, AcqRel) {
            *self.asleep() = Some(thread::current());
            thread::park();
        }
    }

    /// By anybody.
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
