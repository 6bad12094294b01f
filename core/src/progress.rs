//! How far the work is: counted by whoever does it, read and waited for by whoever wants to know.
//!
//! # One word, two ways to write it
//!
//! - [`Shared`]: any number of writers [`advance`](Progress::advance). The word is `done << 1 | WAITER`.
//!   A waiter sets `WAITER` after it has registered with the unparker; the next `advance` takes the bit
//!   away in the same step in which it counts, and wakes. Nobody waiting costs nothing.
//! - [`Single`]: one writer [`set_done`](ProgressWriter::set_done)s with a plain store, so a bit that
//!   a waiter put into the word could be lost; the writer wakes on every change. With [`Polling`] that
//!   is no code at all.
//!
//! A word belongs to one of the two by its type: a store beside an `advance` would undo it.
//!
//! # Memory ordering
//!
//! Every change is Release and every look Acquire: who sees `n` done sees what was written before.
//! The waiter's bit is set AcqRel: its Release part shows the registration to the `advance` that takes
//! the bit, whose Acquire part looks at it; its Acquire part is the waiter's second look.
//! No store is Relaxed, so no `advance` ends another's release sequence in section mode.

use crate::sync::{
    Ordering::{Acquire, Relaxed, Release},
    const_fn, plain, shared,
};
use crate::wait::{Park, Polling, Unpark, Wake, WouldHang};
use core::fmt;

#[cfg(tier2)]
use crate::sync::{Change, Ordering::AcqRel};
#[cfg(tasks)]
use crate::wait::waker::Wakers;

/// Somebody waits, and is registered with the unparker.
const WAITER: usize = 1;
/// One step done.
const STEP: usize = 2;

/// Progress towards `total` steps.
///
/// Readers never see more than `total`, and never a step back. `U` is what wakes a waiter
/// ([`wait`](crate::wait)); `W` is who writes: [`Shared`] or [`Single`].
///
/// A total of 0 is complete from the start.
///
/// Tier 1 for [`Single`] writers without a waiter, tier 2 for [`Shared`] ones and for
/// [`claim`](Progress::claim), tier 3 for the `wait_*` methods. Everything but waiting may be called
/// from interrupt handlers. Without compare-and-swap, `advance` is one critical section and
/// `set_done` none. (*Rust Atomics and Locks*, chapter 2, "Example: Progress Reporting",
/// "Synchronization", "Example: Progress Reporting from Multiple Threads".)
///
/// ```
/// use indivisible::progress::Progress;
///
/// static PROGRESS: Progress = Progress::new(100);
///
/// std::thread::scope(|threads| {
///     for _ in 0..4 {
///         threads.spawn(|| (0..25).for_each(|_| PROGRESS.advance(1)));
///     }
/// });
/// assert!(PROGRESS.is_complete());
/// ```
pub struct Progress<U = Polling, W: Writers = Shared> {
    /// `done << 1 | WAITER`; written by the writers, and by waiters where they are [`Shared`].
    state: W::Word,
    total: usize,
    /// Whether the one writer is out; [`Single`] only.
    #[cfg(tier2)]
    claimed: shared::AtomicBool,
    unparker: U,
}

/// Any number of writers, by read-modify-write: tier 2.
#[derive(Clone, Copy, Debug)]
pub struct Shared;

/// One writer, by plain stores: tier 1.
#[derive(Clone, Copy, Debug)]
pub struct Single;

/// Who writes a [`Progress`]: [`Shared`] or [`Single`]. Sealed.
pub trait Writers: sealed::Writers {}

/// The largest total: one bit of the word is the waiter's.
pub const MAX_TOTAL: usize = usize::MAX >> 1;

impl Writers for Shared {}
impl Writers for Single {}

mod sealed {
    use super::{Acquire, WAITER, plain, shared};

    #[cfg(tier2)]
    use super::{AcqRel, Change};

    pub trait Writers {
        type Word;

        /// The state, and with it what was written before.
        fn look(word: &Self::Word) -> usize;

        /// The same from a waiter, who has registered: asks the next writer to wake it.
        fn look_again(word: &Self::Word) -> usize;
    }

    impl Writers for super::Shared {
        type Word = shared::AtomicUsize;

        #[inline(always)]
        fn look(word: &Self::Word) -> usize {
            word.load(Acquire)
        }

