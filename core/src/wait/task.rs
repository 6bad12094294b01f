//! Tasks that wait in an executor.
//!
//! | unparker | tasks | memory | a wait is refused |
//! |---|---|---|---|
//! | [`Wakers<N>`] | `N` places | in the object | where all are taken: at the wait, or, with a [`Waiter`], at start-up |
//! | `Listeners` | any number | allocated for each wait | never |
//!
//! `Listeners` needs the feature `event-listener`, and an operating system.
//!
//! How a task shares its slot with the callers that wake is in `task/slot.rs`.

#[cfg(listeners)]
mod listeners;
mod panic;
mod slot;
mod waiter;

#[cfg(listeners)]
#[cfg_attr(docsrs, doc(cfg(feature = "event-listener")))]
pub use listeners::Listeners;
pub(crate) use waiter::Place;
pub use waiter::Waiter;

use super::{Unpark, WaitError};
use crate::sync::{ReadModifyWrite, Target, const_fn, zero};
use core::{
    fmt,
    future::{Future, poll_fn},
    task::Poll,
};
use panic::{contained, let_go_on};
use slot::Slot;

/// An unparker that wakes tasks: [`Wakers<N>`] or `Listeners`. Sealed.
#[allow(
    private_bounds,
    reason = "a seal that cannot be called through: the method is not visible outside the crate"
)]
pub trait TaskUnpark: Unpark + Wait<Refused = WaitError> {}

/// What a task waits in.
pub(crate) trait Wait {
    /// Why a wait is refused.
    type Refused;

    /// Waits until `look` returns `Some`. Each poll calls it, after the task has registered.
    fn wait<T>(
        &self,
        look: impl FnMut() -> Option<T>,
    ) -> impl Future<Output = Result<T, Self::Refused>>;
}

/// Wakes the tasks of up to `N` waits, all of them.
///
/// It has one place for each wait in progress: a task that selects over two waits of one object takes two. A
/// wait beyond `N` is refused with [`WaitError::TooManyWaiters`], since it would never be woken; that can be
/// spurious where another wait is just ending. A [`Waiter`] takes its place at start-up and keeps it: its
/// waits are not refused, and any number of them share the place.
///
/// # Waking
///
/// May be done in interrupt handlers. It calls each task's waker, once for each change: `reached(n)` is
/// polled at each step, not only at the `n`th. (To compare with `n` would take one more word in every object and
/// one more load in every wake-up.) Two things happen in the context that wakes:
///
/// - A wake-up that preempts another one of the same task does not call the waker itself. The preempted
///   context does, when it runs again. That is a priority inversion with a bound: the waker is called no later
///   than the preempted context has run its own call of the waker and one more, so the delay is the run time
///   of these two calls and of everything that has a higher priority than that context. Wake a task from one
///   priority where that is too long.
/// - A waker that its task has replaced or left meanwhile is dropped there. With an executor that allocates
///   its tasks, a handler that wakes may so free memory.
///
/// A waker that panics does not keep the other tasks from being woken; the panic then goes on in the caller.
/// (Without the feature `std`, a second one that panics in the same wake-up aborts.)
///
/// # Cost
///
/// Needs read-modify-write: `N` changes of a byte for each wake-up, also where no task waits, and one or
/// two more for each task found. Without compare-and-swap, each is one critical section; wakers are called
/// in none. [`Progress::advance`](crate::progress::Progress::advance) wakes only where a task waits;
/// a [`Writer`](crate::progress::Writer), a stop signal and a once cell wake on every change.
///
/// A critical section keeps neither NMI nor HardFault out: wake from neither without compare-and-swap.
pub struct Wakers<const N: usize> {
    slots: [Slot; N],
}

impl<const N: usize> Wakers<N> {
    const_fn! {
            /// Creates it without a waiter.
            pub fn new() -> Self
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
                Self { slots: zero!([Slot; N]) }
            }
        }

    fn place(&self) -> Result<Place<'_>, WaitError> {
        let slot = self.slots.iter().find(|slot| slot.take());
        slot.map(Place::new).ok_or(WaitError::TooManyWaiters)
    }

    fn waiting(&self) -> usize {
        self.slots.iter().filter(|slot| slot.is_taken()).count()
    }
}

