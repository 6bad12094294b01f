//! Tasks that wait in an executor.
//!
//! How a task shares its slot with whoever wakes is told in `waker/slot.rs`.

mod slot;

use super::{Unpark, WaitError};
use crate::sync::{const_fn, zero};
use core::{
    fmt,
    future::{Future, poll_fn},
    task::Poll,
};
use slot::Slot;

/// Wakes up to `N` tasks, all of them.
///
/// The task beyond is refused with [`WaitError::TooManyWaiters`], since it would never be woken. Waking may be
/// done in interrupt handlers, and calls the executors there and then. Without compare-and-swap it is one
/// critical section for each slot, and one or two more for each task found; wakers are called in none.
///
/// Tier 2 for waking, tier 3 for waiting.
pub struct Wakers<const N: usize> {
    slots: [Slot; N],
}

impl<const N: usize> Wakers<N> {
    const_fn! {
        /// Creates it where nobody waits.
        pub fn new() -> Self {
            Self { slots: zero!([Slot; N]) }
        }
    }

    /// Waits until `look` finds something. `look` is called after the task has registered, each time.
    ///
    /// # Errors
    ///
    /// [`WaitError::TooManyWaiters`] where `N` tasks wait already.
    pub(crate) fn wait<T>(
        &self,
        mut look: impl FnMut() -> Option<T>,
    ) -> impl Future<Output = Result<T, WaitError>> {
        let mut place = None;
        poll_fn(move |context| {
            if place.is_none() {
                place = self.place();
            }
            let Some(mine) = &mut place else {
                return Poll::Ready(look().ok_or(WaitError::TooManyWaiters));
            };
            mine.cell = Some(mine.slot.register(mine.cell, context.waker()));
            match look() {
                Some(found) => {
                    place = None;
                    Poll::Ready(Ok(found))
                }
                None => Poll::Pending,
            }
        })
    }

    fn place(&self) -> Option<Place<'_>> {
        let slot = self.slots.iter().find(|slot| slot.take())?;
        Some(Place { slot, cell: None })
    }

    fn waiting(&self) -> usize {
        self.slots.iter().filter(|slot| slot.is_taken()).count()
    }
}

/// A slot of this task's; left when the wait ends or is given up.
struct Place<'a> {
    slot: &'a Slot,
    /// Where the waker is, once there is one.
    cell: Option<usize>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.slot.leave();
    }
}

impl<const N: usize> Unpark for Wakers<N> {
    fn unpark(&self) {
        for slot in &self.slots {
            slot.wake();
        }
    }
}

impl<const N: usize> Default for Wakers<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> fmt::Debug for Wakers<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wakers")
            .field("waiting", &self.waiting())
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl<const N: usize> defmt::Format for Wakers<N> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Wakers({=usize} waiting)", self.waiting());
    }
}

#[cfg(test)]
mod tests {
    use super::Wakers;
    use crate::{
        sync::Ordering::{AcqRel, Relaxed},
        wait::{Unpark, WaitError},
    };
    use core::{
        future::Future,
        pin::{Pin, pin},
        sync::atomic::AtomicUsize,
        task::{Context, Poll, Waker},
    };
    use std::{sync::Arc, task::Wake};

    #[derive(Default)]
    pub(super) struct Counter(pub(super) AtomicUsize);

    impl Wake for Counter {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, AcqRel);
        }
    }

    pub(super) fn task() -> (Arc<Counter>, Waker) {
        let counter = Arc::new(Counter::default());
        (counter.clone(), Waker::from(counter))
    }

    fn poll<F: Future>(future: Pin<&mut F>, waker: &Waker) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(waker))
    }

    #[test]
    fn all_tasks_are_woken_and_the_one_beyond_is_refused() {
        let wakers = Wakers::<2>::new();
        let never = || None::<()>;
        let [mut a, mut b, mut c] = [never; 3].map(|look| std::boxed::Box::pin(wakers.wait(look)));
        let [(count_a, waker_a), (count_b, waker_b), (_, waker_c)] = [task(), task(), task()];
        assert_eq!(poll(a.as_mut(), &waker_a), Poll::Pending);
        assert_eq!(poll(b.as_mut(), &waker_b), Poll::Pending);
        assert_eq!(
            poll(c.as_mut(), &waker_c),
            Poll::Ready(Err(WaitError::TooManyWaiters))
        );
        wakers.unpark();
        assert_eq!((count_a.0.load(Relaxed), count_b.0.load(Relaxed)), (1, 1));
        drop(a);
        let d = pin!(wakers.wait(never));
        assert_eq!(poll(d, &waker_c), Poll::Pending);
    }

    #[test]
    fn a_task_that_moves_is_woken_where_it_is() {
        let wakers = Wakers::<1>::new();
        let mut future = pin!(wakers.wait(|| None::<()>));
        let [(old_count, old), (new_count, new)] = [task(), task()];
        assert_eq!(poll(future.as_mut(), &old), Poll::Pending);
        assert_eq!(poll(future.as_mut(), &new), Poll::Pending);
        wakers.unpark();
        assert_eq!(
            (old_count.0.load(Relaxed), new_count.0.load(Relaxed)),
            (0, 1)
        );
    }

    #[test]
    fn a_change_between_registration_and_look_is_seen() {
        let wakers = Wakers::<1>::new();
        let mut future = pin!(wakers.wait(|| {
            wakers.unpark();
            Some(7)
        }));
        assert_eq!(poll(future.as_mut(), &task().1), Poll::Ready(Ok(7)));
        assert_eq!(wakers.waiting(), 0);
    }
}
