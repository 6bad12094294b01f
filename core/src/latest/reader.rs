//! Reading what is new, and waiting for it.
//!
//! # Protocol
//!
//! | | writer, if `U::WAKES` | | waiter that has seen number s |
//! |---|---|---|---|
//! | 3 | `seq` = n, Release (`ring.rs`) | w0 | registers with the unparker |
//! | 4 | `fence(SeqCst)` | w1 | `waiting` = true, Relaxed |
//! | 5 | `waiting`, Relaxed; if false, it is done | w2 | `fence(SeqCst)` |
//! | 6 | `waiting` = false, Relaxed | w3 | `seq`, Relaxed; if it is not s, it does not sleep |
//! | 7 | `unpark()` | w4 | sleeps |
//!
//! Of the unparker it takes what [`crate::wait`] promises: w0 and 7 are ordered; if 7 comes second, it
//! wakes the waiter, and if w0 comes second, what precedes 7 happens before what follows w0.
//!
//! # Proof that no sleep outlasts a publication
//!
//! Consider one round w0 to w4, and a publication n that the waiter has not seen.
//!
//! 1. The fences 4 and w2 have an order. If 4 precedes w2, then w3 reads n or a later number, and the waiter
//!    does not sleep.
//! 2. Otherwise w2 precedes 4, and load 5 reads the `true` of w1, or a value later in the
//!    modification order of `waiting`.
//! 3. If that value is `true`, the writer gets to 6 and 7. Suppose that 7 precedes w0. Then 6 happens
//!    before w1 and precedes it in the modification order. But 5, which comes before 6, has read w1 or a
//!    later value: a contradiction. So 7 comes after w0, and wakes the waiter.
//! 4. If that value is `false`, an earlier publication by this writer stored it at its step 6, after w1 in the
//!    modification order. As in 3, its step 7 cannot precede w0, so it wakes the waiter.
//!
//! A woken waiter reads `seq` again; if it still finds s, it begins another round, to which the same applies.
//! Without fence 4, load 5 could precede the store 3; without fence w2, load w3 could precede the store
//! w1. If 6 came after 7, the flag of a waiter that registers in between would be lost.
//!
//! The flag is a plain `bool`: neither side needs read-modify-write. A waiter that gives up leaves it set,
//! and the next publication calls an unparker that finds no waiter.

use super::{ContendedError, Latest, Words};
use crate::{
    sync::{
        Ordering::{Relaxed, SeqCst},
        plain::fence,
    },
    wait::{Park, Polling, Unpark, WaitError, WakeReason},
};
use core::fmt;

#[cfg(tasks)]
use crate::wait::task::{TaskUnpark, Wait, wait_as};
#[cfg(tasks)]
use core::future::Future;

/// A reader of a [`Latest`] that remembers which publication it has seen.
///
/// The memory is its own: reading writes nothing that is shared, and any number of readers may read. A
/// clone has seen the same, and remembers by itself from there on.
///
/// ```
/// use indivisible::latest::Latest;
///
/// let mut latest = Latest::<u32>::new();
/// let (mut writer, shared) = latest.split();
/// let mut reader = shared.reader();
///
/// (1..=3).for_each(|value| writer.publish(value));
/// assert_eq!(reader.newer_and_missed(), Some((3, 2)));
/// assert_eq!(reader.read_newer(), None);
/// assert_eq!(reader.read(), Some(3));
/// ```
pub struct Reader<'a, T: Words, U = Polling, const SLOTS: usize = 2> {
    latest: &'a Latest<T, U, SLOTS>,
    /// The number of the publication seen last; 0 for none.
    seen: usize,
}

impl<'a, T: Words, U, const SLOTS: usize> Reader<'a, T, U, SLOTS> {
    pub(super) fn new(latest: &'a Latest<T, U, SLOTS>) -> Self {
        Self { latest, seen: 0 }
    }

    /// The last value published, seen before or not; `None` before the first.
    ///
    /// Attempted as often as [`Latest::read`].
    #[inline]
    #[must_use = "the value counts as seen"]
    pub fn read(&mut self) -> Option<T> {
        let (seq, value) = self.latest.ring.read(0)?;
        self.seen = seq;
        Some(value)
    }

