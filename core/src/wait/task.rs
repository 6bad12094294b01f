//! Tasks that wait in an executor.
//!
//! | unparker | tasks | memory | a wait is refused |
//! |---|---|---|---|
//! | [`Wakers<N>`] | `N` places | in the object | where all are taken: at the wait, or, with a [`Waiter`], at start-up |
//! | `Listeners` | any number | allocated for each wait | never |
//!
//! `Listeners` needs the feature `std`, and an operating system.
//!
//! How a task shares its slot with the callers that wake is in `task/slot.rs`.

#[cfg(listeners)]
mod listeners;
mod panic;
mod slot;
mod waiter;

#[cfg(listeners)]
#[cfg_attr(docsrs, doc(cfg(feature = "std")))]
pub use listeners::Listeners;
pub(crate) use waiter::Place;
pub use waiter::Waiter;

use super::{Unpark, WaitError};
use crate::sync::{ReadModifyWrite, Target, zero};
use core::{
    fmt,
    future::{Future, poll_fn},
    task::{Context, Poll},
};
use panic::{let_go_on, wake_each};
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

    /// What one wait keeps from poll to poll.
    type Waiting<'a>: Default
    where
        Self: 'a;

    /// A poll of a wait that ends when `look` returns `true`.
    ///
    /// It calls `look(false)`, registers the task, and calls `look(true)`, which decides whether the task sleeps.
    /// `look` is a trait object: the poll is one function in a firmware, whatever it waits for.
    fn poll<'a>(
        &'a self,
        waiting: &mut Self::Waiting<'a>,
        context: &mut Context<'_>,
        look: &mut dyn FnMut(bool) -> bool,
    ) -> Result<(), Self::Refused>;

    /// For waits that have errors of their own.
    fn error(refused: Self::Refused) -> WaitError;
}

/// A poll of a wait in `waits` that ends when `look` returns `Some`, or with `error` of why it is refused.
///
/// Both put the result into one variable, which the compiler makes the return value: no copy between layouts.
pub(crate) fn poll_wait<'a, W: Wait, T>(
    waits: &'a W,
    waiting: &mut W::Waiting<'a>,
    context: &mut Context<'_>,
    mut look: impl FnMut(bool) -> Option<T>,
    error: impl FnOnce(W::Refused) -> T,
) -> Poll<T> {
    let mut end = Poll::Pending;
    let mut look = |is_registered| {
        end = look(is_registered).map_or(Poll::Pending, Poll::Ready);
        end.is_ready()
    };
    if let Err(refused) = waits.poll(waiting, context, &mut look) {
        end = Poll::Ready(error(refused));
    }
    end
}

/// Waits in `waits` until `look` returns `Some`.
pub(crate) fn wait<W: Wait, T>(
    waits: &W,
    mut look: impl FnMut() -> Option<T>,
) -> impl Future<Output = Result<T, W::Refused>> {
    wait_as(waits, move |_| look())
}

/// The same, where `look` depends on whether the task is registered.
pub(crate) fn wait_as<W: Wait, T>(
    waits: &W,
    mut look: impl FnMut(bool) -> Option<T>,
) -> impl Future<Output = Result<T, W::Refused>> {
    let mut waiting = W::Waiting::default();
    poll_fn(move |context| {
        let look = |is_registered| look(is_registered).map(Ok);
        poll_wait(waits, &mut waiting, context, look, Err)
    })
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
/// May be done in interrupt handlers where the executor's wakers may be called there: embassy's may, tokio's takes a
/// lock. It calls each task's waker, at most once for each change: `reached(n)` is polled at each step, not only at
/// the `n`th. (To compare with `n` would take one more word in every object and one more load in every wake-up.) Two
/// things happen in the context that wakes:
///
/// - A wake-up that preempts another one of the same place does not call the waker itself. The preempted
///   context does, when it runs again. That is a priority inversion with a bound: the waker is called no later
///   than the preempted context has run its own call of a waker, the drop of that waker where its task has replaced
///   or left it, and one call more, so the delay is the run time of these and of everything that has a higher priority
///   than that context. Wake a task from one priority where that is too long.
/// - A waker that its task has replaced or left meanwhile is dropped there; with critical sections, each waker
///   is, after its call. With an executor that allocates its tasks, a handler that wakes may so free memory.
///
/// A waker that panics does not keep the other tasks from being woken; the panic then goes on in the caller.
/// (Without the feature `std`, a second one that panics in the same wake-up aborts.)
///
/// # Cost
///
/// Needs read-modify-write: `N` changes for each wake-up, also where no task waits, and without critical sections one or
/// two more for each task found. With them, each of the `N` is one section that moves a waker out; wakers
/// are called in none. [`Progress::advance`](crate::progress::Progress::advance) wakes only where a task waits;
/// a [`Writer`](crate::progress::Writer), a stop signal and a once cell wake on every change.
///
/// A critical section keeps neither NMI nor HardFault out, nor an interrupt above its mask: wake from none of them
/// where changes are sections.
///
/// A wait that is leaked (`mem::forget`) keeps its place.
pub struct Wakers<const N: usize> {
    slots: [Slot; N],
}

impl<const N: usize> Wakers<N> {
    /// Creates it without a waiter.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn new() -> Self
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        Self {
            slots: zero!([Slot; N]),
        }
    }

    fn place(&self) -> Result<Place<'_>, WaitError> {
        place(&self.slots)
    }

    fn waiting(&self) -> usize {
        self.slots.iter().filter(|slot| slot.is_taken()).count()
    }
}

