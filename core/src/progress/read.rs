//! What readers and waiters do, the same for [`Progress`](super::Progress) and
//! [`SingleProgress`](super::SingleProgress).

use crate::wait::WaitError;
use core::fmt;

/// The contents of the state in one load, with the total that belongs to it.
#[derive(Clone, Copy)]
pub(super) struct Look {
    pub(super) done: usize,
    pub(super) total: usize,
    /// Differs from that of the round before and of the next.
    pub(super) round: usize,
    /// The one writer was dropped.
    pub(super) is_abandoned: bool,
}

/// What a waiter waits for: steps of the round in which it looks for the first time.
pub(super) struct Goal {
    steps: usize,
    first: Option<Round>,
}

struct Round {
    number: usize,
    total: usize,
}

/// How a wait has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub(super) done: usize,
    pub(super) is_complete: bool,
}

impl Goal {
    pub(super) fn new(steps: usize) -> Self {
        let first = None;
        Self { steps, first }
    }

    /// How the wait ends, or `None` where it goes on.
    #[inline]
    pub(super) fn outcome(&mut self, now: Look) -> Option<Result<End, WaitError>> {
        let first = self.first.get_or_insert(Round {
            number: now.round,
            total: now.total,
        });
        if now.round != first.number {
            // Only a complete round is restarted.
            return Some(Ok(End {
                done: first.total,
                is_complete: true,
            }));
        }
        if now.done >= self.steps.min(now.total) {
            return Some(Ok(now.end()));
        }
        now.is_abandoned.then_some(Err(WaitError::Abandoned))
    }
}

impl Look {
    pub(super) fn end(self) -> End {
        End {
            done: self.done,
            is_complete: self.done == self.total,
        }
    }
}

/// The end of a wait for more than `seen`.
pub(super) fn changed(seen: usize, end: End) -> Result<usize, ChangeError> {
    if end.done <= seen && end.is_complete {
        Err(ChangeError::Complete)
    } else {
        Ok(end.done)
    }
}

/// Why there is no change to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ChangeError {
    /// All steps are done and have been seen: there is no further change.
    Complete,
    /// The wait was refused, or cannot end.
    Wait(WaitError),
}

impl From<WaitError> for ChangeError {
    fn from(error: WaitError) -> Self {
        Self::Wait(error)
    }
}

impl fmt::Display for ChangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Complete => f.write_str("all steps are done: there is no further change"),
            Self::Wait(error) => error.fmt(f),
        }
    }
}

// No `source`: the sentence of a refused wait is this error's own, and a report would print it twice.
impl core::error::Error for ChangeError {}

