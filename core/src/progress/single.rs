//! Progress of one writer, which stores.

use super::ChangeError;
use super::read::{End, Goal, Look, changed, impl_readers};
use crate::sync::{ReadModifyWrite, Target};
use crate::{
    sync::{
        Claim,
        Ordering::{Acquire, Relaxed, Release},
        plain,
    },
    wait::{Park, Polling, Unpark, WaitError, WakeReason},
};
use core::fmt;

#[cfg(tasks)]
use crate::wait::task::{TaskUnpark, Wait, Waiter, Wakers, poll_wait};
#[cfg(tasks)]
use core::{
    future::{Future, poll_fn},
    task::{Context, Poll},
};

/// The writer was dropped before all was done.
const ABANDONED: usize = 1;
/// One step done.
const STEP: usize = 2;

/// The largest total of a [`SingleProgress`]: half of the numbers of a `usize`.
pub const MAX_SINGLE_TOTAL: usize = usize::MAX / STEP;

const fn checked(total: usize) -> usize {
    assert!(
        total <= MAX_SINGLE_TOTAL,
        "the total is above MAX_SINGLE_TOTAL"
    );
    total
}

/// Progress towards `total` steps that one [`Writer`] reports with plain stores.
///
/// The word is `done << 1 | ABANDONED`. A bit that a waiter put into it could be lost to a plain store, so
/// the writer wakes on every change; with [`Polling`] that is no code at all.
///
/// Load and store only, apart from [`claim`](Self::claim), which needs read-modify-write once, and from
/// what `U` costs: with [`Wakers<N>`](crate::wait) each change also takes `N` read-modify-writes.
/// Everything but waiting may be called from interrupt handlers, where `U` may wake from them. (*Rust Atomics and
/// Locks*, chapter 2, "Example: Progress Reporting".)
///
/// # Memory ordering
///
/// The writer stores Release and readers load Acquire: a reader that sees `n` done sees what the writer
/// wrote before.
///
/// ```
/// use indivisible::progress::SingleProgress;
///
/// static PROGRESS: SingleProgress = SingleProgress::new(100);
///
/// let mut writer = PROGRESS.claim().unwrap();
/// writer.set_done(60);
/// assert_eq!(PROGRESS.remaining(), 40);
/// assert!(PROGRESS.claim().is_none());
/// ```
pub struct SingleProgress<U = Polling> {
    state: plain::AtomicUsize,
    total: usize,
    claim: Claim,
    unparker: U,
}

impl SingleProgress {
    /// Creates progress that readers poll.
    ///
    /// # Panics
    ///
    /// Where `total` is above [`MAX_SINGLE_TOTAL`]; in a `static`, that is a compile error.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn new(total: usize) -> Self {
        Self::with_unparker(total, Polling)
    }
}

impl<U> SingleProgress<U> {
    /// Creates progress that wakes waiters through `unparker`.
    ///
    /// # Panics
    ///
    /// Where `total` is above [`MAX_SINGLE_TOTAL`]; in a `static`, that is a compile error.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn with_unparker(total: usize, unparker: U) -> Self {
        Self {
            state: plain::AtomicUsize::new(0),
            total: checked(total),
            claim: Claim::new(),
            unparker,
        }
    }

    /// Starts again with another total and no claim; exclusive access rules out readers and the writer.
    ///
    /// # Panics
    ///
    /// Where `total` is above [`MAX_SINGLE_TOTAL`].
    pub fn restart(&mut self, total: usize) {
        self.total = checked(total);
        self.state = plain::AtomicUsize::new(0);
        self.claim = Claim::new();
    }

    /// Steps still to do.
    #[inline]
    #[must_use]
    pub fn remaining(&self) -> usize {
        let Look { done, total, .. } = self.look();
        total - done
    }

    #[inline(always)]
    fn look(&self) -> Look {
        let state = self.state.load(Acquire);
        Look {
            done: state / STEP,
            total: self.total,
            round: 0,
            is_abandoned: state & ABANDONED != 0,
        }
    }

    /// The writer wakes without being asked.
    #[inline(always)]
    fn look_as(&self, _is_registered: bool) -> Look {
        self.look()
    }
}

