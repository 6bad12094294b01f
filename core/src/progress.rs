//! How far the work is: counted by whoever does it, read and waited for by whoever wants to know.
//!
//! # One word, two ways to write it
//!
//! - [`Shared`]: any number of writers [`advance`](Progress::advance). The word is `left << 1 | WAITER`:
//!   counted down, it says by its sign alone whether there was anything left to do.
//!   A waiter sets `WAITER` after it has registered with the unparker; the next `advance` finds the bit
//!   in the word it counted in, takes it away and wakes. Nobody waiting costs nothing, and an unparker that
//!   does nothing has no bit.
//! - [`Single`]: one writer [`set_done`](ProgressWriter::set_done)s with a plain store of what is done, so
//!   a bit that a waiter put into the word could be lost; the writer wakes on every change. With
//!   [`Polling`] that is no code at all.
//!
//! A word belongs to one of the two by its type: a store beside an `advance` would undo it.
//!
//! # Past the total
//!
//! An `advance` counts first. If nothing was left before, its steps are taken back; if there were fewer left
//! than it counted, they stay. So fewer than none may be left by the word, and a look says none then. What a
//! look says never goes back: the first steps to be taken back were counted when nothing was left without any
//! such steps, and what it came by stays. (A section knows before, and takes nothing back.)
//!
//! What stays is less than `AT_ONCE` past the total, and what is being taken back is at most `AT_ONCE` for
//! each context that is in an `advance`. Half of the word is there for them: enough for 65,535 such contexts
//! on 32 bits. More than `AT_ONCE` steps at a time are counted by an exchange, which stops at the total.
//!
//! # Memory ordering
//!
//! Every change is Release and every look Acquire: who sees `n` done sees what was written before.
//! The waiter's bit is set AcqRel: its Release part shows the registration to the `advance` that takes
//! the bit, AcqRel too, which looks at it then; its Acquire part is the waiter's second look. No `advance`
//! is lost on a waiter: one that comes after the bit was set finds it, or somebody has taken it since,
//! who wakes then and has it look at everything counted before; one that came before it is seen by the
//! second look.
//! No change is Relaxed but the one that takes back, which is native, and then continues the release
//! sequence of those before it.

mod writer;

pub use writer::ProgressWriter;

use crate::sync::{Claim, Ordering::Acquire, const_fn, plain, shared};
use crate::wait::{Park, Polling, Unpark, WaitError, WakeReason};
use core::fmt;

#[cfg(tier2)]
use crate::sync::{
    Change, ChangeInteger,
    Ordering::{AcqRel, Relaxed, Release},
};
#[cfg(tasks)]
use crate::wait::task::Wakers;

/// Somebody waits, and is registered with the unparker.
#[cfg(tier2)]
const WAITER: usize = 1;
/// One step done.
const STEP: usize = 2;
/// More steps than these are not counted before it is known whether there are as many left.
#[cfg(tier2)]
const AT_ONCE: usize = 1 << (usize::BITS / 2 - 2);

/// Progress towards `total` steps.
///
/// Readers never see more than `total`, and never a step back. `U` is what wakes a waiter
/// ([`wait`](crate::wait)); `W` is who writes: [`Shared`] or [`Single`].
///
/// A total of 0 is complete from the start.
///
/// Tier 1 for [`Single`] writers without a waiter, tier 2 for [`Shared`] ones and for
/// [`claim`](Progress::claim), tier 3 for the `wait_*` methods. Everything but waiting may be called
/// from interrupt handlers. Without compare-and-swap, `advance` is one critical section (two where
/// somebody waits) and `set_done` none. (*Rust Atomics and Locks*, chapter 2, "Example: Progress Reporting",
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
    /// Written by the writers, and by waiters where they are [`Shared`].
    state: W::Word,
    total: usize,
    /// [`Single`] only.
    claim: Claim,
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

/// The largest total: one bit of the word is the waiter's, and one is the sign.
pub const MAX_TOTAL: usize = usize::MAX >> 2;