        #[cfg(tier2)]
        fn look_again(word: &Self::Word) -> usize {
            let (Ok(state) | Err(state)) = word.change(AcqRel, Acquire, |old| Some(old | WAITER));
            state
        }

        /// Without read-modify-write there is no writer either.
        #[cfg(not(tier2))]
        fn look_again(word: &Self::Word) -> usize {
            Self::look(word) | WAITER
        }
    }

    impl Writers for super::Single {
        type Word = plain::AtomicUsize;

        #[inline(always)]
        fn look(word: &Self::Word) -> usize {
            word.load(Acquire)
        }

        /// The writer wakes without being asked.
        fn look_again(word: &Self::Word) -> usize {
            Self::look(word)
        }
    }
}

impl Progress<Polling, Shared> {
    const_fn! {
        /// Creates progress of many writers that nobody sleeps for.
        ///
        /// # Panics
        ///
        /// Where `total` is above [`MAX_TOTAL`]; in a `static`, that is a compile error.
        pub fn new(total: usize) -> Self {
            Self::with_unparker(total, Polling)
        }
    }
}

impl<U> Progress<U, Shared> {
    const_fn! {
        /// Creates progress of many writers that wake waiters through `unparker`.
        ///
        /// # Panics
        ///
        /// Where `total` is above [`MAX_TOTAL`]; in a `static`, that is a compile error.
        pub fn with_unparker(total: usize, unparker: U) -> Self {
            Self {
                state: shared::AtomicUsize::new(0),
                total: checked(total),
                #[cfg(tier2)]
                claimed: shared::AtomicBool::new(false),
                unparker,
            }
        }
    }
}

impl Progress<Polling, Single> {
    const_fn! {
        /// Creates progress of one writer that nobody sleeps for.
        ///
        /// # Panics
        ///
        /// Where `total` is above [`MAX_TOTAL`]; in a `static`, that is a compile error.
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
        /// Where `total` is above [`MAX_TOTAL`]; in a `static`, that is a compile error.
        pub fn single_with_unparker(total: usize, unparker: U) -> Self {
            Self {
                state: plain::AtomicUsize::new(0),
                total: checked(total),
                #[cfg(tier2)]
                claimed: shared::AtomicBool::new(false),
                unparker,
            }
        }
    }

    /// The one writer, and the progress to read: tier 1, for RTIC resources, `StaticCell` and the like.
    ///
    /// There is no writer to claim after that.
    pub fn split(&mut self) -> (ProgressWriter<'_, U>, &Self) {
        #[cfg(tier2)]
        {
            self.claimed = shared::AtomicBool::new(true);
        }
        let this = &*self;
        (this.writer(), this)
    }

    /// The one writer, for whoever asks first; `None` for everybody after.
    ///
    /// For a plain `static`: a handler keeps it in a local `Option`, filled on its first entry. Tier 2,
    /// once; the writer is tier 1. Dropping the writer does not bring the claim back.
    #[cfg(tier2)]
    pub fn claim(&self) -> Option<ProgressWriter<'_, U>> {
        // Relaxed: the claim orders nothing, whoever gets it is the first to write.
        (!self.claimed.swap(true, Relaxed)).then(|| self.writer())
    }

    fn writer(&self) -> ProgressWriter<'_, U> {
        ProgressWriter {
            progress: self,
            done: self.state.load(Relaxed) / STEP,
        }
    }
}

const fn checked(total: usize) -> usize {
    assert!(
        total <= MAX_TOTAL,
        "a total has at most usize::BITS - 1 bits"
    );
    total
}

impl<U, W: Writers> Progress<U, W> {
    /// Steps done so far: at most [`total`](Self::total), and never fewer than seen before.
    #[inline]
    #[must_use]
    pub fn done(&self) -> usize {
        W::look(&self.state) / STEP
    }

    /// Steps to do in all.
    #[inline]
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    /// Steps still to do.
    #[inline]
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.total - self.done()
    }

    /// Whether all is done.
    #[inline]
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.remaining() == 0
    }
}

impl<U: Unpark> Progress<U, Shared> {
    /// Counts `n` more steps as done, and wakes whoever waits.
    ///
    /// Steps beyond the total are dropped: a call that comes when all is done changes nothing.
    #[cfg(tier2)]
    #[inline]
    pub fn advance(&self, n: usize) {
        let total = self.total;
        // Why not a `fetch_add`: it would take the waiter's bit a step later, and count past the
        // total first, to be taken back.
        let before = self.state.change(AcqRel, Relaxed, |state| {
            let left = total - state / STEP;
            let steps = if n < left { n } else { left };
            (steps > 0).then(|| (state & !WAITER) + steps * STEP)
        });
        if before.is_ok_and(|state| state & WAITER != 0) {
            self.unparker.unpark();
        }
    }
}

