//! Progress of work: writers count it, readers read it and wait for it.
//!
//! [`Progress`] has any number of writers, which count by read-modify-write; [`SingleProgress`] has one,
//! which stores. They are two types, since a store beside an `advance` would undo it.
//!
//! # The state of a `Progress`
//!
//! One word: `left << SHIFT | round | RESTARTING | WAITER`. It counts down, so its sign shows whether any
//! steps were left. The total is a second word; there are two of these, for even and for odd rounds.
//!
//! | `advance` | waiter |
//! |---|---|
//! | | checks: not yet |
//! | | registers with the unparker |
//! | | sets `WAITER` where it is clear, and checks again: not yet, sleeps |
//! | subtracts: `WAITER` was set | |
//! | clears `WAITER` | |
//! | calls `unpark` | wakes, checks |
//!
//! The first two are one step in a critical section, and in an exchange without an operating system. Elsewhere
//! `advance` is one change of the word where no waiter has set the bit. With an unparker that does nothing, no
//! waiter sets it.
//!
//! # Past the total
//!
//! An `advance` subtracts first. If no steps were left before, it *rolls back*: it adds its steps again. If
//! fewer were left than it counted, the *overshoot* stays. So the word may hold less than none left, which
//! readers take for none. (A critical section checks before it subtracts, and rolls nothing back. So does an
//! exchange without an operating system.)
//!
//! What readers see never goes back in one round:
//!
//! 1. A rollback begins only after a value of at most none left (`goes` in `subtract_if`).
//! 2. `rolled_back` changes the word only where none is left now, and leaves none.
//! 3. So a rollback never turns "complete" into "incomplete", whichever round it meets.
//!
//! One overshoot is below `AT_ONCE`, and so is each rollback in progress. Half of the word is there for
//! them: enough for 32,767 contexts at once on 32 bits. More than `AT_ONCE` steps at a time are counted
//! by an exchange, which stops at the total.
//!
//! How the next round begins is in `restart.rs`.
//!
//! # Memory ordering
//!
//! Every change is Release and every check Acquire: a reader that sees `n` done sees what was written
//! before. `WAITER` is set AcqRel: Acquire, since it is a check; Release, since in a critical section a
//! Relaxed store would end the release sequence of the steps before. No wake-up is lost, since the unparker
//! orders registration and `unpark` ([`Unpark`]):
//!
//! 1. A waiter sleeps after it has registered and has then found, at some value *v* of the word, `WAITER` set
//!    and too few steps done.
//! 2. A later `advance` finds `WAITER` set, or another `advance` has cleared it after *v*. One of the two calls
//!    `unpark` after it has cleared the bit.
//! 3. If the registration precedes that `unpark`, the waiter is woken. If it follows, the waiter's check
//!    happens after the bit was cleared, and cannot have found *v*.
//!
//! No change is Relaxed but the rollback and the step that clears `WAITER` alone. Both are native, and so continue the
//! release sequence.

mod read;
mod restart;
mod single;

pub use read::ChangeError;
pub use restart::RestartError;
pub use single::{MAX_SINGLE_TOTAL, SingleProgress, Writer};

use crate::sync::{Ordering::Acquire, Ordering::Relaxed, ReadModifyWrite, Target, plain, shared};
use crate::wait::{Park, Polling, Unpark, WaitError, WakeReason};
use core::fmt;
use read::{End, Goal, Look, changed, impl_readers};

use crate::sync::{
    Change, ChangeInteger, Computed,
    Ordering::{AcqRel, Release},
};
#[cfg(tasks)]
use crate::wait::task::{TaskUnpark, Wait, Waiter, Wakers, poll_wait};
#[cfg(tasks)]
use core::{
    future::{Future, poll_fn},
    task::{Context, Poll},
};

/// A waiter is registered with the unparker, and has asked to be woken.
const WAITER: usize = 1;
/// A caller of `try_restart` is at work.
const RESTARTING: usize = 2;
/// One round.
const ROUND: usize = 4;
const ROUND_BITS: u32 = if usize::BITS < 64 { 6 } else { 16 };
const ROUNDS: usize = STEP - ROUND;
/// One step left.
const STEP: usize = ROUND << ROUND_BITS;
const SHIFT: u32 = STEP.trailing_zeros();
/// More steps than these are counted only after a comparison with what is left.
const AT_ONCE: usize = 1 << (usize::BITS / 4);

