//! The chapter's examples with the standard library's atomics, written from their description:
//! *Rust Atomics and Locks*, chapter 2.

use core::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// "Example: Statistics": three words, updated one after the other.
#[derive(Debug, Default)]
pub struct Statistics {
    /// The number of values.
    pub count: AtomicU64,
    /// The sum of all values.
    pub total: AtomicU64,
    /// The largest.
    pub max: AtomicU64,
}

impl Statistics {
    /// Adds one value with three read-modify-writes.
    #[inline]
    pub fn record(&self, value: u64) {
        self.count.fetch_add(1, Relaxed);
        self.total.fetch_add(value, Relaxed);
        self.max.fetch_max(value, Relaxed);
    }
}

/// "Example: ID Allocation": numbers below a limit.
#[derive(Debug)]
pub struct Ids {
    next: AtomicU32,
    limit: u32,
}

impl Ids {
    /// No ID has been handed out yet.
    #[must_use]
    pub const fn new(limit: u32) -> Self {
        Self {
            next: AtomicU32::new(0),
            limit,
        }
    }

    /// "ID Allocation Without Overflow": a compare-and-exchange loop.
    #[inline]
    pub fn exchange(&self) -> Option<u32> {
        let mut next = self.next.load(Relaxed);
        while next < self.limit {
            match self
                .next
                .compare_exchange_weak(next, next + 1, Relaxed, Relaxed)
            {
                Ok(id) => return Some(id),
                Err(now) => next = now,
            }
        }
        None
    }

    /// Adds first, and subtracts again if the limit was reached.
    #[inline]
    pub fn add_then_subtract(&self) -> Option<u32> {
        let id = self.next.fetch_add(1, Relaxed);
        if id < self.limit {
            return Some(id);
        }
        self.next.fetch_sub(1, Relaxed);
        None
    }

    /// The number of IDs that have been handed out.
    pub fn handed_out(&self) -> u32 {
        self.next.load(Relaxed)
    }
}

/// "Example: Lazy One-Time Initialization": zero until a thread has computed the value; the last store wins.
#[derive(Debug, Default)]
pub struct Lazy(AtomicU64);

impl Lazy {
    /// The value; computes it if the word is zero.
    #[inline]
    pub fn get(&self, compute: impl FnOnce() -> u64) -> u64 {
        let mut value = self.0.load(Relaxed);
        if value == 0 {
            value = compute();
            self.0.store(value, Relaxed);
        }
        value
    }
}