    /// The last value published, unless this reader has seen it.
    ///
    /// If there is nothing new, it costs a load and a comparison.
    #[inline]
    #[must_use = "the value counts as seen"]
    pub fn read_newer(&mut self) -> Option<T> {
        let (seq, value) = self.latest.ring.read(self.seen)?;
        self.seen = seq;
        Some(value)
    }

    /// As [`read_newer`](Self::read_newer), in one attempt: for a context with a deadline beside a writer on another
    /// core.
    ///
    /// # Errors
    ///
    /// [`ContendedError`] if publications interfered with it. The value counts as not seen.
    #[inline]
    pub fn try_read_newer(&mut self) -> Result<Option<T>, ContendedError> {
        let Some((seq, value)) = self.latest.ring.try_read(self.seen)? else {
            return Ok(None);
        };
        self.seen = seq;
        Ok(Some(value))
    }

    /// The last value published, unless this reader has seen it, and how many values it missed: those
    /// published after the one it saw last, and before this one.
    ///
    /// The number is exact, as long as the reader does not fall behind by `usize::MAX` publications. A new
    /// reader counts from the first publication on.
    #[inline]
    #[must_use = "the value counts as seen"]
    pub fn newer_and_missed(&mut self) -> Option<(T, usize)> {
        let before = self.seen;
        let value = self.read_newer()?;
        let published = super::Ring::<T, SLOTS>::between(before, self.seen);
        Some((value, published - 1))
    }

    /// Whether a value was published that this reader has not seen: one load.
    ///
    /// It orders nothing: only a value that is read happens after what its writer did before.
    #[inline]
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.latest.ring.seq_alone() != self.seen
    }
}

impl<T: Words, U: Unpark, const SLOTS: usize> Reader<'_, T, U, SLOTS> {
    /// Sleeps until there is a value that this reader has not seen, and reads it.
    ///
    /// `None` only if the parker has a time limit, which has passed.
    ///
    /// ```
    /// use indivisible::{latest::Latest, wait::Polling};
    ///
    /// static LATEST: Latest<(u64, u16)> = Latest::new();
    ///
    /// std::thread::spawn(|| LATEST.claim().unwrap().publish((1, 2)));
    /// assert_eq!(LATEST.reader().wait_newer(&Polling), Ok(Some((1, 2))));
    /// ```
    ///
    /// # Errors
    ///
    /// [`WaitError`] if this context must not wait.
    pub fn wait_newer<P: Park<U>>(&mut self, parker: &P) -> Result<Option<T>, WaitError> {
        loop {
            if let Some(value) = self.read_newer() {
                return Ok(Some(value));
            }
            let mut ready = || self.latest.is_newer_for_waiter(self.seen);
            if parker.park_unless(&self.latest.unparker, &mut ready)? == WakeReason::TimedOut {
                return Ok(self.read_newer());
            }
        }
    }
}

#[cfg(tasks)]
#[cfg_attr(docsrs, doc(cfg(feature = "waker")))]
impl<T: Words, U: TaskUnpark, const SLOTS: usize> Reader<'_, T, U, SLOTS> {
    /// Waits, as a task, until there is a value that this reader has not seen, and reads it.
    ///
    /// The name is that of embassy's and tokio's `watch`. A future that is dropped has seen nothing.
    ///
    /// # Errors
    ///
    /// [`WaitError::TooManyWaiters`] if all places of `U` are taken.
    pub fn changed(&mut self) -> impl Future<Output = Result<T, WaitError>> {
        let latest = self.latest;
        self.next(&latest.unparker)
    }
}

#[cfg(tasks)]
impl<T: Words, U: Unpark, const SLOTS: usize> Reader<'_, T, U, SLOTS> {
    pub(super) fn next<W: Wait>(
        &mut self,
        waits: &W,
    ) -> impl Future<Output = Result<T, W::Refused>> {
        wait_as(waits, |is_registered| {
            let may_be = !is_registered || self.latest.is_newer_for_waiter(self.seen);
            may_be.then(|| self.read_newer()).flatten()
        })
    }
}

impl<T: Words, U: Unpark, const SLOTS: usize> Latest<T, U, SLOTS> {
    /// Whether there is a newer publication than `seen`, for a waiter that has registered (w0).
    fn is_newer_for_waiter(&self, seen: usize) -> bool {
        if U::WAKES {
            self.waiting.store(true, Relaxed); // w1
            fence(SeqCst); // w2
        }
        self.ring.seq_alone() != seen // w3
    }