/// The largest total of a [`Progress`]: 8,388,607 on 32 bits, and more than 35 million million on 64. Count
/// larger units where that is too few; [`SingleProgress`] counts up to [`MAX_SINGLE_TOTAL`].
pub const MAX_TOTAL: usize = usize::MAX >> (SHIFT + 1);
const _: () = assert!(match usize::BITS {
    32 => MAX_TOTAL == 8_388_607,
    64 => MAX_TOTAL as u64 == 35_184_372_088_831,
    _ => true,
});

/// Progress towards `total` steps that any number of contexts report.
///
/// Readers never see more than `total` and, in one round, never a step back. `U` is what wakes a waiter
/// ([`wait`](crate::wait)). A total of 0 is complete from the start.
///
/// For one writer, [`SingleProgress`] needs no read-modify-write.
///
/// Needs read-modify-write for everything but reading. Everything but waiting may be called from interrupt
/// handlers, where `U` may wake from them. Without compare-and-swap, `advance` is one critical section, and where a
/// waiter has asked to be woken, those of the unparker follow. (*Rust Atomics and Locks*, chapter 2, "Example: Progress
/// Reporting from Multiple Threads", "Synchronization".)
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
pub struct Progress<U = Polling> {
    state: shared::AtomicUsize,
    /// As in the state: `total << SHIFT | round`.
    totals: [plain::AtomicUsize; 2],
    unparker: U,
}

impl Progress {
    /// Creates progress that readers poll.
    ///
    /// # Panics
    ///
    /// Where `total` is above [`MAX_TOTAL`]; in a `static`, that is a compile error.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn new(total: usize) -> Self {
        Self::with_unparker(total, Polling)
    }
}

impl<U> Progress<U> {
    /// Creates progress that wakes waiters through `unparker`.
    ///
    /// # Panics
    ///
    /// Where `total` is above [`MAX_TOTAL`]; in a `static`, that is a compile error.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn with_unparker(total: usize, unparker: U) -> Self {
        let state = checked(total) * STEP;
        Self {
            state: shared::AtomicUsize::new(state),
            totals: [plain::AtomicUsize::new(state), plain::AtomicUsize::new(0)],
            unparker,
        }
    }

    /// Starts again with another total; exclusive access rules out readers and writers.
    ///
    /// # Panics
    ///
    /// Where `total` is above [`MAX_TOTAL`].
    pub fn restart(&mut self, total: usize) {
        let state = checked(total) * STEP;
        self.state = shared::AtomicUsize::new(state);
        self.totals = [state, 0].map(plain::AtomicUsize::new);
    }

    /// Steps still to do.
    #[inline]
    #[must_use]
    pub fn remaining(&self) -> usize {
        left(self.state.load(Acquire))
    }

    #[inline(always)]
    fn look(&self) -> Look {
        self.look_as(false)
    }

    /// For a registered waiter, it also sets the bit on which the next `advance` wakes it.
    #[inline(always)]
    fn look_as(&self, is_registered: bool) -> Look {
        loop {
            let mut state = self.state.load(Acquire);
            // Not where it is set: on Armv8-M an exclusive store may set the core's own event register, and the
            // waiter would never sleep in WFE. See `wait::wfe`.
            if is_registered && state & WAITER == 0 {
                state = ChangeInteger::fetch_or(&self.state, WAITER, AcqRel);
            }
            if let Some(look) = self.look_at(state) {
                return look;
            }
        }
    }

    /// `None` where the total is that of a later round.
    #[inline(always)]
    fn look_at(&self, state: usize) -> Option<Look> {
        let [even, odd] = &self.totals;
        // Not by an index: in a program without `try_restart`, the compiler then finds that the totals never
        // change, and gives them no memory.
        if state & ROUND == 0 {
            look_of(state, even.load(Relaxed))
        } else {
            look_of(state, odd.load(Relaxed))
        }
    }
}

