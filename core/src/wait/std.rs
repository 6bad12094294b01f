//! Threads that sleep in `std::thread::park`.

use super::{Park, Unpark, Wake, WouldHang};
use ::std::{
    sync::{Mutex, MutexGuard, PoisonError},
    thread::{self, Thread},
    time::{Duration, Instant},
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
        let mine = Mine {
            slot,
            thread: thread::current(),
        };
        mine.register()?;
        // From here on the slot is given back also where `ready` panics.
        if ready() {
            return Ok(Wake::LookAgain);
        }
        let Some(limit) = self.limit else {
            thread::park();
            return Ok(Wake::LookAgain);
        };
        let asleep = Instant::now();
        thread::park_timeout(limit);
        // A park also ends for no reason, or for an `unpark` that came too late for an earlier one.
        if asleep.elapsed() >= limit && mine.is_registered() {
            Ok(Wake::TimedOut)
        } else {
            Ok(Wake::LookAgain)
        }
    }
}

/// This thread's place in the slot; given back at the end of the wait, unless it was taken to wake it.
struct Mine<'a> {
    slot: &'a ThreadSlot,
    thread: Thread,
}

impl Mine<'_> {
    fn register(&self) -> Result<(), WouldHang> {
        let mut waiter = self.slot.lock();
        if waiter.is_some() && !self.is(&waiter) {
            return Err(WouldHang::SlotTaken);
        }
        *waiter = Some(self.thread.clone());
        Ok(())
    }

    fn is_registered(&self) -> bool {
        self.is(&self.slot.lock())
    }

    /// Somebody else may have registered since this thread was taken out.
    fn is(&self, waiter: &Option<Thread>) -> bool {
        waiter
            .as_ref()
            .is_some_and(|it| it.id() == self.thread.id())
    }
}

impl Drop for Mine<'_> {
    fn drop(&mut self) {
        let mut waiter = self.slot.lock();
        if self.is(&waiter) {
            *waiter = None;
        }
    }
}