impl_readers! { SingleProgress }

impl<U: Unpark> SingleProgress<U> {
    /// The one writer, and the progress to read, for RTIC resources, `StaticCell` and the like; load and
    /// store only.
    ///
    /// There is no writer to claim after that.
    #[must_use = "dropping the writer abandons the progress"]
    pub fn split(&mut self) -> (Writer<'_, U>, &Self) {
        self.claim.end();
        self.state = plain::AtomicUsize::new(self.done() * STEP);
        let this = &*self;
        (this.writer(), this)
    }

    /// The one writer for the first caller; `None` for every later one.
    ///
    /// For a plain `static`: a handler keeps it in a local `Option`, filled on its first entry. Needs
    /// read-modify-write, once. Dropping the writer does not bring the claim back.
    #[must_use = "dropping the writer abandons the progress"]
    pub fn claim(&self) -> Option<Writer<'_, U>>
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        self.claim.take().then(|| self.writer())
    }

    fn writer(&self) -> Writer<'_, U> {
        Writer {
            progress: self,
            done: self.state.load(Relaxed) / STEP,
        }
    }
}

/// The one writer of a [`SingleProgress`].
///
/// It loads and stores, masks nothing, and may live in an interrupt handler; what waking costs is `U`'s.
///
/// Dropped before all is done, as in a panic, it wakes the waiters, and their waits end with
/// [`WaitError::Abandoned`].
pub struct Writer<'a, U: Unpark = Polling> {
    progress: &'a SingleProgress<U>,
    /// A copy of the count in the state; no other context writes it.
    done: usize,
}

impl<U: Unpark> Writer<'_, U> {
    /// Reports that `done` steps are done, and wakes the waiters.
    ///
    /// Fewer than reported before changes nothing, and more than the total is the total: readers never
    /// see a step back.
    #[inline]
    pub fn set_done(&mut self, done: usize) {
        let total = self.progress.total;
        // As `min`, which takes one instruction more on Armv6-M.
        let done = if done < total { done } else { total };
        if done > self.done {
            self.done = done;
            self.progress.state.store(done * STEP, Release);
            self.progress.unparker.unpark();
        }
    }

    /// Reports that `n` more steps are done.
    #[inline]
    pub fn advance(&mut self, n: usize) {
        self.set_done(self.done.saturating_add(n));
    }

    /// Steps reported so far.
    #[must_use]
    pub fn done(&self) -> usize {
        self.done
    }
}

impl<U: Unpark> Drop for Writer<'_, U> {
    fn drop(&mut self) {
        if self.done < self.progress.total {
            let abandoned = (self.done * STEP) | ABANDONED;
            self.progress.state.store(abandoned, Release);
            self.progress.unparker.unpark();
        }
    }
}

impl<U: Unpark> fmt::Debug for Writer<'_, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Writer").field(&self.progress).finish()
    }
}

#[cfg(feature = "defmt")]
impl<U: Unpark> defmt::Format for Writer<'_, U> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Writer({})", self.progress);
    }
}

#[cfg(test)]
mod tests {
    use super::SingleProgress;
    use crate::progress::tests::Counting;

    #[test]
    fn only_a_step_forward_wakes_the_waiters() {
        let wake_ups = Counting::default();
        let mut progress = SingleProgress::with_unparker(3, &wake_ups);
        let (mut writer, progress) = progress.split();
        for (done, woken) in [(0, 0), (2, 1), (2, 1), (1, 1), (9, 2), (3, 2)] {
            writer.set_done(done);
            assert_eq!(wake_ups.0.get(), woken);
        }
        assert_eq!((writer.done(), progress.done()), (3, 3));
    }
}