impl<const N: usize> TaskUnpark for Wakers<N> {}

impl<const N: usize> Wait for Wakers<N> {
    type Refused = WaitError;
    type Waiting<'a> = Option<Place<'a>>;

    #[inline]
    fn poll<'a>(
        &'a self,
        place: &mut Option<Place<'a>>,
        context: &mut Context<'_>,
        look: &mut dyn FnMut(bool) -> bool,
    ) -> Result<(), WaitError> {
        poll_in(&self.slots, place, context, look)
    }

    fn error(refused: WaitError) -> WaitError {
        refused
    }
}

/// A place that no wait has.
fn place(slots: &[Slot]) -> Result<Place<'_>, WaitError> {
    let slot = slots.iter().find(|slot| slot.take());
    slot.map(Place::new).ok_or(WaitError::TooManyWaiters)
}

/// Not generic: one function for every number of slots.
#[inline(never)]
fn poll_in<'a>(
    slots: &'a [Slot],
    waiting: &mut Option<Place<'a>>,
    context: &mut Context<'_>,
    look: &mut dyn FnMut(bool) -> bool,
) -> Result<(), WaitError> {
    if !look(false) {
        let place = match waiting {
            Some(place) => place,
            None => waiting.insert(place(slots)?),
        };
        place.slot().register(context.waker());
        if !look(true) {
            return Ok(());
        }
    }
    *waiting = None;
    Ok(())
}

impl<const N: usize> Unpark for Wakers<N> {
    fn unpark(&self) {
        wake(&self.slots);
    }
}

/// Not generic, as `poll_in`.
#[inline(never)]
fn wake(slots: &[Slot]) {
    wake_each(slots.iter(), Slot::wake);
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
    use super::{Wakers, wait};
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
        let [mut a, mut b, mut c] =
            [never; 3].map(|look| std::boxed::Box::pin(wait(&wakers, look)));
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
        let d = pin!(wait(&wakers, never));
        assert_eq!(poll(d, &waker_c), Poll::Pending);
    }

    #[test]
    fn a_task_that_moves_is_woken_where_it_is() {
        let wakers = Wakers::<1>::new();
        let mut future = pin!(wait(&wakers, || None::<()>));
        let [(old_count, old), (new_count, new)] = [task(), task()];
        assert_eq!(poll(future.as_mut(), &old), Poll::Pending);
        assert_eq!(poll(future.as_mut(), &new), Poll::Pending);
        assert_eq!(wakers.waiting(), 1);
        wakers.unpark();
        assert_eq!(
            (old_count.0.load(Relaxed), new_count.0.load(Relaxed)),
            (0, 1)
        );
    }

    #[test]
    fn a_change_between_registration_and_look_is_seen() {
        let wakers = Wakers::<1>::new();
        let mut looks = 0;
        let mut future = pin!(wait(&wakers, || {
            looks += 1;
            wakers.unpark();
            (looks == 2).then_some(7)
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
            let [mut a, mut b] =
                [(); 2].map(|()| std::boxed::Box::pin(wait(&place, || None::<()>)));
            assert_eq!(poll(a.as_mut(), &waker), Poll::Pending);
            assert_eq!(poll(b.as_mut(), &waker), Poll::Pending);
            wakers.unpark();
            assert_eq!(count.0.load(Relaxed), 1);
        }
        // Registered for the next wait already, where a wake-up leaves the waker in its slot.
        wakers.unpark();
        let calls = if cfg!(native) { 2 } else { 1 };
        assert_eq!(count.0.load(Relaxed), calls);
        {
            let next = pin!(wait(&place, || Some(7)));
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
        let [mut a, mut b] = [(); 2].map(|()| std::boxed::Box::pin(wait(&place, || None::<()>)));
        assert_eq!(poll(a.as_mut(), &waker_a), Poll::Pending);
        assert_eq!(poll(b.as_mut(), &waker_b), Poll::Pending);
        assert_eq!(counts(), [1, 0]);
        wakers.unpark();
        assert_eq!(counts(), [1, 1]);
        // The wake-up has moved the waker of `b` out where changes are sections.
        assert_eq!(poll(a.as_mut(), &waker_a), Poll::Pending);
        let of_b = if cfg!(native) { 2 } else { 1 };
        assert_eq!(counts(), [1, of_b]);
        assert_eq!(poll(b.as_mut(), &waker_b), Poll::Pending);
        assert_eq!(counts(), [2, of_b]);
    }

    #[test]
    fn waits_may_go_to_another_thread() {
        fn is_send<T: Send>(_: &T) {}
        let wakers = Wakers::<1>::new();
        is_send(&wait(&wakers, || None::<()>));
        is_send(&wait(&wakers.place().unwrap(), || None::<()>));
    }
}
