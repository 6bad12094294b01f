//! Threads that sleep until another one wakes them.
//!
//! # Time limits
//!
//! A limit is one of each sleep. It holds whatever else unparks the thread: a sleep that ends while its
//! thread is still registered goes on for what is left of the limit.

use super::{Park, Unpark, WaitError, WakeReason};
use ::std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, Thread},
    time::Instant,
};
use core::time::Duration;

/// Wakes the one thread that waits; a second one is refused with [`WaitError::TooManyWaiters`].
///
/// Waking takes a lock for as long as a registration takes: it is for threads, not for signal handlers. The
/// lock orders "registers" and "wakes", as the protocol of [`wait`](crate::wait) requires.
///
/// # The token of `std::thread::park`
///
/// The waiter sleeps in [`std::thread::park`], so a wait takes the thread's token, and may leave one
/// behind: an [`unpark`](std::thread::Thread::unpark) that another part of the program sends to the
/// thread during the wait is lost for that part, and a wake-up that comes when the waiter has already seen
/// the change ends that part's next `park` early. Code that parks must check a condition of its own in a
/// loop, as `std` requires; a thread that relies on a token alone needs [`Broadcast`].
#[derive(Debug)]
pub struct ThreadSlot {
    waiter: Mutex<Option<Thread>>,
}

impl ThreadSlot {
    /// Creates a slot without a waiter.
    pub const fn new() -> Self {
        Self {
            waiter: Mutex::new(None),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Thread>> {
        lock(&self.waiter)
    }
}

/// No code of this module panics while it holds a lock, so a poisoned one is as good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Default for ThreadSlot {
    fn default() -> Self {
        Self::new()
    }
}

impl Unpark for ThreadSlot {
    fn unpark(&self) {
        // The lock is released before the wake-up: the woken thread takes it next.
        let waiter = self.lock().take();
        if let Some(thread) = waiter {
            thread.unpark();
        }
    }
}

/// The calling thread: parks, with or without a time limit.
#[derive(Clone, Copy, Debug, Default)]
pub struct CurrentThread {
    limit: Option<Duration>,
}

impl CurrentThread {
    /// Sleeps until woken.
    pub const fn new() -> Self {
        Self { limit: None }
    }

    /// Sleeps until woken, or for `limit`: a heart beat for a thread that reports progress.
    pub const fn with_timeout(limit: Duration) -> Self {
        Self { limit: Some(limit) }
    }
}

impl Park<ThreadSlot> for CurrentThread {
    fn park_unless(
        &self,
        slot: &ThreadSlot,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<WakeReason, WaitError> {
        let mine = Mine {
            slot,
            thread: thread::current(),
        };
        mine.register()?;
        // From here on the slot is given back also where `ready` panics.
        if ready() {
            return Ok(WakeReason::Woken);
        }
        Ok(match self.limit {
            None => {
                thread::park();
                WakeReason::Woken
            }
            Some(limit) => mine.park_for(limit),
        })
    }
}

/// This thread's place in the slot; given back at the end of the wait, unless `unpark` has emptied it.
struct Mine<'a> {
    slot: &'a ThreadSlot,
    thread: Thread,
}

impl Mine<'_> {
    fn register(&self) -> Result<(), WaitError> {
        let mut waiter = self.slot.lock();
        if waiter.is_some() && !self.is(&waiter) {
            return Err(WaitError::TooManyWaiters);
        }
        *waiter = Some(self.thread.clone());
        Ok(())
    }

    /// Parks for `limit`, or until `unpark` has emptied the slot. Another cause that ends a park, such as a
    /// token that was meant for something else, leaves the slot as it is.
    fn park_for(&self, limit: Duration) -> WakeReason {
        let begun = Instant::now();
        let mut left = limit;
        loop {
            thread::park_timeout(left);
            if !self.is(&self.slot.lock()) {
                return WakeReason::Woken;
            }
            left = limit.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return WakeReason::TimedOut;
            }
        }
    }

    /// Another thread may have registered since `unpark` emptied the slot.
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

/// Wakes every thread that waits.
///
/// Waking takes a lock, as [`ThreadSlot`] does, and costs a little more. The waiters sleep on a condition
/// variable and leave the token of `std::thread::park` alone.
#[derive(Debug)]
pub struct Broadcast {
    calls: Mutex<Calls>,
    changed: Condvar,
}

#[derive(Debug)]
struct Calls {
    /// Threads between registration and return.
    waiters: usize,
    /// Wake-ups so far that found a waiter, wrapping; a sleeper waits for another number.
    woken: usize,
}

impl Broadcast {
    /// Creates it without a waiter.
    pub const fn new() -> Self {
        Self {
            calls: Mutex::new(Calls {
                waiters: 0,
                woken: 0,
            }),
            changed: Condvar::new(),
        }
    }
}

impl Default for Broadcast {
    fn default() -> Self {
        Self::new()
    }
}

impl Unpark for Broadcast {
    fn unpark(&self) {
        let mut calls = lock(&self.calls);
        if calls.waiters > 0 {
            calls.woken = calls.woken.wrapping_add(1);
            self.changed.notify_all();
        }
    }
}

impl Park<Broadcast> for CurrentThread {
    fn park_unless(
        &self,
        broadcast: &Broadcast,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<WakeReason, WaitError> {
        let listening = Listening::begin(broadcast);
        if ready() {
            return Ok(WakeReason::Woken);
        }
        let calls = lock(&broadcast.calls);
        let asleep = |calls: &mut Calls| calls.woken == listening.since;
        let still_asleep = match self.limit {
            None => {
                let calls = broadcast.changed.wait_while(calls, asleep);
                drop(calls.unwrap_or_else(PoisonError::into_inner));
                false
            }
            Some(limit) => {
                let waited = broadcast.changed.wait_timeout_while(calls, limit, asleep);
                waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
            }
        };
        Ok(if still_asleep {
            WakeReason::TimedOut
        } else {
            WakeReason::Woken
        })
    }
}

/// A registered waiter of a [`Broadcast`].
struct Listening<'a> {
    broadcast: &'a Broadcast,
    since: usize,
}

impl<'a> Listening<'a> {
    fn begin(broadcast: &'a Broadcast) -> Self {
        let mut calls = lock(&broadcast.calls);
        calls.waiters += 1;
        Self {
            broadcast,
            since: calls.woken,
        }
    }
}

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        lock(&self.broadcast.calls).waiters -= 1;
    }
}
