//! `FreeList` and `Pool`: a stack of indices, and the slots that they own.

use indivisible::pool::{FreeList, Handle, Pool, Slot};
use models::explorer::{Log, Model};

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Event {
    Pop(Option<usize>),
    GiveBack(usize),
}

fn accepts(stack: &mut Vec<usize>, event: &Event) -> bool {
    match *event {
        Event::Pop(index) => stack.pop() == index,
        Event::GiveBack(index) => {
            stack.push(index);
            true
        }
    }
}

/// 0 is on top.
fn full<const N: usize>() -> Vec<usize> {
    (0..N).rev().collect()
}

fn pop<'a, const N: usize>(list: &'a FreeList<N>, log: &Log<Event>) -> Option<Slot<'a, N>> {
    let mut popped = None;
    log.call(|| {
        popped = list.pop();
        Event::Pop(popped.as_ref().map(Slot::index))
    });
    popped
}

fn give_back<const N: usize>(log: &Log<Event>, slot: Option<Slot<'_, N>>) {
    if let Some(slot) = slot {
        log.call(|| {
            let event = Event::GiveBack(slot.index());
            drop(slot);
            event
        });
    }
}

fn turn<const N: usize>(list: &FreeList<N>, log: &Log<Event>) {
    let slot = pop(list, log);
    give_back(log, slot);
}

/// The slots are kept until after the end of the actor.
fn keep<const N: usize>(slot: Option<Slot<'_, N>>) {
    core::mem::forget(slot);
}

/// Pops every free index at the end.
fn drain<const N: usize>(list: &FreeList<N>, log: &Log<Event>) {
    let mut is_some = true;
    while is_some {
        let slot = pop(list, log);
        is_some = slot.is_some();
        keep(slot);
    }
}

/// The chapter's ABA: one actor loads the head and its link; the other pops both, and pushes the first.
#[test]
fn a_head_that_came_back_is_another_head() {
    Model::new("FreeList of 3: pop | pop, pop, drop", FreeList::<3>::new)
        .actor(|list, log| {
            keep(pop(list, log));
        })
        .actor(|list, log| {
            let first = pop(list, log);
            keep(pop(list, log));
            give_back(log, first);
        })
        .last(drain)
        .spurious(1)
        .check(&full::<3>(), accepts)
        .expect_at_least(4, [190_000, 40_000]);
}

#[test]
fn two_take_turns() {
    Model::new(
        "FreeList of 2: pop, drop, pop, drop | pop, drop",
        FreeList::<2>::new,
    )
    .actor(|list, log| {
        turn(list, log);
        turn(list, log);
    })
    .actor(turn)
    .last(drain)
    .preemptions(6, 9)
    .check(&full::<2>(), accepts)
    .expect_at_least(6, [27_000, 120_000]);
}

#[test]
fn three_take_turns() {
    Model::new(
        "FreeList of 2: pop, drop | pop, drop | pop, drop",
        FreeList::<2>::new,
    )
    .actor(turn)
    .actor(turn)
    .actor(turn)
    .last(drain)
    .preemptions(3, 4)
    .check(&full::<2>(), accepts)
    .expect_at_least(20, [7_600, 30_000]);
}

/// The state of the index in a list of one: free, owned, or raw.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Raw {
    Take(bool),
    IntoRaw,
    FromRaw(bool),
    GiveBack,
}

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum State {
    Free,
    Owned,
    Raw,
}

fn raw_accepts(state: &mut State, event: &Raw) -> bool {
    let (from, to) = match event {
        Raw::Take(true) => (State::Free, State::Owned),
        Raw::Take(false) => return *state != State::Free,
        Raw::IntoRaw => (State::Owned, State::Raw),
        Raw::FromRaw(true) => (State::Raw, State::Owned),
        Raw::FromRaw(false) => return *state != State::Raw,
        Raw::GiveBack => (State::Owned, State::Free),
    };
    let goes = *state == from;
    *state = to;
    goes
}

/// Only one of the contexts that use the same number gets the slot.
fn from_raw(list: &FreeList<1>, log: &Log<Raw>) {
    let mut slot = None;
    log.call(|| {
        slot = list.from_raw(0);
        Raw::FromRaw(slot.is_some())
    });
    if let Some(slot) = slot {
        log.call(|| {
            drop(slot);
            Raw::GiveBack
        });
    }
}

#[test]
fn a_raw_index_becomes_one_slot() {
    Model::new(
        "FreeList of 1: pop, into_raw | from_raw, drop | from_raw, drop",
        FreeList::<1>::new,
    )
    .actor(|list, log| {
        let mut slot = None;
        log.call(|| {
            slot = list.pop();
            Raw::Take(slot.is_some())
        });
        if let Some(slot) = slot {
            log.call(|| {
                let _ = slot.into_raw();
                Raw::IntoRaw
            });
        }
    })
    .actor(from_raw)
    .actor(from_raw)
    .last(|list, log| {
        from_raw(list, log);
        log.call(|| {
            let slot = list.pop();
            let event = Raw::Take(slot.is_some());
            keep(slot);
            event
        });
    })
    .check(&State::Free, raw_accepts)
    .expect_at_least(3, [30, 60]);
}

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Boxed {
    Alloc(bool),
    Drop,
}

fn boxed_accepts(free: &mut u32, event: &Boxed) -> bool {
    match event {
        Boxed::Alloc(true) => {
            let is_free = *free > 0;
            *free = free.saturating_sub(1);
            is_free
        }
        Boxed::Alloc(false) => *free == 0,
        Boxed::Drop => {
            *free += 1;
            true
        }
    }
}

fn alloc<'a>(pool: &'a Pool<u32, 2>, log: &Log<Boxed>, value: u32) -> Option<Handle<'a, u32, 2>> {
    let mut handle = None;
    log.call(|| {
        handle = pool.try_alloc(value).ok();
        Boxed::Alloc(handle.is_some())
    });
    handle
}

fn free(log: &Log<Boxed>, handle: Option<Handle<'_, u32, 2>>, value: u32) {
    if let Some(handle) = handle {
        log.call(|| {
            assert_eq!(*handle, value, "another context has written to the box");
            drop(handle);
            Boxed::Drop
        });
    }
}

/// The explorer fails the model if two contexts are in one box at once.
#[test]
fn a_box_has_one_owner() {
    Model::new(
        "Pool of 2: alloc, drop | alloc, alloc, drop, drop | alloc, drop",
        Pool::<u32, 2>::new,
    )
    .actor(|pool, log| {
        let handle = alloc(pool, log, 1);
        free(log, handle, 1);
    })
    .actor(|pool, log| {
        let (first, second) = (alloc(pool, log, 2), alloc(pool, log, 3));
        free(log, first, 2);
        free(log, second, 3);
    })
    .actor(|pool, log| {
        let handle = alloc(pool, log, 4);
        free(log, handle, 4);
    })
    .preemptions(2, 3)
    .check(&2, boxed_accepts)
    .expect_at_least(8, [5_000, 10_000]);
}
