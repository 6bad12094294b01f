//! `FreeList`: a stack of indices.

use indivisible::tagged::{FreeIndex, FreeList};
use models::explorer::{Log, Model};

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Event {
    Pop(Option<usize>),
    Push(usize),
}

fn accepts(stack: &mut Vec<usize>, event: &Event) -> bool {
    match *event {
        Event::Pop(index) => stack.pop() == index,
        Event::Push(index) => {
            stack.push(index);
            true
        }
    }
}

/// 0 is on top.
fn full<const N: usize>() -> Vec<usize> {
    (0..N).rev().collect()
}

fn pop<'a, const N: usize>(list: &'a FreeList<N>, log: &Log<Event>) -> Option<FreeIndex<'a, N>> {
    let mut popped = None;
    log.call(|| {
        popped = list.pop();
        Event::Pop(popped.as_ref().map(FreeIndex::get))
    });
    popped
}

fn push<const N: usize>(list: &FreeList<N>, log: &Log<Event>, index: Option<FreeIndex<'_, N>>) {
    if let Some(index) = index {
        log.call(|| {
            let event = Event::Push(index.get());
            assert!(list.push(index).is_ok(), "the index is this list's");
            event
        });
    }
}

fn turn<const N: usize>(list: &FreeList<N>, log: &Log<Event>) {
    let index = pop(list, log);
    push(list, log, index);
}

/// Everything that is free in the end.
fn drain<const N: usize>(list: &FreeList<N>, log: &Log<Event>) {
    while pop(list, log).is_some() {}
}

/// The chapter's ABA: one loads the head and its next; the other pops both, and pushes the first.
#[test]
fn a_head_that_came_back_is_another_head() {
    Model::new("FreeList of 3: pop | pop, pop, push", FreeList::<3>::new)
        .actor(|list, log| {
            let _kept = pop(list, log);
        })
        .actor(|list, log| {
            let first = pop(list, log);
            let _kept = pop(list, log);
            push(list, log, first);
        })
        .last(drain)
        .spurious(1)
        .check(&full::<3>(), accepts)
        .expect_at_least(4, [190_000, 3]);
}

#[test]
fn two_take_turns() {
    Model::new(
        "FreeList of 2: pop, push, pop, push | pop, push",
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
    .expect_at_least(6, [27_000, 12]);
}

#[test]
fn three_take_turns() {
    Model::new(
        "FreeList of 2: pop, push | pop, push | pop, push",
        FreeList::<2>::new,
    )
    .actor(turn)
    .actor(turn)
    .actor(turn)
    .last(drain)
    .preemptions(3, 4)
    .check(&full::<2>(), accepts)
    .expect_at_least(20, [7_600, 52]);
}