/// `None` where the total is that of a later round.
#[inline(always)]
fn look_of(state: usize, total: usize) -> Option<Look> {
    let total_is_of_round = (state ^ total) & ROUNDS == 0;
    // A later round may have the same number.
    let done = (total / STEP).checked_sub(left(state));
    let Some(done) = done.filter(|_| total_is_of_round) else {
        // The next load of the state finds the round before that of the total, at least.
        plain::fence(Acquire);
        return None;
    };
    Some(Look {
        done,
        total: total / STEP,
        round: state & ROUNDS,
        is_abandoned: false,
    })
}

const fn checked(total: usize) -> usize {
    assert!(total <= MAX_TOTAL, "the total is above MAX_TOTAL");
    total
}

#[inline(always)]
fn left(state: usize) -> usize {
    (state as isize >> SHIFT).max(0) as usize
}

/// The same as `left(state) > 0`, in an instruction less of a critical section.
#[inline(always)]
fn is_any_left(state: usize) -> bool {
    state as isize >= STEP as isize
}

/// The state after a rollback of `n` steps; `None` where the round that dropped them is over.
fn rolled_back(state: usize, n: usize) -> Option<usize> {
    if is_any_left(state) {
        return None;
    }
    let more = state.wrapping_add(n * STEP);
    Some(if is_any_left(more) {
        state & (STEP - 1)
    } else {
        more
    })
}

impl_readers! { Progress where for<'a> Target<'a>: ReadModifyWrite }