    /// Wakes the waiters that have asked for it, after a publication.
    #[inline(always)]
    pub(super) fn wake_waiters(&self) {
        if U::WAKES {
            fence(SeqCst); // 4
            // 5
            if self.waiting.load(Relaxed) {
                self.wake();
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn wake(&self) {
        self.waiting.store(false, Relaxed); // 6
        self.unparker.unpark(); // 7
    }
}

impl<T: Words, U, const SLOTS: usize> Clone for Reader<'_, T, U, SLOTS> {
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

impl<T: Words, U, const SLOTS: usize> fmt::Debug for Reader<'_, T, U, SLOTS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("is_behind", &self.is_behind())
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl<T: Words, U, const SLOTS: usize> defmt::Format for Reader<'_, T, U, SLOTS> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Reader(is_behind: {=bool})", self.is_behind());
    }
}

#[cfg(test)]
mod tests {
    use super::Latest;
    use crate::wait::Polling;

    fn reads_each_once<const SLOTS: usize>() {
        let mut latest = Latest::<u32, Polling, SLOTS>::default();
        let (mut writer, shared) = latest.split();
        let mut reader = shared.reader();
        assert!(!reader.is_behind());
        assert_eq!((reader.read(), reader.newer_and_missed()), (None, None));
        writer.publish(1);
        assert!(reader.is_behind());
        assert_eq!(reader.newer_and_missed(), Some((1, 0)));
        let mut clone = reader.clone();
        (2..=6).for_each(|value| writer.publish(value));
        assert_eq!(reader.newer_and_missed(), Some((6, 4)));
        assert!(!reader.is_behind());
        assert_eq!((reader.read_newer(), reader.read()), (None, Some(6)));
        writer.publish(7);
        assert_eq!(reader.wait_newer(&Polling), Ok(Some(7)));
        assert_eq!(clone.newer_and_missed(), Some((7, 5)));
    }

    #[test]
    fn a_reader_reads_each_value_once_and_counts_those_it_missed() {
        reads_each_once::<2>();
        reads_each_once::<4>();
    }

    #[test]
    fn an_attempt_reads_each_value_once() {
        let mut latest = Latest::<u32>::default();
        let (mut writer, shared) = latest.split();
        let mut reader = shared.reader();
        assert_eq!(reader.try_read_newer(), Ok(None));
        (1..=3).for_each(|value| writer.publish(value));
        assert_eq!(reader.try_read_newer(), Ok(Some(3)));
        assert_eq!(
            (reader.try_read_newer(), reader.is_behind()),
            (Ok(None), false)
        );
        writer.publish(4);
        assert_eq!(reader.newer_and_missed(), Some((4, 0)));
    }

    #[test]
    fn a_value_read_otherwise_is_not_new() {
        let latest = Latest::new_with(5_u8);
        let mut reader = latest.reader();
        assert_eq!((reader.read(), reader.read_newer()), (Some(5), None));
        assert_eq!(latest.reader().newer_and_missed(), Some((5, 0)));
    }

    #[cfg(tasks)]
    #[test]
    fn a_publication_calls_the_unparker_only_if_a_task_waits() {
        use super::Latest;
        use crate::wait::task::Wakers;
        use core::{
            future::Future,
            pin::pin,
            sync::atomic::Ordering::Relaxed,
            task::{Context, Poll, Waker},
        };
        let mut latest = Latest::<u32, Wakers<1>>::default();
        let (mut writer, shared) = latest.split();
        let mut reader = shared.reader();
        let mut context = Context::from_waker(Waker::noop());
        let mut changed = pin!(reader.changed());
        writer.publish(1);
        assert!(!shared.waiting.load(Relaxed));
        assert_eq!(changed.as_mut().poll(&mut context), Poll::Ready(Ok(1)));

        let mut reader = shared.reader();
        let _ = reader.read();
        let mut changed = pin!(reader.changed());
        assert_eq!(changed.as_mut().poll(&mut context), Poll::Pending);
        assert!(shared.waiting.load(Relaxed));
        writer.publish(2);
        assert!(!shared.waiting.load(Relaxed));
        assert_eq!(changed.as_mut().poll(&mut context), Poll::Ready(Ok(2)));
    }
}
