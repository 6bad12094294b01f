//! Progress of one writer, who stores.

use super::{Progress, STEP, Single, checked};
use crate::{
    sync::{
        Claim,
        Ordering::{Relaxed, Release},
        const_fn, plain,
    },
    wait::{Polling, Unpark},
};
use core::fmt;

impl Progress<Polling, Single> {
    const_fn! {
        /// Creates progress of one writer that nobody sleeps for.
        ///
        /// # Panics
        ///
        /// Where `total` is above [`MAX_TOTAL`](super::MAX_TOTAL); in a `static`, that is a compile error.
        pub fn single(total: usize) -> Self {
            Self::single_with_unparker(total, Polling)
        }
    }
}

impl<U> Progress<U, Single> {
    const_fn! {
        /// Creates progress of one writer that wakes waiters through `unparker`.
        ///
        /// # Panics
        ///
        /// Where `total` is above [`MAX_TOTAL`](super::MAX_TOTAL); in a `static`, that is a compile error.
        pub fn single_with_unparker(total: usize, unparker: U) -> Self {
            Self {
                state: plain::AtomicUsize::new(0),
                total: checked(total),
                claim: Claim::new(),
                unparker,
            }
        }
    }

    /// The one writer, and the progress to read: tier 1, for RTIC resources, `StaticCell` and the like.
    ///
    /// There is no writer to claim after that.
    pub fn split(&mut self) -> (ProgressWriter<'_, U>, &Self) {
        self.claim.end();
        let this = &*self;
        (this.writer(), this)
    }

    /// The one writer, for whoever asks first; `None` for everybody after.
    ///
    /// For a plain `static`: a handler keeps it in a local `Option`, filled on its first entry. Tier 2,
    /// once; the writer is tier 1. Dropping the writer does not bring the claim back.
    #[cfg(tier2)]
    pub fn claim(&self) -> Option<ProgressWriter<'_, U>> {
        self.claim.take().then(|| self.writer())
    }

    fn writer(&self) -> ProgressWriter<'_, U> {
        ProgressWriter {
            progress: self,
            done: self.state.load(Relaxed) / STEP,
        }
    }

    /// Starts again with another total and no claim; a borrow by anybody else makes this impossible.
    ///
    /// # Panics
    ///
    /// Where `total` is above [`MAX_TOTAL`](super::MAX_TOTAL).
    pub fn restart(&mut self, total: usize) {
        self.total = checked(total);
        self.state = plain::AtomicUsize::new(0);
        self.claim = Claim::new();
    }
}

/// The one writer of a [`Single`] progress.
///
/// Tier 1: it loads and stores, masks nothing, and may live in an interrupt handler.
pub struct ProgressWriter<'a, U = Polling> {
    progress: &'a Progress<U, Single>,
    /// What the word says; nobody else writes it.
    done: usize,
}

impl<U: Unpark> ProgressWriter<'_, U> {
    /// Says that `done` steps are done, and wakes whoever waits.
    ///
    /// Fewer than said before changes nothing, and more than the total is the total: readers never
    /// see a step back.
    #[inline]
    pub fn set_done(&mut self, done: usize) {
        let total = self.progress.total;
        let done = if done < total { done } else { total };
        if done > self.done {
            self.done = done;
            self.progress.state.store(done * STEP, Release);
            self.progress.unparker.unpark();
        }
    }

    /// Says that `n` more steps are done.
    #[inline]
    pub fn advance(&mut self, n: usize) {
        self.set_done(self.done.saturating_add(n));
    }

    /// Steps said to be done so far.
    #[must_use]
    pub fn done(&self) -> usize {
        self.done
    }
}

impl<U> fmt::Debug for ProgressWriter<'_, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ProgressWriter")
            .field(&self.progress)
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<U> defmt::Format for ProgressWriter<'_, U> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "ProgressWriter({})", self.progress);
    }
}
