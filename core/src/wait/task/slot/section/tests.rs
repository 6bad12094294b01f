use super::Slot;
use crate::{
    sync::Ordering::{AcqRel, Relaxed},
    wait::task::tests::{Counter, task},
};
use core::{panic::AssertUnwindSafe, sync::atomic::AtomicUsize, task::Waker};
use std::{panic::catch_unwind, sync::Arc, task::Wake};

/// A waker that, when it is called, does what an executor could that preempts the caller.
struct Nested {
    slot: &'static Slot,
    act: fn(&Slot, other: &Waker),
    other: Waker,
    calls: AtomicUsize,
}

impl Wake for Nested {
    fn wake(self: Arc<Self>) {
        self.calls.fetch_add(1, AcqRel);
        (self.act)(self.slot, &self.other);
    }
}

/// The slot of a task; it is leaked, so that a waker may refer to it.
fn taken() -> &'static Slot {
    let slot = std::boxed::Box::leak(std::boxed::Box::new(Slot::new()));
    assert!(slot.take());
    slot
}

fn calls(counter: &Counter) -> usize {
    counter.0.load(Relaxed)
}

/// Calls a [`Nested`] waker: how often it and the other were called, and whether the slot is still taken.
fn nest(act: fn(&Slot, &Waker)) -> (usize, usize, bool) {
    let slot = taken();
    let (counter, other) = task();
    let nested = Arc::new(Nested {
        slot,
        act,
        other,
        calls: AtomicUsize::new(0),
    });
    slot.register(&Waker::from(nested.clone()));
    assert_eq!(Arc::strong_count(&nested), 2);
    slot.wake();
    assert_eq!(Arc::strong_count(&nested), 1);
    (nested.calls.load(Relaxed), calls(&counter), slot.is_taken())
}

#[test]
fn a_waker_is_called_once_for_each_registration() {
    let slot = taken();
    let (counter, waker) = task();
    slot.wake();
    slot.register(&waker);
    slot.register(&waker);
    assert_eq!(Arc::strong_count(&counter), 3);
    slot.wake();
    slot.wake();
    assert_eq!((calls(&counter), Arc::strong_count(&counter)), (1, 2));
    slot.register(&waker);
    slot.wake();
    assert_eq!(calls(&counter), 2);
}

#[test]
fn a_call_of_a_waker_may_use_its_slot() {
    assert_eq!(nest(|slot, _| slot.wake()), (1, 0, true));
    assert_eq!(nest(|slot, other| slot.register(other)), (1, 0, true));
    let woken = nest(|slot, other| {
        slot.register(other);
        slot.wake();
    });
    assert_eq!(woken, (1, 1, true));
    assert_eq!(nest(|slot, _| drop(slot.leave())), (1, 0, false));
    let next = nest(|slot, other| {
        drop(slot.leave());
        assert!(slot.take());
        slot.register(other);
        slot.wake();
    });
    assert_eq!(next, (1, 1, true));
}

#[test]
fn a_slot_has_one_task() {
    let slot = taken();
    assert!(!slot.take());
    let (counter, waker) = task();
    slot.register(&waker);
    assert!(slot.leave().is_some_and(|old| old.will_wake(&waker)));
    assert!(!slot.is_taken());
    slot.wake();
    assert_eq!(calls(&counter), 0);
    assert!(slot.take() && slot.leave().is_none());
}

#[test]
fn a_shared_registration_calls_the_other_waker_that_it_replaces() {
    let slot = taken();
    let [(count_a, a), (count_b, b)] = [task(), task()];
    slot.register_shared(&a);
    slot.register_shared(&a);
    assert_eq!(calls(&count_a), 0);
    slot.register_shared(&b);
    assert_eq!((calls(&count_a), calls(&count_b)), (1, 0));
    slot.wake();
    assert_eq!((calls(&count_a), calls(&count_b)), (1, 1));
}

/// A waker that panics at its call.
struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        panic!("planted");
    }
}

#[test]
fn a_waker_that_panics_leaves_a_slot_that_works() {
    let slot = taken();
    slot.register(&Waker::from(Arc::new(Panics)));
    assert!(catch_unwind(AssertUnwindSafe(|| slot.wake())).is_err());
    let (counter, waker) = task();
    slot.register(&waker);
    slot.wake();
    assert_eq!(calls(&counter), 1);
}
