//! Many threads that wait, on a condition variable.

use super::CurrentThread;
use crate::wait::{Park, Unpark, WaitError, WakeReason};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Wakes every thread that waits.
///
/// Waking takes a lock for as long as a registration takes: it is for threads, not for signal handlers. The
/// waiters sleep on a condition variable and leave the token of `std::thread::park` alone.
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

/// No code of this module panics while it holds a lock, so a poisoned one is as good.
fn lock(mutex: &Mutex<Calls>) -> MutexGuard<'_, Calls> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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

#[cfg(test)]
mod tests {
    use super::{Broadcast, CurrentThread, lock};
    use crate::wait::{Park, Unpark, WakeReason};
    use core::time::Duration;

    #[test]
    fn a_wait_that_has_ended_is_counted_no_more() {
        let broadcast = Broadcast::new();
        let counted = || {
            let calls = lock(&broadcast.calls);
            (calls.waiters, calls.woken)
        };
        let thread = CurrentThread::with_timeout(Duration::ZERO);
        let wait = |is_ready| {
            let mut ready = || {
                assert_eq!(counted().0, 1);
                is_ready
            };
            thread.park_unless(&broadcast, &mut ready).unwrap()
        };
        assert_eq!(wait(true), WakeReason::Woken);
        assert_eq!(wait(false), WakeReason::TimedOut);
        broadcast.unpark();
        assert_eq!(counted(), (0, 0));
    }
}
