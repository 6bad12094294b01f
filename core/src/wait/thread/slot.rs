//! One thread that waits: a word that is null, or a counted reference to the handle of that thread.
//!
//! ```text
//!            register
//!   null ─────────────────► handle
//!        ◄─────────────────
//!         unpark, withdraw
//! ```
//!
//! | | waiter | | `unpark` |
//! |---|---|---|---|
//! | r | null → its handle, AcqRel | | |
//! | | checks, and sleeps | | |
//! | | | u | whatever it is → null, AcqRel |
//! | | | | unparks the thread of the handle, and drops the handle |
//! | w | its handle → null, Relaxed: fails after u | | |
//!
//! # Proof
//!
//! 1. *A registration and an `unpark` are ordered.* Every change of the word is a read-modify-write, so each of them
//!    continues the release sequences of all changes before it. Of r and u, the later one in modification order
//!    is an Acquire, and synchronizes with the earlier one, which is a Release. That is why u exchanges also where
//!    the word is null.
//! 2. *No wake-up is lost.* A u that follows r finds the handle, unless another u took it, which unparks the
//!    thread, or w did, which ends the wait.
//! 3. *Each reference has one owner.* r gives one to the word. One change takes it out, u or w, and its caller drops
//!    it. While the word holds a handle, no r succeeds. w finds the handle of its own r only: the waiter holds
//!    another reference, so no other handle has this address, and it has no other registration.
//! 4. *u reads an initialized handle*: by 1, r happens before it.
//!
//! After u the waiter may return, and another thread register, before the `unpark` of the handle: the reference keeps
//! the handle alive, and the first thread gets a wake-up too many. `park` allows for that.

#![allow(
    unsafe_code,
    reason = "a reference that a word holds has no owner that the compiler can see"
)]

use super::CurrentThread;
use crate::sync::{
    Ordering::{AcqRel, Relaxed},
    plain,
    threads::{Arc, Thread, park, park_timeout, this_thread},
};
use crate::wait::{Park, Unpark, WaitError, WakeReason};
use core::{fmt, ptr::null_mut, time::Duration};
use std::time::Instant;

/// Wakes the one thread that waits; a second one is refused with [`WaitError::TooManyWaiters`].
///
/// Waking is one atomic exchange, and where a thread waits also `std`'s `unpark` of it. It takes no lock. It may free the
/// memory of a thread's handle, so it is for threads, not for signal handlers.
///
/// # The token of `std::thread::park`
///
/// The waiter sleeps in [`std::thread::park`], so a wait takes the thread's token, and may leave one
/// behind: an [`unpark`](std::thread::Thread::unpark) that another part of the program sends to the
/// thread during the wait is lost for that part, and a wake-up that comes when the waiter has already seen
/// the change ends that part's next `park` early. Code that parks must check a condition of its own in a
/// loop, as `std` requires; a thread that relies on a token alone needs [`Broadcast`](super::Broadcast).
pub struct ThreadSlot {
    waiter: plain::AtomicPtr<Thread>,
}

impl ThreadSlot {
    /// Creates a slot without a waiter.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn new() -> Self {
        Self {
            waiter: plain::AtomicPtr::new(null_mut()),
        }
    }

    fn register(&self, thread: Arc<Thread>) -> Result<Registered<'_>, WaitError> {
        let handle = Arc::into_raw(thread.clone()).cast_mut();
        match (self.waiter).compare_exchange(null_mut(), handle, AcqRel, Relaxed) {
            Ok(_) => Ok(Registered { slot: self, thread }),
            Err(_) => {
                // SAFETY: from `into_raw` above; the word has not got it.
                drop(unsafe { Arc::from_raw(handle) });
                Err(WaitError::TooManyWaiters)
            }
        }
    }
}

impl Unpark for ThreadSlot {
    fn unpark(&self) {
        let handle = self.waiter.swap(null_mut(), AcqRel);
        if !handle.is_null() {
            // SAFETY: `register` put it there by `into_raw`, and this change alone took it out (step 3).
            unsafe { Arc::from_raw(handle) }.unpark();
        }
    }
}

impl Park<ThreadSlot> for CurrentThread {
    fn park_unless(
        &self,
        slot: &ThreadSlot,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<WakeReason, WaitError> {
        let registered = slot.register(this_thread())?;
        // The registration ends also where `ready` panics.
        if ready() {
            return Ok(WakeReason::Woken);
        }
        Ok(match self.limit {
            None => {
                park();
                WakeReason::Woken
            }
            Some(limit) => registered.park_for(limit),
        })
    }
}

/// The registration of this thread; withdrawn at the end of the wait, unless `unpark` has taken it.
struct Registered<'a> {
    slot: &'a ThreadSlot,
    /// A reference of its own: as long as it exists, no other handle gets this address.
    thread: Arc<Thread>,
}

impl Registered<'_> {
    /// What the word holds until this registration ends.
    fn handle(&self) -> *mut Thread {
        Arc::as_ptr(&self.thread).cast_mut()
    }

    /// `false` only after u: this thread has seen its own r, so no value older than that.
    fn may_be_registered(&self) -> bool {
        self.slot.waiter.load(Relaxed) == self.handle()
    }

    /// Parks for `limit`, or until `unpark` has taken the handle. Another cause that ends a park, such as a token
    /// that was meant for something else, leaves the handle in the word.
    fn park_for(&self, limit: Duration) -> WakeReason {
        let begun = Instant::now();
        let mut left = limit;
        loop {
            park_timeout(left);
            // A park that `unpark` ended happens after u. After any other park, an older value than that of u costs
            // one more park, which the token of `unpark` ends.
            if !self.may_be_registered() {
                return WakeReason::Woken;
            }
            left = limit.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return WakeReason::TimedOut;
            }
        }
    }
}

impl Drop for Registered<'_> {
    fn drop(&mut self) {
        // A thread that was woken is spared the exchange.
        if !self.may_be_registered() {
            return;
        }
        let slot = &self.slot.waiter;
        if let Ok(handle) = slot.compare_exchange(self.handle(), null_mut(), Relaxed, Relaxed) {
            // SAFETY: `register` put it there by `into_raw`, and this change alone took it out (step 3).
            drop(unsafe { Arc::from_raw(handle) });
        }
    }
}

impl Default for ThreadSlot {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ThreadSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThreadSlot")
            .field("is_taken", &!self.waiter.load(Relaxed).is_null())
            .finish_non_exhaustive()
    }
}