impl<const N: usize> TaskUnpark for Wakers<N> {}

impl<const N: usize> Wait for Wakers<N> {
    type Refused = WaitError;

    fn wait<T>(
        &self,
        mut look: impl FnMut() -> Option<T>,
    ) -> impl Future<Output = Result<T, WaitError>> {
        let mut taken = None;
        let mut cell = None;
        poll_fn(move |context| {
            let place = match &mut taken {
                Some(place) => place,
                None => match self.place() {
                    Ok(place) => taken.insert(place),
                    Err(refused) => return Poll::Ready(look().ok_or(refused)),
                },
            };
            place.slot().register(&mut cell, context.waker());
            match look() {
                Some(found) => {
                    taken = None;
                    cell = None;
                    Poll::Ready(Ok(found))
                }
                None => Poll::Pending,
            }
        })
    }
}

impl<const N: usize> Unpark for Wakers<N> {
    fn unpark(&self) {
        // Destructors call this, too: that of an initializer that has panicked, for example.
        let_go_on(|| Unwoken(self.slots.iter()).wake());
    }
}

/// The slots that are still to be woken.
struct Unwoken<'a>(core::slice::Iter<'a, Slot>);

impl Unwoken<'_> {
    fn wake(&mut self) {
        for slot in self.0.by_ref() {
            slot.wake();
        }
    }
}

impl Drop for Unwoken<'_> {
    fn drop(&mut self) {
        // Some are left only where a waker has panicked.
        for slot in self.0.by_ref() {
            contained(|| slot.wake());
        }
    }
}

impl<const N: usize> Default for Wakers<N>
where
    for<'a> Target<'a>: ReadModifyWrite,
{
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
    use super::{Wait, Wakers};
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

    pub(super) fn poll<F: Future>(future: Pin<&mut F>, waker: &Waker) -> Poll<F::Output> {
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

    #[test]
    fn a_place_is_refused_at_start_up_and_serves_all_waits_of_its_task() {
        let wakers = Wakers::<1>::new();
        let place = wakers.place().unwrap();
        assert_eq!(wakers.place().err(), Some(WaitError::TooManyWaiters));
        let (count, waker) = task();
        {
            let [mut a, mut b] = [(); 2].map(|()| std::boxed::Box::pin(place.wait(|| None::<()>)));
            assert_eq!(poll(a.as_mut(), &waker), Poll::Pending);
            assert_eq!(poll(b.as_mut(), &waker), Poll::Pending);
            wakers.unpark();
            assert_eq!(count.0.load(Relaxed), 1);
        }
        // Registered for the next wait already.
        wakers.unpark();
        assert_eq!(count.0.load(Relaxed), 2);
        {
            let next = pin!(place.wait(|| Some(7)));
            assert_eq!(poll(next, &waker), Poll::Ready(Ok(7)));
        }
        drop(place);
        assert_eq!((wakers.waiting(), Arc::strong_count(&count)), (0, 2));
        assert!(wakers.place().is_ok());
    }

    #[test]
    fn a_wait_that_another_one_replaces_is_polled_again() {
        let wakers = Wakers::<1>::new();
        let place = wakers.place().unwrap();
        let [(count_a, waker_a), (count_b, waker_b)] = [task(), task()];
        let counts = || [&count_a, &count_b].map(|it| it.0.load(Relaxed));
        let [mut a, mut b] = [(); 2].map(|()| std::boxed::Box::pin(place.wait(|| None::<()>)));
        assert_eq!(poll(a.as_mut(), &waker_a), Poll::Pending);
        assert_eq!(poll(b.as_mut(), &waker_b), Poll::Pending);
        assert_eq!(counts(), [1, 0]);
        wakers.unpark();
        assert_eq!(counts(), [1, 1]);
        assert_eq!(poll(a.as_mut(), &waker_a), Poll::Pending);
        assert_eq!(counts(), [1, 2]);
    }

    #[test]
    fn waits_may_go_to_another_thread() {
        fn is_send<T: Send>(_: &T) {}
        let wakers = Wakers::<1>::new();
        is_send(&wakers.wait(|| None::<()>));
        is_send(&wakers.place().unwrap().wait(|| None::<()>));
    }
}
