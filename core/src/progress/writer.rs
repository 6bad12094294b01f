//! The one writer of a progress: it stores.

use super::{Progress, STEP, Single};
use crate::{
    sync::Ordering::Release,
    wait::{Polling, Unpark},
};
use core::fmt;

/// The one writer of a [`Single`] progress.
///
/// Tier 1: it loads and stores, masks nothing, and may live in an interrupt handler.
pub struct ProgressWriter<'a, U = Polling> {
    pub(super) progress: &'a Progress<U, Single>,
    /// What the word says; nobody else writes it.
    pub(super) done: usize,
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
