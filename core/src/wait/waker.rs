//! Tasks that wait in an executor.
//!
//! # A slot
//!
//! A task takes a slot when it begins to wait and leaves it when it ends. In between, its waker stays in
//! the slot, where whoever wakes *reads* it: a waker that was taken out could not be found by the next
//! one. The slot's bits say who may do what:
//!
//! | bit | set by | means |
//! |---|---|---|
//! | `TAKEN` | the task | the slot is this task's |
//! | `REGISTERED` | the task | there is a waker; everybody may read it, and nobody write it |
//! | `WAKING` | whoever wakes first | he reads the waker; others leave it to him |
//! | `AGAIN` | whoever wakes | he has come; whoever is `WAKING` wakes once more before he ends |
//! | `LEFT` | the task, finding `WAKING` | it is gone; whoever is `WAKING` empties the slot |
//!
//! The waker is written while `TAKEN` is the only bit: nobody begins to wake a slot that is not
//! `REGISTERED`, and `REGISTERED` is taken away only where nobody is `WAKING`. So nobody ever waits for
//! anybody: not the handler that wakes what it has interrupted registering, and not the task of an
//! interrupt executor that registers where it has interrupted somebody waking.
//!
//! # Memory ordering
//!
//! Every change of the bits is AcqRel: each hands the slot on, and brings along what was stored
//! before. Whoever wakes changes the bits also where nobody is registered; of his change and the
//! registration, the second one sees the first. So either he wakes the task, or the look after the
//! registration sees what he stored.

#![allow(
    unsafe_code,
    reason = "bits guard a waker that the compiler cannot see guarded"
)]

use super::{Unpark, WouldHang};
use crate::sync::{
    Change,
    Ordering::{AcqRel, Acquire, Relaxed},
    UnsafeCell, const_fn, shared, zero, zero_is_new,
};
use core::{
    fmt,
    future::{Future, poll_fn},
    task::{Poll, Waker},
};

const TAKEN: u8 = 1;
const REGISTERED: u8 = 2;
const WAKING: u8 = 4;
const AGAIN: u8 = 8;
const LEFT: u8 = 16;

/// Wakes up to `N` tasks, all of them.
///
/// The task beyond is refused with [`WouldHang::SlotTaken`], since it would never be woken. Waking may be
/// done in interrupt handlers, and calls the executors there and then. Without compare-and-swap it is one
/// critical section for each slot, and two more for each task found; wakers are called in none.
///
/// Tier 2 for waking, tier 3 for waiting.
pub struct Wakers<const N: usize> {
    slots: [Slot; N],
}

struct Slot {
    bits: shared::AtomicU8,
    waker: UnsafeCell<Option<Waker>>,
}

// SAFETY: the bits let contexts read the waker together, and write it alone; a `Waker` is Send and
// Sync.
unsafe impl Sync for Slot {}

zero_is_new! { [] Slot }

impl Slot {
    const_fn! {
        fn new() -> Self {
            Self {
                bits: shared::AtomicU8::new(0),
                waker: UnsafeCell::new(None),
            }
        }
    }

    fn take(&self) -> bool {
        self.bits
            .compare_exchange(0, TAKEN, AcqRel, Relaxed)
            .is_ok()
    }

    /// By the slot's task; false where the old waker cannot be replaced since somebody is reading it.
    fn register(&self, new: &Waker) -> bool {
        // SAFETY: it is this task that writes the waker, while the slot is taken; so it may read it.
        let old = self.waker.with(|waker| unsafe { (*waker).as_ref() });
        match old {
            // Whoever has woken us since the last time has polled us; whoever does from now on, will.
            Some(old) if old.will_wake(new) => return true,
            Some(_) if !self.withdraw() => return false,
            _ => {}
        }
        self.set(Some(new.clone()));
        self.bits.fetch_or(REGISTERED, AcqRel);
        true
    }

    /// By the slot's task.
    fn leave(&self) {
        let left = self.bits.change(AcqRel, Acquire, |bits| {
            Some(if bits & WAKING != 0 {
                bits | LEFT
            } else {
                TAKEN
            })
        });
        let (Ok(bits) | Err(bits)) = left;
        if bits & WAKING == 0 {
            self.empty();
        }
    }

    /// Makes `TAKEN` the only bit, unless somebody is waking.
    fn withdraw(&self) -> bool {
        let registered = TAKEN | REGISTERED;
        self.bits
            .compare_exchange(registered, TAKEN, AcqRel, Acquire)
            .is_ok()
    }

