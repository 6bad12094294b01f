//! Why to stop: the first reason wins.

use crate::race::{AlreadySetError, OnceValue, OnceWord};
use crate::sync::const_fn;
use crate::wait::{Park, Polling, Unpark, WaitError, WakeReason};
use core::fmt;

#[cfg(tasks)]
use crate::wait::task::Wakers;

/// A request to stop that says why, and that can be waited for.
///
/// The first reason wins; later ones get it as their error. `R` is a value of one word
/// ([`OnceValue`]); `U` is what wakes a waiter ([`wait`](crate::wait)).
///
/// Tier 2; waiting is tier 3. Requesting and looking may be done in interrupt handlers. Without
/// compare-and-swap, a request is one critical section and a look is none.
///
/// # Memory ordering
///
/// Who sees the reason sees what was written before the request: it is set Release and looked at
/// Acquire. It is set first, then the waiter is woken; a waiter registers first, then looks again.
///
/// ```
/// use core::num::NonZero;
/// use indivisible::{race::AlreadySetError, stop::StopSignal};
///
/// const OVERHEATED: NonZero<u8> = NonZero::new(1).unwrap();
/// const BUTTON: NonZero<u8> = NonZero::new(2).unwrap();
/// static STOP: StopSignal<NonZero<u8>> = StopSignal::new();
///
/// assert_eq!(STOP.request_stop(OVERHEATED), Ok(()));
/// assert_eq!(STOP.request_stop(BUTTON), Err(AlreadySetError { current: OVERHEATED }));
/// assert_eq!(STOP.reason(), Some(OVERHEATED));
/// ```
pub struct StopSignal<R: OnceValue, U = Polling> {
    reason: OnceWord<R>,
    unparker: U,
}

impl<R: OnceValue> StopSignal<R> {
    const_fn! {
        /// Creates it without a request, for whoever polls.
        pub fn new() -> Self {
            Self::with_unparker(Polling)
        }
    }
}

impl<R: OnceValue, U> StopSignal<R, U> {
    const_fn! {
        /// Creates it without a request, for waiters that `unparker` wakes.
        pub fn with_unparker(unparker: U) -> Self {
            Self { reason: OnceWord::new(), unparker }
        }
    }

    /// Why to stop; `None` as long as nobody has asked.
    #[inline]
    pub fn reason(&self) -> Option<R> {
        self.reason.get()
    }

    /// Whether somebody has asked.
    #[inline]
    #[must_use]
    pub fn stop_requested(&self) -> bool {
        self.reason().is_some()
    }

    /// Forgets the request, for the next run; a borrow by anybody else makes this impossible.
    pub fn reset(&mut self) {
        self.reason = OnceWord::new();
    }
}

impl<R: OnceValue, U: Unpark> StopSignal<R, U> {
    /// Asks the worker to stop, and wakes whoever waits for that.
    ///
    /// # Errors
    ///
    /// [`AlreadySetError`] with the first reason, where this is not it.
    pub fn request_stop(&self, reason: R) -> Result<(), AlreadySetError<R>> {
        self.reason.set(reason)?;
        self.unparker.unpark();
        Ok(())
    }

    /// Sleeps until somebody asks; returns why.
    ///
    /// `None` only where the parker has a time limit and it has passed.
    ///
    /// # Errors
    ///
    /// [`WaitError`] where this context must not wait.
    pub fn wait<P: Park<U>>(&self, parker: &P) -> Result<Option<R>, WaitError> {
        loop {
            if let Some(reason) = self.reason() {
                return Ok(Some(reason));
            }
            let mut ready = || self.stop_requested();
            if parker.park_unless(&self.unparker, &mut ready)? == WakeReason::TimedOut {
                return Ok(self.reason());
            }
        }
    }
}

#[cfg(tasks)]
#[cfg_attr(docsrs, doc(cfg(feature = "waker")))]
impl<R: OnceValue, const N: usize> StopSignal<R, Wakers<N>> {
    /// Waits until somebody asks, as a task; returns why.
    ///
    /// # Errors
    ///
    /// [`WaitError::TooManyWaiters`] where `N` tasks wait already.
    pub async fn requested(&self) -> Result<R, WaitError> {
        self.unparker.wait(|| self.reason()).await
    }
}

impl<R: OnceValue> Default for StopSignal<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: OnceValue + fmt::Debug, U> fmt::Debug for StopSignal<R, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StopSignal")
            .field("reason", &self.reason())
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl<R: OnceValue + defmt::Format, U> defmt::Format for StopSignal<R, U> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "StopSignal({})", self.reason());
    }
}
