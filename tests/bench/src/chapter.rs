//! What the chapter does by hand with the standard library's atomics, written from its description:
//! *Rust Atomics and Locks*, chapter 2.

use core::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// "Example: Statistics": three words, changed one after the other.
#[derive(Debug, Default)]
pub struct Statistics {
    /// How many.
    pub count: AtomicU64,
    /// Of all.
    pub total: AtomicU64,
    /// The largest.
    pub max: AtomicU64,
}

impl Statistics {
    /// Adds one value, by three read-modify-writes.
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
    /// None handed out yet.
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

    /// Adds first, and subtracts again past the limit.
    #[inline]
    pub fn add_then_subtract(&self) -> Option<u32> {
        let id = self.next.fetch_add(1, Relaxed);
        if id < self.limit {
            return Some(id);
        }
        self.next.fetch_sub(1, Relaxed);
        None
    }

    /// How many were handed out.
    pub fn handed_out(&self) -> u32 {
        self.next.load(Relaxed)
    }
}

/// "Example: Lazy One-Time Initialization": zero until somebody has computed it; the last one wins.
#[derive(Debug, Default)]
pub struct Lazy(AtomicU64);

impl Lazy {
    /// The value, computed if need be.
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
