//! A request to the context that works: a flag that it polls, or a reason that can be waited for.

use crate::sync::{
    Change, Computed, Ordering::Relaxed, needs_read_modify_write, shared::AtomicBool,
};

mod signal;

pub use signal::StopSignal;

/// A request to stop: polled by the worker, set by a thread, an interrupt handler or another core.
///
/// It records the *request*. A join, [`Progress`](crate::progress::Progress) or the result shows that the work has
/// stopped.
///
/// One byte, load and store only, and no interrupt is ever masked; [`take`](Self::take) alone needs
/// read-modify-write. Every other method may be called from interrupt handlers of any priority, and `take` from
/// those that a critical section masks, where it is one. (*Rust Atomics and Locks*, chapter 2, "Example: Stop
/// Flag".)
///
/// # Memory ordering
///
/// Relaxed, and that is enough: the flag publishes nothing but itself, so no other memory has to
/// become visible with it, and a store becomes visible to the other party in finite time whatever its
/// ordering. For the same reason, do not use it to hand over data.
///
/// ```
/// use indivisible::stop::StopFlag;
///
/// static STOP: StopFlag = StopFlag::new();
///
/// std::thread::scope(|threads| {
///     threads.spawn(|| {
///         while !STOP.stop_requested() {
///             // one bounded piece of work
///             std::hint::spin_loop();
///         }
///     });
///     STOP.request_stop();
/// });
/// ```
#[derive(Debug, Default)]
pub struct StopFlag {
    requested: AtomicBool,
}

impl StopFlag {
    /// Creates a flag that is not set.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn new() -> Self {
        Self {
            requested: AtomicBool::new(false),
        }
    }

    /// Asks the worker to stop. A repeated request changes nothing.
    #[inline]
    pub fn request_stop(&self) {
        self.set(true);
    }

    /// Whether a stop has been requested.
    #[inline]
    #[must_use]
    pub fn stop_requested(&self) -> bool {
        self.requested.load(Relaxed)
    }

    /// Forgets the request, for the next run.
    ///
    /// A request made meanwhile may be forgotten too: reset when the last run has ended and before
    /// the next can be asked to stop.
    #[inline]
    pub fn reset(&self) {
        self.set(false);
    }

    needs_read_modify_write! {
        /// Clears the request, and returns whether there was one: of several callers, one gets `true`.
        ///
        /// A request is never lost: a `take` that returns after it returns `true`, or has left it for the
        /// next. Without compare-and-swap, one critical section where there is a request, and none where
        /// there is not.
        #[inline]
        #[must_use = "the request is gone otherwise; `reset` forgets it"]
        pub fn take(&self) -> bool {
            if !self.requested.load(Relaxed) {
                return false;
            }
            // Not a swap: see `set`.
            let take = |requested: bool| requested.then_some(false);
            let (Ok(found) | Err(found)) = self.requested.change(Relaxed, Relaxed, take);
            // As a byte: the compiler would make the `bool` of it inside the section.
            u8::from(found).computed() != 0
        }
    }

    /// A plain store beside a `take` in the critical section of another core. The section stores only where
    /// it has loaded `true`: between the two, a `true` that is overwritten is a request that this `take`
    /// returns, and a `false` changes nothing. Where it has loaded `false`, since another `take` came first,
    /// it stores nothing, and a request in between stays. (A swap would overwrite it.)
    #[inline(always)]
    fn set(&self, requested: bool) {
        self.requested.store_alone(requested, Relaxed);
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for StopFlag {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "StopFlag({=bool})", self.stop_requested());
    }
}

#[cfg(test)]
mod tests {
    use super::StopFlag;

    #[test]
    fn records_and_forgets_a_request() {
        let flag = StopFlag::new();
        assert!(!flag.stop_requested());
        flag.request_stop();
        flag.request_stop();
        assert!(flag.stop_requested());
        flag.reset();
        assert!(!flag.stop_requested());
    }

    #[test]
    fn one_take_gets_a_request() {
        let flag = StopFlag::new();
        assert!(!flag.take());
        flag.request_stop();
        flag.request_stop();
        assert_eq!([flag.take(), flag.take()], [true, false]);
        assert!(!flag.stop_requested());
    }
}