impl<U: Unpark> Progress<U> {
    /// Counts `n` more steps as done, and wakes the waiters.
    ///
    /// Steps beyond the total are dropped: a call that comes when all is done changes nothing.
    ///
    /// Where it preempts another `advance` that has found a waiter and not yet woken it, the wake-up is left to that one
    /// ([`Unpark::unpark`]).
    #[inline]
    pub fn advance(&self, n: usize)
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        if n > AT_ONCE {
            return self.advance_far(n);
        }
        // Why not an exchange on hosts, which would stop at the total and take the bit in one step: it is a
        // third dearer without a waiter.
        let roll_back = || self.roll_back(n);
        let steps = (n * STEP).computed();
        let bit = if U::WAKES { WAITER.computed() } else { 0 };
        let (before, is_cleared) =
            (self.state).subtract_if(steps, bit, Release, is_any_left, roll_back);
        if U::WAKES && before & WAITER != 0 && is_any_left(before) {
            self.wake(is_cleared);
        }
    }

    /// Relaxed: it is native, so it continues the release sequence of the changes before.
    #[cold]
    fn roll_back(&self, n: usize) {
        let rolled_back = |state| rolled_back(state, n);
        let (Ok(_) | Err(_)) = self.state.change(Relaxed, Relaxed, rolled_back);
    }

    // Inlined, its section and the one above become one, with more instructions masked.
    #[cold]
    #[inline(never)]
    fn advance_far(&self, n: usize) {
        let before = self.state.change(Release, Relaxed, |state| {
            let steps = n.min(left(state));
            (steps > 0).then(|| (state - steps * STEP) & !WAITER)
        });
        if before.is_ok_and(|state| U::WAKES && state & WAITER != 0) {
            self.wake(true);
        }
    }

    /// The context that clears the bit wakes; another one may have cleared it since it was seen.
    ///
    /// Relaxed, as the rollback.
    #[cold]
    fn wake(&self, is_cleared: bool) {
        if is_cleared || ChangeInteger::fetch_and(&self.state, !WAITER, Relaxed) & WAITER != 0 {
            self.unparker.unpark();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        AT_ONCE, Goal, MAX_TOTAL, Progress, RESTARTING, ROUND, ROUNDS, SHIFT, STEP, WAITER, left,
        look_of, rolled_back,
    };
    use crate::{sync::Ordering::Relaxed, wait::Unpark};
    use core::cell::Cell;

    /// Counts the wake-ups.
    #[derive(Default)]
    pub(super) struct Counting(pub(super) Cell<usize>);

    impl Unpark for &Counting {
        fn unpark(&self) {
            self.0.set(self.0.get() + 1);
        }
    }

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
    fn a_waiter_that_has_registered_is_woken_once() {
        let wake_ups = Counting::default();
        let progress = Progress::with_unparker(2 * AT_ONCE + 9, &wake_ups);
        let after = |steps| {
            progress.advance(steps);
            let bit = progress.state.load(Relaxed) & WAITER;
            (progress.look().done, bit, wake_ups.0.get())
        };
        assert_eq!(after(1), (1, 0, 0));
        assert_eq!(
            (progress.look_as(true).done, progress.look_as(true).done),
            (1, 1)
        );
        assert_eq!(progress.state.load(Relaxed) & WAITER, WAITER);
        assert_eq!(after(1), (2, 0, 1));
        assert_eq!(after(1), (3, 0, 1));
        // Another context has cleared the bit since this one saw it.
        progress.wake(false);
        assert_eq!(wake_ups.0.get(), 1);
        progress.look_as(true);
        assert_eq!(after(AT_ONCE + 1), (AT_ONCE + 4, 0, 2));
        assert_eq!(after(AT_ONCE + 1), (2 * AT_ONCE + 5, 0, 2));
        progress.look_as(true);
        assert_eq!(after(usize::MAX), (2 * AT_ONCE + 9, 0, 3));
    }

    #[test]
    fn the_largest_total_leaves_room_for_steps_past_it() {
        let progress = Progress::new(MAX_TOTAL);
        progress.advance(MAX_TOTAL - 1);
        progress.advance(AT_ONCE);
        assert_eq!((progress.done(), progress.remaining()), (MAX_TOTAL, 0));
        let room = progress.state.load(Relaxed) - isize::MIN as usize;
        let contexts = if usize::BITS < 64 { 1 << 15 } else { 1 << 28 };
        assert!(room / (AT_ONCE * STEP) >= contexts - 1);
    }

    /// Whatever the state is by then.
    #[test]
    fn a_rollback_never_makes_steps_of_another_round() {
        for low in [0, WAITER, STEP - 1] {
            for steps in 0..5_isize {
                let overshot = ((-steps) << SHIFT) as usize | low;
                for n in 1..5 {
                    let back = rolled_back(overshot, n).unwrap();
                    assert_eq!((left(back), back & (STEP - 1)), (0, low));
                    let fewer = (back as isize) >> SHIFT;
                    assert_eq!(fewer, (n as isize - steps).min(0));
                }
                if steps > 0 {
                    assert_eq!(rolled_back((steps as usize * STEP) | low, 1), None);
                }
            }
        }
    }

    /// What a reader finds that stands between its two loads for as many restarts as there are round numbers.
    #[test]
    fn fewer_steps_than_are_left_are_no_total() {
        let done = |left: usize, total: usize| {
            look_of(left * STEP, total * STEP).map(|look| (look.done, look.total))
        };
        assert_eq!((done(5, 3), done(4, 3)), (None, None));
        assert_eq!((done(3, 3), done(0, 3)), (Some((0, 3)), Some((3, 3))));
        let flags = (3 * STEP) | WAITER | RESTARTING;
        let done = |state: usize| look_of(state, 3 * STEP).map(|look| look.done);
        assert_eq!((done(flags), done(flags - STEP)), (Some(0), Some(1)));
        let overshot = (-2 * STEP as isize) as usize;
        assert_eq!(
            (done(overshot), done(overshot | WAITER)),
            (Some(3), Some(3))
        );
    }

    #[test]
    fn rounds_repeat_and_each_has_its_total() {
        let progress = Progress::new(1);
        for round in 0..1 << 17 {
            let total = 1 + round % 3;
            assert_eq!((progress.done(), progress.total()), (0, total));
            assert_eq!(
                progress.state.load(Relaxed) & ROUNDS,
                (round * ROUND) & ROUNDS
            );
            let mut goal = Goal::new(total);
            assert_eq!(goal.outcome(progress.look()), None);
            progress.advance(1);
            assert_eq!(goal.outcome(progress.look()).is_some(), total == 1);
            progress.advance(2);
            progress.advance(2);
            assert!(progress.is_complete());
            assert_eq!(progress.try_restart(1 + (round + 1) % 3), Ok(()));
            let reached = goal.outcome(progress.look());
            assert_eq!(reached.map(|it| it.map(|it| it.done)), Some(Ok(total)));
        }
    }
}