    fn wake(&self) {
        // A change also where nobody is registered: see "Memory ordering".
        let called = self.bits.change(AcqRel, Acquire, |bits| {
            Some(if bits & REGISTERED != 0 {
                bits | WAKING | AGAIN
            } else {
                bits
            })
        });
        let (Ok(bits) | Err(bits)) = called;
        if bits & (REGISTERED | WAKING) != REGISTERED {
            return;
        }
        loop {
            self.bits.fetch_and(!AGAIN, AcqRel);
            // SAFETY: REGISTERED says that there is a waker, and that nobody writes it while we are
            // WAKING.
            if let Some(waker) = self.waker.with(|waker| unsafe { (*waker).as_ref() }) {
                waker.wake_by_ref();
            }
            let ended = self.bits.change(AcqRel, Acquire, |bits| {
                if bits & LEFT != 0 {
                    Some(TAKEN)
                } else {
                    (bits & AGAIN == 0).then_some(bits & !WAKING)
                }
            });
            match ended {
                Ok(bits) if bits & LEFT != 0 => return self.empty(),
                Ok(_) => return,
                Err(_) => {}
            }
        }
    }

    /// While `TAKEN` is the only bit and ours to keep or give up.
    fn empty(&self) {
        self.set(None);
        // Not a store: it would hide the change of somebody who wakes from the next registration.
        self.bits.swap(0, AcqRel);
    }

    /// While `TAKEN` is the only bit and ours.
    fn set(&self, new: Option<Waker>) {
        // SAFETY: without REGISTERED nobody else reads the waker, and only whoever has the slot writes
        // it.
        self.waker.with_mut(|waker| unsafe { *waker = new });
    }
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
    /// [`WouldHang::SlotTaken`] where `N` tasks wait already.
    pub(crate) fn wait<T>(
        &self,
        mut look: impl FnMut() -> Option<T>,
    ) -> impl Future<Output = Result<T, WouldHang>> {
        let mut place: Option<Place<'_>> = None;
        poll_fn(move |context| {
            if place
                .as_ref()
                .is_none_or(|it| !it.0.register(context.waker()))
            {
                // A new slot: nobody can be reading its waker.
                place = self.place();
                let Some(Place(slot)) = &place else {
                    return Poll::Ready(look().ok_or(WouldHang::SlotTaken));
                };
                slot.register(context.waker());
            }
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
        self.slots.iter().find(|slot| slot.take()).map(Place)
    }
}

/// A slot of this task's; left when the wait ends or is given up.
struct Place<'a>(&'a Slot);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.leave();
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
        let taken = self
            .slots
            .iter()
            .filter(|slot| slot.bits.load(Relaxed) != 0);
        f.debug_struct("Wakers")
            .field("waiting", &taken.count())
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl<const N: usize> defmt::Format for Wakers<N> {
    fn format(&self, f: defmt::Formatter<'_>) {
        let taken = self
            .slots
            .iter()
            .filter(|slot| slot.bits.load(Relaxed) != 0);
        defmt::write!(f, "Wakers({=usize} waiting)", taken.count());
    }
}

#[cfg(test)]
mod tests {
    use super::{AGAIN, Slot, WAKING, Wakers};
    use crate::{
        sync::Ordering::{AcqRel, Relaxed},
        wait::{Unpark, WouldHang},
    };
    use core::{
        future::Future,
        pin::{Pin, pin},
        sync::atomic::AtomicUsize,
        task::{Context, Poll, Waker},
    };
    use std::{sync::Arc, task::Wake};

    #[derive(Default)]
    struct Counter(AtomicUsize);

    impl Wake for Counter {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, AcqRel);
        }
    }

    fn task() -> (Arc<Counter>, Waker) {
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
            Poll::Ready(Err(WouldHang::SlotTaken))
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
        assert_eq!(wakers.slots[0].bits.load(Relaxed), 0);
    }

    /// The waker is called while somebody is `WAKING`: what it does there is what an interrupt could.
    #[test]
    fn whoever_is_interrupted_waking_finishes_for_the_others() {
        struct Nested {
            slot: &'static Slot,
            calls: AtomicUsize,
            leave: bool,
        }
        impl Wake for Nested {
            fn wake(self: Arc<Self>) {
                let first = self.calls.fetch_add(1, AcqRel) == 0;
                if first && self.leave {
                    self.slot.leave();
                } else if first {
                    self.slot.wake();
                    assert_ne!(self.slot.bits.load(Relaxed) & (WAKING | AGAIN), 0);
                }
            }
        }
        for (leave, calls) in [(false, 2), (true, 1)] {
            let slot: &Slot = std::boxed::Box::leak(std::boxed::Box::new(Slot::new()));
            let calls_so_far = AtomicUsize::new(0);
            let nested = Arc::new(Nested {
                slot,
                calls: calls_so_far,
                leave,
            });
            assert!(slot.take());
            assert!(slot.register(&Waker::from(nested.clone())));
            slot.wake();
            assert_eq!(nested.calls.load(Relaxed), calls);
            assert_eq!(slot.bits.load(Relaxed) == 0, leave);
            // Emptied: the waker was dropped.
            assert_eq!(Arc::strong_count(&nested), if leave { 1 } else { 2 });
        }
    }
}
