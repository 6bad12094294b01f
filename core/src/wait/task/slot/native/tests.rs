use super::{
    super::super::{
        Place,
        tests::{poll, task},
        wait,
    },
    AGAIN, BUSY, Slot, WAKING, current,
};
use crate::sync::Ordering::{AcqRel, Relaxed, Release};
use core::{
    panic::AssertUnwindSafe,
    pin::pin,
    sync::atomic::{AtomicBool, AtomicUsize},
    task::{Poll, Waker},
};
use std::{panic::catch_unwind, sync::Arc, task::Wake};

/// A waker that, when it is called for the first time, does what an executor could that preempts the
/// reader.
struct Nested {
    slot: &'static Slot,
    act: fn(&Slot, own: &Waker, other: &Waker),
    other: Waker,
    calls: AtomicUsize,
    /// Dropped with it.
    _last: Option<Waker>,
}

impl Wake for Nested {
    fn wake(self: Arc<Self>) {
        if self.calls.fetch_add(1, AcqRel) == 0 {
            (self.act)(self.slot, &Waker::from(self.clone()), &self.other);
        }
    }
}

/// The slot of a task; it is leaked, so that a waker may refer to it.
fn taken() -> &'static Slot {
    let slot = std::boxed::Box::leak(std::boxed::Box::new(Slot::new()));
    assert!(slot.take());
    slot
}

/// The cell of the waker.
fn register(slot: &Slot, waker: &Waker) -> usize {
    slot.register(waker);
    current(slot.bits.load(Relaxed))
}

/// Calls a [`Nested`] waker: how often it and the other were called, whether the slot is still
/// taken, and how many own the first waker.
fn nest(act: fn(&Slot, &Waker, &Waker)) -> (usize, usize, bool, usize) {
    let slot = taken();
    let (other_calls, other) = task();
    let calls = AtomicUsize::new(0);
    let nested = Arc::new(Nested {
        slot,
        act,
        other,
        calls,
        _last: None,
    });
    let cell = register(slot, &Waker::from(nested.clone()));
    assert_eq!(cell, 0);
    slot.wake();
    let calls = [&nested.calls, &other_calls.0].map(|it| it.load(Relaxed));
    assert_eq!(slot.bits.load(Relaxed) & (WAKING | AGAIN), 0);
    (
        calls[0],
        calls[1],
        slot.is_taken(),
        Arc::strong_count(&nested),
    )
}

#[test]
fn a_preempted_reader_wakes_for_the_callers_that_preempted_it() {
    assert_eq!(nest(|slot, _, _| slot.wake()), (2, 0, true, 2));
    let twice = nest(|slot, _, _| {
        slot.wake();
        slot.wake();
    });
    assert_eq!(twice, (2, 0, true, 2));
    assert_eq!(nest(|slot, _, _| drop(slot.leave())), (1, 0, false, 1));
}

/// A waker that is preempted by a caller of `wake` in each of its first calls.
struct Preempted {
    slot: &'static Slot,
    calls: AtomicUsize,
    is_called: AtomicBool,
}

impl Wake for Preempted {
    fn wake(self: Arc<Self>) {
        assert!(!self.is_called.swap(true, AcqRel), "by two readers");
        if self.calls.fetch_add(1, AcqRel) < 3 {
            self.slot.wake();
        }
        self.is_called.store(false, Release);
    }
}

#[test]
fn a_reader_that_reads_again_is_still_the_only_one() {
    let slot = taken();
    let preempted = Arc::new(Preempted {
        slot,
        calls: AtomicUsize::new(0),
        is_called: AtomicBool::new(false),
    });
    register(slot, &Waker::from(preempted.clone()));
    slot.wake();
    assert_eq!(preempted.calls.load(Relaxed), 4);
    assert_eq!(slot.bits.load(Relaxed) & (WAKING | AGAIN), 0);
}

