//! Threads that sleep until another one wakes them.
//!
//! # Time limits
//!
//! A limit is one of each sleep. It holds whatever else unparks the thread: a sleep that ends while its
//! thread is still registered goes on for what is left of the limit.

mod broadcast;
mod slot;

pub use broadcast::Broadcast;
pub use slot::ThreadSlot;

use core::time::Duration;

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