impl<U> Progress<U, Shared> {
    /// Starts again with another total; a borrow by anybody else makes this impossible.
    ///
    /// # Panics
    ///
    /// Where `total` is above [`MAX_TOTAL`].
    pub fn restart(&mut self, total: usize) {
        self.total = checked(total);
        self.state = shared::AtomicUsize::new(0);
    }
}

impl<U> Progress<U, Single> {
    /// Starts again with another total and no claim; a borrow by anybody else makes this impossible.
    ///
    /// # Panics
    ///
    /// Where `total` is above [`MAX_TOTAL`].
    pub fn restart(&mut self, total: usize) {
        self.total = checked(total);
        self.state = plain::AtomicUsize::new(0);
        #[cfg(tier2)]
        {
            self.claimed = shared::AtomicBool::new(false);
        }
    }
}

impl<U: Unpark, W: Writers> Progress<U, W> {
    /// Sleeps until all is done; returns how much is.
    ///
    /// That is less than the total only where the parker has a time limit and it has passed.
    ///
    /// # Errors
    ///
    /// [`WouldHang`] where this context must not wait.
    pub fn wait_complete<P: Park<U>>(&self, parker: &P) -> Result<usize, WouldHang> {
        self.wait_until(self.total, parker)
    }

    /// Sleeps until more than `seen` is done, or everything; returns how much is.
    ///
    /// That is `seen` only where everything was done, or where the parker has a time limit and it has
    /// passed.
    ///
    /// # Errors
    ///
    /// [`WouldHang`] where this context must not wait.
    pub fn wait_change<P: Park<U>>(&self, seen: usize, parker: &P) -> Result<usize, WouldHang> {
        self.wait_until(seen.saturating_add(1), parker)
    }

    /// Sleeps until `steps` are done, or everything; returns how much is.
    ///
    /// That is less only where the parker has a time limit and it has passed without a change: the limit
    /// is one of each sleep, a heart beat, and not of the whole wait.
    ///
    /// # Errors
    ///
    /// [`WouldHang`] where this context must not wait.
    pub fn wait_until<P: Park<U>>(&self, steps: usize, parker: &P) -> Result<usize, WouldHang> {
        let steps = steps.min(self.total);
        loop {
            let done = self.done();
            if done >= steps {
                return Ok(done);
            }
            let mut ready = || W::look_again(&self.state) / STEP >= steps;
            if parker.park_unless(&self.unparker, &mut ready)? == Wake::TimedOut {
                return Ok(self.done());
            }
        }
    }
}

#[cfg(tasks)]
impl<const N: usize, W: Writers> Progress<Wakers<N>, W> {
    /// Waits until all is done, as a task.
    ///
    /// # Errors
    ///
    /// [`WouldHang::SlotTaken`] where `N` tasks wait already.
    pub async fn complete(&self) -> Result<(), WouldHang> {
        self.until(self.total).await.map(|_| ())
    }

    /// Waits until more than `seen` is done, or everything, as a task; returns how much is.
    ///
    /// # Errors
    ///
    /// [`WouldHang::SlotTaken`] where `N` tasks wait already.
    pub async fn changed(&self, seen: usize) -> Result<usize, WouldHang> {
        self.until(seen.saturating_add(1)).await
    }

    /// Waits until `steps` are done, or everything, as a task; returns how much is.
    ///
    /// # Errors
    ///
    /// [`WouldHang::SlotTaken`] where `N` tasks wait already.
    pub async fn until(&self, steps: usize) -> Result<usize, WouldHang> {
        let steps = steps.min(self.total);
        if self.done() >= steps {
            return Ok(self.done());
        }
        let look = || Some(W::look_again(&self.state) / STEP).filter(|done| *done >= steps);
        self.unparker.wait(look).await
    }
}

impl<U, W: Writers> fmt::Debug for Progress<U, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress")
            .field("done", &self.done())
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl<U, W: Writers> defmt::Format for Progress<U, W> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "{=usize} of {=usize} done", self.done(), self.total);
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
