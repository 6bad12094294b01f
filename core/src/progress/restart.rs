//! The next round of a [`Progress`], while readers, waiters and late steps are beside it.
//!
//! | `try_restart` | a reader sees |
//! |---|---|
//! | exchanges the state for one with `RESTARTING`, where none is left and it is clear | the old round, complete |
//! | stores the other total, with the new round | the old round, complete |
//! | changes the state: the next round, all steps left | the new round |
//!
//! 1. One caller at most sets `RESTARTING` in a round, and the state changes its round only in the last
//!    step. So one caller restarts each round. The decision to set it depends on the state alone and is made
//!    outside of a critical section; the exchange succeeds only where the whole state is still the one that was
//!    decided on. After a failed exchange `try_restart` loads the state again, and decides on that.
//! 2. An `advance` before the last step finds none left and is dropped; one after it counts in the new
//!    round. The rollback of the former leaves the new round alone ("Past the total" in [the parent](super),
//!    step 2, and where the new round is complete, step 3).
//! 3. A reader takes the total of the round that it has found in the state. The total was stored before that
//!    state (Release, Acquire). Another restart overwrites that total only two rounds later: then its
//!    round is another, and the reader loads the state again, which is that of a later round (Release,
//!    Acquire fence): a reader retries once for every two restarts beside it. Rounds repeat after 64
//!    restarts on 32 bits (65,536 on 64): a reader that stands between its two loads for exactly so many takes a
//!    total of another round, unless it is less than what is left; then it retries, too.
//! 4. `WAITER` is kept, so a waiter that has registered is woken by the next `advance`. A waiter compares the
//!    round with that in which it began: it returns where its round is over, and is not woken by it where it
//!    began in the next.

use super::{Progress, RESTARTING, ROUND, ROUNDS, STEP, WAITER, checked, is_any_left};
use crate::sync::{
    Change, Computed,
    Ordering::{AcqRel, Relaxed, Release},
    ReadModifyWrite, Target, plain,
};
use core::fmt;

impl<U> Progress<U> {
    /// Starts the next round, of `total` steps, where all steps of this one are done.
    ///
    /// Succeeds for one caller in each round. Waiters of the old round return, and those of the new one are
    /// not woken by it. What precedes each step of the old round happens before this returns, and that
    /// happens before a reader sees the new round. Steps that are reported while it is at work are dropped,
    /// as all are that come when everything is done: report steps of the new round after it has
    /// returned, or after having seen the new round.
    ///
    /// Without compare-and-swap, two critical sections of one word each, and one more for each change by
    /// another context between the first one's decision and its exchange.
    ///
    /// Rounds have numbers, which repeat after 64 restarts on 32 bits, and after 65,536 on 64. A reader that is
    /// preempted between its two loads while exactly so many restarts are made, or a multiple of them, takes the
    /// number of steps left from one round and the total from another; it never finds more steps done than that total.
    /// A waiter that does not run during so many
    /// takes the last round for its own, and waits for the end of that one.
    ///
    /// # Errors
    ///
    /// [`RestartError`] where steps are left, or another caller restarts this round.
    ///
    /// # Panics
    ///
    /// Where `total` is above [`MAX_TOTAL`](super::MAX_TOTAL).
    ///
    /// ```
    /// use indivisible::progress::{Progress, RestartError};
    ///
    /// static PROGRESS: Progress = Progress::new(2);
    ///
    /// assert_eq!(PROGRESS.try_restart(3), Err(RestartError));
    /// PROGRESS.advance(2);
    /// assert_eq!(PROGRESS.try_restart(3), Ok(()));
    /// assert_eq!((PROGRESS.done(), PROGRESS.total()), (0, 3));
    /// ```
    pub fn try_restart(&self, total: usize) -> Result<(), RestartError>
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        let total = checked(total) * STEP;
        // Acquire: the steps of the old round happen before what follows.
        let claimed = self.state.exchange(AcqRel, Relaxed, |state| {
            let may = !is_any_left(state) && state & RESTARTING == 0;
            may.then_some(state | RESTARTING)
        });
        let Ok(state) = claimed else {
            return Err(RestartError);
        };
        let round = (state & ROUNDS).wrapping_add(ROUND) & ROUNDS;
        let start = (total | round).computed();
        self.total_of(round).store(start, Release);
        // Not a store, since waiters and rollbacks change the word meanwhile.
        let next = |state| Some(start | state & WAITER);
        let (Ok(_) | Err(_)) = self.state.change(Release, Relaxed, next);
        Ok(())
    }

    #[inline(always)]
    fn total_of(&self, state: usize) -> &plain::AtomicUsize {
        &self.totals[usize::from(state & ROUND != 0)]
    }
}

/// Steps are left, or another caller restarts the round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RestartError;

impl fmt::Display for RestartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("steps are left, or another context restarts the progress")
    }
}

impl core::error::Error for RestartError {}
