//! One task's place among those who wait, and its waker.
//!
//! A task takes a slot when it begins to wait and leaves it when it ends. In between, its waker stays in
//! the slot, where whoever wakes *reads* it: a waker that was taken out could not be found by the next
//! one. The slot's bits say who may do what:
//!
//! | bit | set by | means |
//! |---|---|---|
//! | `TAKEN` | the task | the slot is this task's |
//! | `REGISTERED` | the task | there is a waker, and nobody writes it |
//! | `SECOND` | the task | it is in the second cell, not in the first |
//! | `WAKING` | whoever wakes first | he reads the waker; others leave it to him |
//! | `READS_SECOND` | whoever is `WAKING` | he reads the second cell, not the first |
//! | `AGAIN` | whoever wakes | he has come; whoever is `WAKING` wakes once more before he ends |
//!
//! Why two cells: whoever is `WAKING` may take his time with a waker, since the task that it wakes may
//! interrupt him there and then. That task can still register another waker in the other cell, and can
//! leave its slot to the next task, which does the same. The cell that is read belongs to whoever reads
//! it; if it is not the task's any more when he ends, he empties it. So nobody ever waits for anybody,
//! and as many tasks as there are slots can wait, always.
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

use crate::sync::{
    Change, ChangeInteger,
    Ordering::{AcqRel, Acquire, Relaxed},
    UnsafeCell, const_fn, shared, zero_is_new,
};
use core::task::Waker;

const TAKEN: u8 = 1;
const REGISTERED: u8 = 2;
const SECOND: u8 = 4;
const WAKING: u8 = 8;
const READS_SECOND: u8 = 16;
const AGAIN: u8 = 32;

pub(super) struct Slot {
    bits: shared::AtomicU8,
    wakers: [UnsafeCell<Option<Waker>>; 2],
}

// SAFETY: the bits let contexts read a waker together, and write it alone; a `Waker` is Send and
// Sync.
unsafe impl Sync for Slot {}

// Nothing outside sees a waker, and no panic in one leaves a cell half written.
impl core::panic::RefUnwindSafe for Slot {}

zero_is_new! { [] Slot }

/// The cell of the task's waker, or of its next one.
fn current(bits: u8) -> usize {
    usize::from(bits & SECOND != 0)
}

/// The cell that whoever is `WAKING` reads.
fn being_read(bits: u8) -> Option<usize> {
    (bits & WAKING != 0).then_some(usize::from(bits & READS_SECOND != 0))
}

fn is_registered_in(bits: u8, cell: usize) -> bool {
    bits & REGISTERED != 0 && current(bits) == cell
}

impl Slot {
    const_fn! {
        pub(super) fn new() -> Self {
            Self {
                bits: shared::AtomicU8::new(0),
                wakers: [UnsafeCell::new(None), UnsafeCell::new(None)],
            }
        }
    }

    fn change(&self, change: impl Fn(u8) -> u8) -> u8 {
        let (Ok(bits) | Err(bits)) = self.bits.change(AcqRel, Acquire, |bits| Some(change(bits)));
        bits
    }

    /// By a task that wants to wait: whether the slot is its own now.
    pub(super) fn take(&self) -> bool {
        let take = |bits| (bits & TAKEN == 0).then_some(bits | TAKEN);
        self.bits.change(AcqRel, Acquire, take).is_ok()
    }

    /// By the slot's task: whoever wakes from here on calls `new`. Gives the cell that it is in; `last` is
    /// the one of the waker before.
    pub(super) fn register(&self, last: Option<usize>, new: &Waker) -> usize {
        let is_in = |cell: &usize| self.read(*cell, |waker| waker.will_wake(new));
        if let Some(cell) = last.filter(is_in) {
            // Whoever has woken the task since has had it polled; whoever does from now on, will.
            return cell;
        }
        let bits = self.withdraw();
        let cell = being_read(bits).map_or(current(bits), |cell| 1 - cell);
        self.set(cell, Some(new.clone()));
        let place = if cell == 0 { 0 } else { SECOND };
        self.change(|bits| bits & !SECOND | place | REGISTERED);
        cell
    }

    /// By the slot's task, whose it is no more.
    pub(super) fn leave(&self) {
        let bits = self.withdraw();
        if being_read(bits) != Some(current(bits)) {
            self.set(current(bits), None);
        }
        ChangeInteger::fetch_and(&self.bits, !TAKEN, AcqRel);
    }

    /// By the slot's task: from here on nobody begins to read.
    fn withdraw(&self) -> u8 {
        ChangeInteger::fetch_and(&self.bits, !(REGISTERED | AGAIN), AcqRel)
    }

    /// By anybody: calls the waker, if there is one.
    pub(super) fn wake(&self) {
        // A change also where nobody is registered: see "Memory ordering".
        let bits = self.change(|bits| match bits & (REGISTERED | WAKING) {
            REGISTERED => begin_to_read(bits),
            both if both == REGISTERED | WAKING => bits | AGAIN,
            _ => bits,
        });
        if bits & (REGISTERED | WAKING) != REGISTERED {
            return;
        }
        let mut reading = Some(current(bits));
        while let Some(cell) = reading {
            self.read(cell, Waker::wake_by_ref);
            reading = self.read_on(cell);
        }
    }