impl Writers for Shared {}
impl Writers for Single {}

mod sealed {
    use super::{Acquire, STEP, left, plain, shared};

    #[cfg(tier2)]
    use super::{AcqRel, ChangeInteger, WAITER};

    pub trait Writers {
        type Word;

        /// The steps done of so many, and with them what was written before.
        fn look(word: &Self::Word, total: usize) -> usize;

        /// The same from a waiter, who has registered: asks the next writer to wake it.
        fn look_again(word: &Self::Word, total: usize) -> usize;
    }

    impl Writers for super::Shared {
        type Word = shared::AtomicUsize;

        #[inline(always)]
        fn look(word: &Self::Word, total: usize) -> usize {
            total - left(word.load(Acquire))
        }

        #[cfg(tier2)]
        fn look_again(word: &Self::Word, total: usize) -> usize {
            total - left(ChangeInteger::fetch_or(word, WAITER, AcqRel))
        }

        /// Without read-modify-write there is no writer either.
        #[cfg(not(tier2))]
        fn look_again(word: &Self::Word, total: usize) -> usize {
            Self::look(word, total)
        }
    }

    impl Writers for super::Single {
        type Word = plain::AtomicUsize;

        #[inline(always)]
        fn look(word: &Self::Word, _: usize) -> usize {
            word.load(Acquire) / STEP
        }

        /// The writer wakes without being asked.
        fn look_again(word: &Self::Word, total: usize) -> usize {
            Self::look(word, total)
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
                state: shared::AtomicUsize::new(checked(total) * STEP),
                total,
                claim: Claim::new(),
                unparker,
            }
        }
    }
}

const fn checked(total: usize) -> usize {
    assert!(
        total <= MAX_TOTAL,
        "a total has at most usize::BITS - 2 bits"
    );
    total
}

/// The steps left by the word of [`Shared`] writers.
#[inline(always)]
fn left(state: usize) -> usize {
    (state as isize >> 1).max(0) as usize
}

/// The same as `left(state) > 0`, in an instruction less of a section.
#[cfg(tier2)]
#[inline(always)]
fn is_any_left(state: usize) -> bool {
    state as isize >= STEP as isize
}

impl<U, W: Writers> Progress<U, W> {
    /// Steps done so far: at most [`total`](Self::total), and never fewer than seen before.
    #[inline]
    #[must_use]
    pub fn done(&self) -> usize {
        W::look(&self.state, self.total)
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
        if n > AT_ONCE {
            return self.advance_far(n);
        }
        // Why not an exchange, which would stop at the total and take the bit in one step: it is a third
        // dearer with nobody waiting, and without compare-and-swap nearly twice as long a section.
        let before = self.state.subtract_if(n * STEP, Release, is_any_left);
        if U::WAKES && before & WAITER != 0 && is_any_left(before) {
            self.wake();
        }
    }

    // Inlined, its section and the one above become one, with more instructions masked.
    #[cfg(tier2)]
    #[cold]
    #[inline(never)]
    fn advance_far(&self, n: usize) {
        let before = self.state.change(Release, Relaxed, |state| {
            let steps = n.min(left(state));
            (steps > 0).then(|| state - steps * STEP)
        });
        if before.is_ok_and(|state| U::WAKES && state & WAITER != 0) {
            self.wake();
        }
    }

    /// Whoever finds the bit wakes; somebody else may have taken it since it was seen.
    #[cfg(tier2)]
    #[cold]
    fn wake(&self) {
        if ChangeInteger::fetch_and(&self.state, !WAITER, AcqRel) & WAITER != 0 {
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
        self.state = shared::AtomicUsize::new(checked(total) * STEP);
        self.total = total;
    }
}

impl<U: Unpark, W: Writers> Progress<U, W> {
    /// Sleeps until all is done; returns how much is.
    ///
    /// That is less than the total only where the parker has a time limit and it has passed.
    ///
    /// # Errors
    ///
    /// [`WaitError`] where this context must not wait.
    pub fn wait_complete<P: Park<U>>(&self, parker: &P) -> Result<usize, WaitError> {
        self.wait_until(self.total, parker)
    }

