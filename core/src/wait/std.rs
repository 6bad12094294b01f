//! Threads that sleep in `std::thread::park`.

use super::{Park, Unpark, Wake, WouldHang};
use ::std::{
    sync::{Mutex, MutexGuard, PoisonError},
    thread::{self, Thread},
    time::Duration,
};

/// Wakes the one thread that waits.
///
/// Waking takes a lock for as long as a registration takes: for threads, not for signal handlers. The
/// lock puts "registers" and "wakes" in one order, which is all that the protocol asks.
#[derive(Debug)]
pub struct ThreadSlot {
    waiter: Mutex<Option<Thread>>,
}

impl ThreadSlot {
    /// Creates a slot where nobody waits.
    pub const fn new() -> Self {
        Self {
            waiter: Mutex::new(None),
        }
    }

    /// No code can panic while it holds the lock, so there is no poison to mind.
    fn lock(&self) -> MutexGuard<'_, Option<Thread>> {
        self.waiter.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for ThreadSlot {
    fn default() -> Self {
        Self::new()
    }
}

impl Unpark for ThreadSlot {
    fn unpark(&self) {
        // The lock is released before the wake-up, or the woken thread would run into it.
        let waiter = self.lock().take();
        if let Some(thread) = waiter {
            thread.unpark();
        }
    }
}

/// The thread that calls: parks, with or without a time limit.
#[derive(Clone, Copy, Debug, Default)]
pub struct CurrentThread {
    limit: Option<Duration>,
}

impl CurrentThread {
    /// Sleeps until woken.
    pub const fn new() -> Self {
        Self { limit: None }
    }

    /// Sleeps until woken, or for `limit`: a heart beat for whoever reports progress.
    pub const fn with_timeout(limit: Duration) -> Self {
        Self { limit: Some(limit) }
    }
}

impl Park<ThreadSlot> for CurrentThread {
    fn park_unless(
        &self,
        slot: &ThreadSlot,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<Wake, WouldHang> {
        let me = thread::current();
        let mut waiter = slot.lock();
        if waiter.as_ref().is_some_and(|other| other.id() != me.id()) {
            return Err(WouldHang::SlotTaken);
        }
        *waiter = Some(me);
        drop(waiter);

        // Not before: `ready` may unwind, and then the slot must not stay taken.
        let registered = Registered(slot);
        let wake = match self.limit {
            _ if ready() => Wake::LookAgain,
            None => {
                thread::park();
                Wake::LookAgain
            }
            Some(limit) => {
                thread::park_timeout(limit);
                // Whoever woke us has emptied the slot: still in it means that nobody did.
                if slot.lock().is_some() {
                    Wake::TimedOut
                } else {
                    Wake::LookAgain
                }
            }
        };
        drop(registered);
        Ok(wake)
    }
}

/// Gives the slot back at the end of the wait.
struct Registered<'a>(&'a ThreadSlot);

impl Drop for Registered<'_> {
    fn drop(&mut self) {
        self.0.lock().take();
    }
}