/// Implements reading and waiting for a type that has `look`, `look_as`, `remaining` and an `unparker`; waiting where
/// the bound holds.
macro_rules! impl_readers {
    ($Progress:ident $(where $($bound:tt)+)?) => {
        impl<U> $Progress<U> {
            /// Steps done so far: at most [`total`](Self::total), and in one round never fewer than seen
            /// before.
            #[inline]
            #[must_use]
            pub fn done(&self) -> usize {
                self.look().done
            }

            /// Steps to do in all.
            #[inline]
            #[must_use]
            pub fn total(&self) -> usize {
                self.look().total
            }

            /// Whether all steps are done.
            #[inline]
            #[must_use]
            pub fn is_complete(&self) -> bool {
                self.remaining() == 0
            }
        }

        impl<U: Unpark> $Progress<U> {
            /// Sleeps until all steps are done; returns how many are.
            ///
            /// That is fewer than the total only where the parker has a time limit and it has passed.
            ///
            /// # Errors
            ///
            /// [`WaitError`] where this context must not wait, or where no writer is left.
            pub fn wait_complete<P: Park<U>>(&self, parker: &P) -> Result<usize, WaitError>
            $(where
                $($bound)+)?
            {
                self.wait_until(usize::MAX, parker)
            }

            /// Sleeps until more than `seen` steps are done; returns how many are.
            ///
            /// That is `seen` only where the parker has a time limit and it has passed.
            ///
            /// # Errors
            ///
            /// [`ChangeError::Complete`] where all steps are done and `seen` is no fewer, so that a loop over
            /// the changes ends; [`ChangeError::Wait`] where this context must not wait, or where no writer
            /// is left.
            pub fn wait_change<P: Park<U>>(
                &self,
                seen: usize,
                parker: &P,
            ) -> Result<usize, ChangeError>
            $(where
                $($bound)+)?
            {
                changed(seen, self.sleep_until(seen.saturating_add(1), parker)?)
            }

            /// Sleeps until `steps` steps are done, or all; returns how many are.
            ///
            /// That is fewer only where the parker has a time limit and it has passed without a change: the
            /// limit is one of each sleep, a heart beat, and not of the whole wait.
            ///
            /// # Errors
            ///
            /// [`WaitError`] where this context must not wait, or where no writer is left.
            pub fn wait_until<P: Park<U>>(
                &self,
                steps: usize,
                parker: &P,
            ) -> Result<usize, WaitError>
            $(where
                $($bound)+)?
            {
                Ok(self.sleep_until(steps, parker)?.done)
            }

            fn sleep_until<P: Park<U>>(&self, steps: usize, parker: &P) -> Result<End, WaitError> {
                let mut now = self.look();
                let mut goal = Goal::new(steps);
                loop {
                    if let Some(outcome) = goal.outcome(now) {
                        return outcome;
                    }
                    let mut ready = || {
                        let now = self.look_as(U::WAKES);
                        goal.outcome(now).is_some()
                    };
                    let woken = parker.park_unless(&self.unparker, &mut ready)?;
                    now = self.look();
                    if woken == WakeReason::TimedOut {
                        return goal.outcome(now).unwrap_or(Ok(now.end()));
                    }
                }
            }
        }

        #[cfg(tasks)]
        #[cfg_attr(docsrs, doc(cfg(feature = "waker")))]
        impl<U: TaskUnpark> $Progress<U> {
            /// Waits until all steps are done, as a task.
            ///
            /// # Errors
            ///
            /// [`WaitError::TooManyWaiters`] where all places of `U` are taken; [`WaitError::Abandoned`] where no
            /// writer is left.
            pub fn completed(&self) -> impl Future<Output = Result<(), WaitError>> {
                self.reach(usize::MAX, &self.unparker, |end| end.map(|_| ()))
            }

            /// Waits until more than `seen` steps are done, as a task; returns how many are.
            ///
            /// # Errors
            ///
            /// [`ChangeError::Complete`] where all steps are done and `seen` is no fewer, so that a loop over
            /// the changes ends:
            ///
            /// ```
            /// # use indivisible::{progress::*, wait::task::Wakers};
            /// async fn show(progress: &Progress<Wakers<1>>) -> Result<(), ChangeError> {
            ///     let mut seen = 0;
            ///     loop {
            ///         seen = progress.changed(seen).await?;
            ///         println!("{seen} of {}", progress.total());
            ///     }
            /// }
            /// ```
            ///
            /// [`ChangeError::Wait`] as for [`completed`](Self::completed).
            pub fn changed(&self, seen: usize) -> impl Future<Output = Result<usize, ChangeError>> {
                let steps = seen.saturating_add(1);
                let end = move |end: Result<End, WaitError>| changed(seen, end?);
                self.reach(steps, &self.unparker, end)
            }

            /// Waits until `steps` steps are done, or all, as a task; returns how many are.
            ///
            /// The task is woken at each step, and checks.
            ///
            /// # Errors
            ///
            /// As for [`completed`](Self::completed).
            pub fn reached(&self, steps: usize) -> impl Future<Output = Result<usize, WaitError>> {
                self.reach(steps, &self.unparker, |end| Ok(end?.done))
            }
        }

        #[cfg(tasks)]
        impl<U: Unpark> $Progress<U> {
            /// `end` of how the wait ends.
            fn reach<W: Wait, R>(
                &self,
                steps: usize,
                waits: &W,
                end: impl Fn(Result<End, WaitError>) -> R,
            ) -> impl Future<Output = R> {
                let mut goal = Goal::new(steps);
                let mut waiting = W::Waiting::default();
                poll_fn(move |context| {
                    let polled = self.poll_reach(&mut goal, waits, &mut waiting, context);
                    polled.map(&end)
                })
            }

            /// Apart from `reach`: one function for all kinds of waits.
            fn poll_reach<'a, W: Wait>(
                &self,
                goal: &mut Goal,
                waits: &'a W,
                waiting: &mut W::Waiting<'a>,
                context: &mut Context<'_>,
            ) -> Poll<Result<End, WaitError>> {
                let look = |is_registered| goal.outcome(self.look_as(is_registered));
                let error = |refused| Err(W::error(refused));
                poll_wait(waits, waiting, context, look, error)
            }
        }

        #[cfg(tasks)]
        #[cfg_attr(docsrs, doc(cfg(feature = "waker")))]
        impl<const N: usize> $Progress<Wakers<N>> {
            /// Takes a place for the waits of one task, at start-up.
            ///
            /// # Errors
            ///
            /// [`WaitError::TooManyWaiters`] where all `N` are taken.
            pub fn waiter(&self) -> Result<Waiter<'_, Self>, WaitError> {
                Waiter::new(self, &self.unparker)
            }
        }

        /// The waits of the object, from a place that is taken already.
        #[cfg(tasks)]
        #[cfg_attr(docsrs, doc(cfg(feature = "waker")))]
        impl<const N: usize> Waiter<'_, $Progress<Wakers<N>>> {
            /// Waits until all steps are done.
            ///
            /// # Errors
            ///
            /// [`WaitError::Abandoned`] where no writer is left.
            pub fn completed(&self) -> impl Future<Output = Result<(), WaitError>> {
                let place = self.place();
                self.object()
                    .reach(usize::MAX, place, |end| end.map(|_| ()))
            }

            /// Waits until more than `seen` steps are done; returns how many are.
            ///
            /// # Errors
            ///
            /// [`ChangeError::Complete`] where all steps are done and `seen` is no fewer;
            /// [`ChangeError::Wait`] as for [`completed`](Self::completed).
            pub fn changed(&self, seen: usize) -> impl Future<Output = Result<usize, ChangeError>> {
                let steps = seen.saturating_add(1);
                let end = move |end: Result<End, WaitError>| changed(seen, end?);
                self.object().reach(steps, self.place(), end)
            }

            /// Waits until `steps` steps are done, or all; returns how many are.
            ///
            /// # Errors
            ///
            /// As for [`completed`](Self::completed).
            pub fn reached(&self, steps: usize) -> impl Future<Output = Result<usize, WaitError>> {
                self.object()
                    .reach(steps, self.place(), |end| Ok(end?.done))
            }
        }

        impl<U> fmt::Debug for $Progress<U> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let Look { done, total, .. } = self.look();
                f.debug_struct(stringify!($Progress))
                    .field("done", &done)
                    .field("total", &total)
                    .finish_non_exhaustive()
            }
        }

        #[cfg(feature = "defmt")]
        impl<U> defmt::Format for $Progress<U> {
            fn format(&self, f: defmt::Formatter<'_>) {
                let Look { done, total, .. } = self.look();
                defmt::write!(f, "{=usize} of {=usize} done", done, total);
            }
        }
    };
}
pub(super) use impl_readers;

