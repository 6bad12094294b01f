//! One bit from whoever wants the work to stop to whoever does it; or a reason, and somebody who waits.

use crate::sync::{Ordering::Relaxed, const_fn, plain::AtomicBool};

#[cfg(tier2)]
mod signal;

#[cfg(tier2)]
pub use signal::StopSignal;

/// A request to stop: polled by the worker, set by a thread, an interrupt handler or another core.
///
/// It records the *request*. That the work has stopped is for the worker to show: by a join, by
/// [`Progress`](crate::progress::Progress), by its result.
///
/// Tier 1: load and store only. One byte, no back end, and no interrupt is ever masked. Every method
/// may be called from interrupt handlers of any priority. (*Rust Atomics and Locks*, chapter 2,
/// "Example: Stop Flag".)
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
    const_fn! {
        /// Creates a flag that is not set.
        pub fn new() -> Self {
            Self { requested: AtomicBool::new(false) }
        }
    }

    /// Asks the worker to stop; again does no harm.
    #[inline]
    pub fn request_stop(&self) {
        self.requested.store(true, Relaxed);
    }

    /// Whether somebody has asked.
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
        self.requested.store(false, Relaxed);
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
}