#[test]
fn a_task_that_is_polled_while_it_is_woken_registers_another_waker() {
    assert_eq!(
        nest(|slot, own, _| assert_eq!(register(slot, own), 0)),
        (1, 0, true, 2)
    );
    assert_eq!(
        nest(|slot, _, other| assert_eq!(register(slot, other), 1)),
        (1, 0, true, 1)
    );
    let woken_again = nest(|slot, _, other| {
        register(slot, other);
        slot.wake();
    });
    assert_eq!(woken_again, (1, 1, true, 1));
    let and_back = nest(|slot, own, other| {
        register(slot, other);
        slot.wake();
        register(slot, own);
        slot.wake();
    });
    assert_eq!(and_back, (2, 0, true, 2));
}

#[test]
fn a_slot_that_is_left_while_it_is_read_is_the_next_task_s() {
    let next = nest(|slot, _, other| {
        drop(slot.leave());
        assert!(slot.take());
        slot.wake();
        register(slot, other);
        slot.wake();
    });
    assert_eq!(next, (1, 1, true, 1));
    let left_again = nest(|slot, _, other| {
        for _ in 0..2 {
            drop(slot.leave());
            assert!(slot.take());
            register(slot, other);
        }
        slot.wake();
        drop(slot.leave());
    });
    assert_eq!(left_again, (1, 0, false, 1));
    // The waker is still in the cell that is being read, where it is registered no more.
    let with_the_same_waker = nest(|slot, own, _| {
        drop(slot.leave());
        assert!(slot.take());
        assert_eq!(register(slot, own), 1);
        slot.wake();
    });
    assert_eq!(with_the_same_waker, (2, 0, true, 2));
}

/// As where another thread polls a wait that shares the place.
#[test]
fn a_wait_beside_one_that_registers_is_polled_again() {
    let slot = Slot::new();
    assert!(slot.take());
    let place = Place::new(&slot);
    let (calls, waker) = task();
    slot.change(|bits| bits | BUSY);
    let mut wait = pin!(wait(&place, || None::<()>));
    assert_eq!(poll(wait.as_mut(), &waker), Poll::Pending);
    assert_eq!(calls.0.load(Relaxed), 1);
    slot.wake();
    assert_eq!(calls.0.load(Relaxed), 1);
    slot.change(|bits| bits & !BUSY);
    assert_eq!(poll(wait, &waker), Poll::Pending);
    slot.wake();
    assert_eq!(calls.0.load(Relaxed), 2);
}

/// A waker whose destructor panics, once.
struct DropPanics(AtomicBool);

impl Wake for DropPanics {
    fn wake(self: Arc<Self>) {
        unreachable!("no slot has it: it is a part of another waker");
    }
}

impl Drop for DropPanics {
    fn drop(&mut self) {
        assert!(!self.0.swap(false, AcqRel), "planted");
    }
}

/// Replaced or left while it is read, a waker is dropped by the reader, which ends all the same.
#[test]
fn a_reader_that_drops_a_waker_that_panics_still_ends() {
    for act in [
        |slot: &Slot, _: &Waker, other: &Waker| assert_eq!(register(slot, other), 1),
        |slot: &Slot, _: &Waker, other: &Waker| {
            register(slot, other);
            slot.wake();
        },
        |slot: &Slot, _: &Waker, other: &Waker| {
            drop(slot.leave());
            assert!(slot.take());
            register(slot, other);
        },
    ] {
        let slot = taken();
        let (other_calls, other) = task();
        let bomb = Waker::from(Arc::new(DropPanics(AtomicBool::new(true))));
        let nested = Waker::from(Arc::new(Nested {
            slot,
            act,
            other,
            calls: AtomicUsize::new(0),
            _last: Some(bomb),
        }));
        register(slot, &nested);
        drop(nested);
        let waking = AssertUnwindSafe(|| slot.wake());
        assert!(catch_unwind(waking).is_err());
        assert_eq!(slot.bits.load(Relaxed) & (WAKING | AGAIN), 0);
        let before = other_calls.0.load(Relaxed);
        slot.wake();
        assert_eq!(other_calls.0.load(Relaxed), before + 1);
    }
}
