//! The calls of an execution, and whether they have a sequential order.

use super::world;
use core::cell::RefCell;
use std::rc::Rc;

/// One call that has returned.
#[derive(Clone, Debug)]
pub(super) struct Call<E> {
    actor: usize,
    event: E,
    /// The instants of its first and its last access. No actor can distinguish it from a call that began
    /// and returned at these instants.
    begin: u32,
    end: u32,
}

/// The log of an actor's calls.
#[derive(Debug)]
pub struct Log<E> {
    actor: usize,
    history: Rc<RefCell<Vec<Call<E>>>>,
}

impl<E> Log<E> {
    pub(super) fn new(actor: usize, history: Rc<RefCell<Vec<Call<E>>>>) -> Self {
        Self { actor, history }
    }

    /// Makes a call and logs it as an event, with its result.
    pub fn call(&self, call: impl FnOnce() -> E) {
        world::begin_call();
        let event = call();
        let (begin, end) = world::end_call();
        self.history.borrow_mut().push(Call {
            actor: self.actor,
            event,
            begin,
            end,
        });
    }
}

/// The events of each actor, in its order, without their times.
pub(super) fn outcome<E: Clone>(calls: &[Call<E>]) -> Vec<E> {
    let mut calls: Vec<_> = calls.iter().collect();
    calls.sort_by_key(|call| call.actor);
    calls.into_iter().map(|call| call.event.clone()).collect()
}

/// Whether the calls have an order that respects time and in which `spec` accepts each call.
pub(super) fn has_order<E, M: Clone>(
    calls: &[Call<E>],
    initial: &M,
    spec: &impl Fn(&mut M, &E) -> bool,
) -> bool {
    let calls: Vec<_> = calls.iter().collect();
    order_rest(&calls, initial, spec)
}

/// Tries each of the remaining calls that may be the next.
fn order_rest<E, M: Clone>(
    left: &[&Call<E>],
    model: &M,
    spec: &impl Fn(&mut M, &E) -> bool,
) -> bool {
    let Some(first_end) = left.iter().map(|call| call.end).min() else {
        return true;
    };
    left.iter().enumerate().any(|(i, call)| {
        // Calls of one actor keep its order, even if they make no access.
        let is_next =
            call.begin <= first_end && left[..i].iter().all(|earlier| earlier.actor != call.actor);
        let mut model = model.clone();
        is_next && spec(&mut model, &call.event) && {
            let rest: Vec<_> = [&left[..i], &left[i + 1..]].concat();
            order_rest(&rest, &model, spec)
        }
    })
}