    /// Sleeps until more than `seen` is done, or everything; returns how much is.
    ///
    /// That is `seen` only where everything was done, or where the parker has a time limit and it has
    /// passed.
    ///
    /// # Errors
    ///
    /// [`WaitError`] where this context must not wait.
    pub fn wait_change<P: Park<U>>(&self, seen: usize, parker: &P) -> Result<usize, WaitError> {
        self.wait_until(seen.saturating_add(1), parker)
    }

    /// Sleeps until `steps` are done, or everything; returns how much is.
    ///
    /// That is less only where the parker has a time limit and it has passed without a change: the limit
    /// is one of each sleep, a heart beat, and not of the whole wait.
    ///
    /// # Errors
    ///
    /// [`WaitError`] where this context must not wait.
    pub fn wait_until<P: Park<U>>(&self, steps: usize, parker: &P) -> Result<usize, WaitError> {
        let steps = steps.min(self.total);
        loop {
            let done = self.done();
            if done >= steps {
                return Ok(done);
            }
            let mut ready = || {
                let done = if U::WAKES {
                    W::look_again(&self.state, self.total)
                } else {
                    self.done()
                };
                done >= steps
            };
            if parker.park_unless(&self.unparker, &mut ready)? == WakeReason::TimedOut {
                return Ok(self.done());
            }
        }
    }
}

#[cfg(tasks)]
#[cfg_attr(docsrs, doc(cfg(feature = "waker")))]
impl<const N: usize, W: Writers> Progress<Wakers<N>, W> {
    /// Waits until all is done, as a task.
    ///
    /// # Errors
    ///
    /// [`WaitError::TooManyWaiters`] where `N` tasks wait already.
    pub async fn complete(&self) -> Result<(), WaitError> {
        self.until(self.total).await.map(|_| ())
    }

    /// Waits until more than `seen` is done, or everything, as a task; returns how much is.
    ///
    /// # Errors
    ///
    /// [`WaitError::TooManyWaiters`] where `N` tasks wait already.
    pub async fn changed(&self, seen: usize) -> Result<usize, WaitError> {
        self.until(seen.saturating_add(1)).await
    }

    /// Waits until `steps` are done, or everything, as a task; returns how much is.
    ///
    /// # Errors
    ///
    /// [`WaitError::TooManyWaiters`] where `N` tasks wait already.
    pub async fn until(&self, steps: usize) -> Result<usize, WaitError> {
        let steps = steps.min(self.total);
        if self.done() >= steps {
            return Ok(self.done());
        }
        let look = || Some(W::look_again(&self.state, self.total)).filter(|done| *done >= steps);
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

#[cfg(test)]
mod tests {
    use super::{AT_ONCE, MAX_TOTAL, Progress, STEP};
    use core::sync::atomic::Ordering::Relaxed;

    #[test]
    fn steps_past_the_total_do_not_pile_up() {
        let progress = Progress::new(3);
        progress.advance(AT_ONCE);
        let end = progress.state.load(Relaxed);
        for n in [1, AT_ONCE, AT_ONCE + 1, usize::MAX] {
            progress.advance(n);
            assert_eq!((progress.done(), progress.state.load(Relaxed)), (3, end));
        }
    }

    #[test]
    fn the_largest_total_leaves_room_for_steps_past_it() {
        let progress = Progress::new(MAX_TOTAL);
        progress.advance(MAX_TOTAL - 1);
        progress.advance(AT_ONCE);
        assert_eq!((progress.done(), progress.remaining()), (MAX_TOTAL, 0));
        let room = progress.state.load(Relaxed) - isize::MIN as usize;
        assert!(room / (AT_ONCE * STEP) >= (1 << (usize::BITS / 2)) - 1);
    }
}