#[cfg(test)]
mod tests {
    use super::{ChangeError, End, Goal, Look, changed};
    use crate::wait::WaitError;

    const FIRST: Look = Look {
        done: 1,
        total: 3,
        round: 0,
        is_abandoned: false,
    };

    /// Of a wait whose first check has found nothing done.
    fn outcome(steps: usize, now: Look) -> Option<Result<End, WaitError>> {
        let mut goal = Goal::new(steps);
        assert_eq!(goal.outcome(Look { done: 0, ..FIRST }), None);
        goal.outcome(now)
    }

    fn ended(done: usize, is_complete: bool) -> Option<Result<End, WaitError>> {
        Some(Ok(End { done, is_complete }))
    }

    #[test]
    fn a_wait_ends_at_its_steps_or_where_no_step_follows() {
        assert_eq!(outcome(2, FIRST), None);
        assert_eq!(outcome(2, Look { done: 2, ..FIRST }), ended(2, false));
        assert_eq!(outcome(9, Look { done: 3, ..FIRST }), ended(3, true));
        let abandoned = Look {
            is_abandoned: true,
            ..FIRST
        };
        assert_eq!(outcome(1, abandoned), ended(1, false));
        assert_eq!(outcome(2, abandoned), Some(Err(WaitError::Abandoned)));
    }

    /// A waiter that sleeps through the end of its round and the restart.
    #[test]
    fn a_later_round_tells_that_the_round_of_the_wait_was_completed() {
        let later = Look {
            done: 0,
            total: 8,
            round: 1,
            is_abandoned: false,
        };
        assert_eq!(outcome(2, later), ended(3, true));
        let Some(Ok(reached)) = outcome(2, later) else {
            panic!("the wait goes on");
        };
        assert_eq!(changed(1, reached), Ok(3));
        assert_eq!(changed(3, reached), Err(ChangeError::Complete));
    }
}