    /// By whoever is `WAKING` and has read `cell`: the cell that he has to read now, if any.
    fn read_on(&self, cell: usize) -> Option<usize> {
        let mut emptied = false;
        loop {
            let changed = self.bits.change(AcqRel, Acquire, |bits| {
                // Once it is not the task's waker, it is not as long as we read.
                if !emptied && !is_registered_in(bits, cell) {
                    return None;
                }
                Some(if is_called_again(bits) {
                    begin_to_read(bits)
                } else {
                    bits & !(WAKING | AGAIN)
                })
            });
            match changed {
                Ok(bits) => return is_called_again(bits).then_some(current(bits)),
                Err(_) => self.set(cell, None),
            }
            emptied = true;
        }
    }

    /// One of two: in these words, since the compiler then knows that there is no third to panic about.
    fn cell(&self, cell: usize) -> &UnsafeCell<Option<Waker>> {
        &self.wakers[cell % 2]
    }

    /// While the slot's task or whoever is `WAKING` may read `cell`, and does.
    fn read<R: Default>(&self, cell: usize, f: impl FnOnce(&Waker) -> R) -> R {
        // SAFETY: the task alone writes the cell of a registered waker, and `register` and `leave` do so
        // only once it is withdrawn and not being read. Another cell that is being read is written by its
        // reader alone, afterwards.
        let waker = self
            .cell(cell)
            .with(|waker| unsafe { (*waker).as_ref().map(f) });
        waker.unwrap_or_default()
    }

    /// By whoever has `cell`: whoever is `WAKING` the one that he has read, if it is not the task's; else the
    /// task.
    fn set(&self, cell: usize, new: Option<Waker>) {
        // SAFETY: nobody else reads the cell: see the callers.
        self.cell(cell).with_mut(|waker| unsafe { *waker = new });
    }

    pub(super) fn is_taken(&self) -> bool {
        self.bits.load(Relaxed) & TAKEN != 0
    }
}

fn is_called_again(bits: u8) -> bool {
    bits & (REGISTERED | AGAIN) == REGISTERED | AGAIN
}

/// `bits` of whoever reads the task's waker.
fn begin_to_read(bits: u8) -> u8 {
    let place = if bits & SECOND == 0 { 0 } else { READS_SECOND };
    bits & !(READS_SECOND | AGAIN) | WAKING | place
}

#[cfg(test)]
mod tests {
    use super::{super::tests::task, AGAIN, Slot, WAKING};
    use crate::sync::Ordering::{AcqRel, Relaxed};
    use core::{sync::atomic::AtomicUsize, task::Waker};
    use std::{sync::Arc, task::Wake};

    /// A waker that, when it is called for the first time, does what an executor could that interrupts
    /// whoever is `WAKING`.
    struct Nested {
        slot: &'static Slot,
        act: fn(&Slot, own: &Waker, other: &Waker),
        other: Waker,
        calls: AtomicUsize,
    }

    impl Wake for Nested {
        fn wake(self: Arc<Self>) {
            if self.calls.fetch_add(1, AcqRel) == 0 {
                (self.act)(self.slot, &Waker::from(self.clone()), &self.other);
            }
        }
    }

    /// Calls a [`Nested`] waker: how often it and the other were called, whether the slot is still
    /// taken, and how many have the first waker.
    fn nest(act: fn(&Slot, &Waker, &Waker)) -> (usize, usize, bool, usize) {
        let slot: &Slot = std::boxed::Box::leak(std::boxed::Box::new(Slot::new()));
        let (other_calls, other) = task();
        let calls = AtomicUsize::new(0);
        let nested = Arc::new(Nested {
            slot,
            act,
            other,
            calls,
        });
        assert!(slot.take());
        let cell = slot.register(None, &Waker::from(nested.clone()));
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
    fn whoever_is_interrupted_waking_finishes_for_the_others() {
        assert_eq!(nest(|slot, _, _| slot.wake()), (2, 0, true, 2));
        assert_eq!(nest(|slot, _, _| slot.leave()), (1, 0, false, 1));
    }

    #[test]
    fn a_task_that_is_polled_while_it_is_woken_registers_another_waker() {
        assert_eq!(
            nest(|slot, own, _| assert_eq!(slot.register(Some(0), own), 0)),
            (1, 0, true, 2)
        );
        assert_eq!(
            nest(|slot, _, other| assert_eq!(slot.register(Some(0), other), 1)),
            (1, 0, true, 1)
        );
        let woken_again = nest(|slot, _, other| {
            slot.register(Some(0), other);
            slot.wake();
        });
        assert_eq!(woken_again, (1, 1, true, 1));
        let and_back = nest(|slot, own, other| {
            slot.register(Some(0), other);
            slot.wake();
            slot.register(Some(1), own);
            slot.wake();
        });
        assert_eq!(and_back, (2, 0, true, 2));
    }

    #[test]
    fn a_slot_that_is_left_while_it_is_read_is_the_next_task_s() {
        let next = nest(|slot, _, other| {
            slot.leave();
            assert!(slot.take());
            slot.wake();
            slot.register(None, other);
            slot.wake();
        });
        assert_eq!(next, (1, 1, true, 1));
        let left_again = nest(|slot, _, other| {
            for _ in 0..2 {
                slot.leave();
                assert!(slot.take());
                slot.register(None, other);
            }
            slot.wake();
            slot.leave();
        });
        assert_eq!(left_again, (1, 0, false, 1));
    }
}
