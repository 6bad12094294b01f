//! A request to stop with a reason: the first one wins.

use crate::race::{AlreadySetError, OnceValue, OnceWord};
use crate::sync::{ReadModifyWrite, Target};
use crate::wait::{Park, Polling, Unpark, WaitError, WakeReason};
use core::fmt;

#[cfg(tasks)]
use crate::wait::task::{TaskUnpark, Waiter, Wakers, wait};
#[cfg(tasks)]
use core::future::Future;

/// A request to stop with a reason, which can be waited for.
///
/// The first reason wins; later requests get it as their error. `R` is a value of one word
/// ([`OnceValue`]): a reference to an enum, for example. `U` is what wakes a waiter
/// ([`wait`](crate::wait)).
///
/// Needs read-modify-write. Everything but waiting may be done in interrupt handlers, where `U` may wake from
/// them. Without compare-and-swap, a request is one critical section and those of `U`; reading is none, except of a
/// reason of 64 bits.
///
/// # Memory ordering
///
/// The reason is set Release and read Acquire: a context that sees it sees what was written before the
/// request. It is set first, then the waiters are woken; a waiter registers first, then checks again.
///
/// ```
/// use indivisible::stop::StopSignal;
///
/// #[derive(Debug, PartialEq)]
/// enum Why {
///     Overheated,
///     Button,
/// }
///
/// static STOP: StopSignal<&'static Why> = StopSignal::new();
///
/// assert!(STOP.request_stop(&Why::Overheated).is_ok());
/// assert!(STOP.request_stop(&Why::Button).is_err());
/// assert_eq!(STOP.reason(), Some(&Why::Overheated));
/// ```
///
/// A small number needs no `static` of its own:
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
    /// Creates it without a request, for workers that poll.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn new() -> Self
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        Self::with_unparker(Polling)
    }
}

impl<R: OnceValue, U> StopSignal<R, U> {
    /// Creates it without a request, for waiters that `unparker` wakes.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn with_unparker(unparker: U) -> Self
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        Self {
            reason: OnceWord::new(),
            unparker,
        }
    }

    /// The reason; `None` as long as no stop has been requested.
    #[inline]
    #[must_use]
    pub fn reason(&self) -> Option<R> {
        self.reason.get()
    }

    /// Whether a stop has been requested.
    #[inline]
    #[must_use]
    pub fn stop_requested(&self) -> bool {
        self.reason().is_some()
    }

    /// Forgets the request, and returns its reason: of several callers, one gets it.
    ///
    /// The next request is then the first again. A waiter that was woken for the reason and finds it taken goes
    /// on waiting; take it where the wait has returned.
    ///
    /// The caller sees what was written before the request. Without compare-and-swap, one critical section.
    #[must_use = "the reason is gone otherwise; `reset` forgets it by `&mut`"]
    pub fn take(&self) -> Option<R> {
        self.reason.take_shared()
    }

    /// Forgets the request, for the next run; exclusive access rules out requests and readers.
    pub fn reset(&mut self)
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        self.reason = OnceWord::new();
    }
}

impl<R: OnceValue, U: Unpark> StopSignal<R, U> {
    /// Asks the worker to stop, and wakes the waiters, also where it is refused: the request that came before may be in
    /// a context that this one preempts, and may not have woken them yet.
    ///
    /// # Errors
    ///
    /// [`AlreadySetError`] with the first reason, where another request came before.
    pub fn request_stop(&self, reason: R) -> Result<(), AlreadySetError<R>> {
        let requested = self.reason.set(reason);
        self.unparker.unpark();
        requested
    }

    /// Sleeps until a stop is requested; returns the reason.
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
impl<R: OnceValue, U: TaskUnpark> StopSignal<R, U> {
    /// Waits until a stop is requested, as a task; returns the reason.
    ///
    /// # Errors
    ///
    /// [`WaitError::TooManyWaiters`] where all places of `U` are taken.
    pub fn requested(&self) -> impl Future<Output = Result<R, WaitError>> {
        wait(&self.unparker, || self.reason())
    }
}

#[cfg(tasks)]
#[cfg_attr(docsrs, doc(cfg(feature = "waker")))]
impl<R: OnceValue, const N: usize> StopSignal<R, Wakers<N>> {
    /// Takes a place for the waits of one task, at start-up.
    ///
    /// # Errors
    ///
    /// [`WaitError::TooManyWaiters`] where all `N` are taken.
    pub fn waiter(&self) -> Result<Waiter<'_, Self>, WaitError> {
        Waiter::new(self, &self.unparker)
    }
}

#[cfg(tasks)]
#[cfg_attr(docsrs, doc(cfg(feature = "waker")))]
impl<R: OnceValue, const N: usize> Waiter<'_, StopSignal<R, Wakers<N>>> {
    /// Waits until a stop is requested; returns the reason.
    pub async fn requested(&self) -> R {
        let Ok(reason) = wait(self.place(), || self.object().reason()).await;
        reason
    }
}

impl<R: OnceValue> Default for StopSignal<R>
where
    for<'a> Target<'a>: ReadModifyWrite,
{
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

#[cfg(test)]
mod tests {
    use super::StopSignal;
    use crate::{race::AlreadySetError, wait::Unpark};
    use core::{cell::Cell, num::NonZero};

    const FIRST: NonZero<u8> = NonZero::new(1).unwrap();
    const SECOND: NonZero<u8> = NonZero::new(2).unwrap();

    #[test]
    fn keeps_the_first_reason() {
        let stop = StopSignal::new();
        assert_eq!((stop.reason(), stop.stop_requested()), (None, false));
        assert_eq!(stop.request_stop(FIRST), Ok(()));
        let refused = AlreadySetError { current: FIRST };
        assert_eq!(stop.request_stop(SECOND), Err(refused));
        assert_eq!((stop.reason(), stop.stop_requested()), (Some(FIRST), true));
    }

    /// As an interrupt between the request and its wake-up: the handler requests a stop, too.
    struct Interrupted<'a> {
        stop: Cell<Option<&'a StopSignal<NonZero<u8>, Self>>>,
        wake_ups: Cell<u32>,
    }

    impl Unpark for Interrupted<'_> {
        fn unpark(&self) {
            if let Some(stop) = self.stop.take() {
                assert!(stop.request_stop(SECOND).is_err());
                assert_eq!(self.wake_ups.get(), 1, "the handler has woken the waiters");
            }
            self.wake_ups.set(self.wake_ups.get() + 1);
        }
    }

    #[test]
    fn a_refused_request_wakes_the_waiters_of_the_one_it_preempts() {
        let stop = StopSignal::with_unparker(Interrupted {
            stop: Cell::new(None),
            wake_ups: Cell::new(0),
        });
        stop.unparker.stop.set(Some(&stop));
        assert_eq!(stop.request_stop(FIRST), Ok(()));
        assert_eq!(stop.unparker.wake_ups.get(), 2);
    }

    #[test]
    fn one_take_gets_the_reason_and_the_next_request_is_the_first() {
        let stop = StopSignal::new();
        assert_eq!(stop.take(), None);
        stop.request_stop(FIRST).unwrap();
        assert_eq!([stop.take(), stop.take()], [Some(FIRST), None]);
        assert!(!stop.stop_requested());
        assert_eq!(stop.request_stop(SECOND), Ok(()));
        assert_eq!(stop.reason(), Some(SECOND));
    }

    #[test]
    fn a_reset_forgets_the_reason() {
        let mut stop = StopSignal::new();
        stop.request_stop(FIRST).unwrap();
        stop.reset();
        assert_eq!(stop.reason(), None);
    }
}
