//! A model of WFE and SEV: every order of the two sides' steps, with the event bit between them.
//!
//! QEMU treats WFE as a no-op, so it can show neither that no waiter sleeps for ever, nor that one sleeps at
//! all. The rules of the model:
//!
//! - SEV sets the event bit of every core, and so does the return from an exception on its own core;
//! - on some cores an exclusive store sets the bit of its own core;
//! - WFE clears the bit and continues if it is set, and otherwise sleeps until it is set.
//!
//! The waiter checks and, if its condition is false, executes WFE, repeatedly. Its first check sets its bit in
//! the word, by an exclusive store. It is woken by another core, which stores and then executes SEV, or by
//! its own core's interrupt.

use std::collections::HashSet;

/// A waiter's next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Waiter {
    Look,
    Wfe,
    Asleep,
    Done,
}

/// A step of the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Store,
    Sev,
    /// The interrupt's handler has returned.
    Return,
}
use Step::{Return, Sev, Store};

/// The properties of the two sides.
#[derive(Clone, Copy)]
struct Protocol {
    other: &'static [Step],
    /// The other side is an interrupt: while it runs, the waiter does not run.
    is_interrupt: bool,
    /// Whether the event bit is set by an event while the waiter is awake.
    latched: bool,
    /// The waiter's checks that store.
    stores: Stores,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stores {
    First,
    Each,
}

/// The wake-up of `wait::wfe`: store, `dsb`, SEV.
const CORE: Protocol = Protocol {
    other: &[Store, Sev],
    is_interrupt: false,
    latched: true,
    stores: Stores::First,
};

/// The same from a handler of the waiter's core.
const HANDLER: Protocol = Protocol {
    other: &[Store, Sev, Return],
    is_interrupt: true,
    latched: true,
    stores: Stores::First,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct State {
    waiter: Waiter,
    /// The waiter has set its bit.
    asked: bool,
    taken: usize,
    stored: bool,
    event: bool,
}

impl State {
    /// The waiter's next step, if it can make one.
    fn wait(self, protocol: Protocol) -> Option<Self> {
        let inside = protocol.is_interrupt && (1..protocol.other.len()).contains(&self.taken);
        if inside {
            return None;
        }
        let waiter = match self.waiter {
            Waiter::Look if self.stored => Waiter::Done,
            Waiter::Look => {
                let stores = !self.asked || protocol.stores == Stores::Each;
                return Some(Self {
                    waiter: Waiter::Wfe,
                    asked: true,
                    event: self.event || stores,
                    ..self
                });
            }
            Waiter::Wfe if self.event => {
                return Some(Self {
                    waiter: Waiter::Look,
                    event: false,
                    ..self
                });
            }
            Waiter::Wfe => Waiter::Asleep,
            Waiter::Asleep | Waiter::Done => return None,
        };
        Some(Self { waiter, ..self })
    }

    /// The other side's next step, if one is left.
    fn wake(mut self, protocol: Protocol) -> Option<Self> {
        match protocol.other.get(self.taken)? {
            Store => self.stored = true,
            Sev | Return => {
                if self.waiter == Waiter::Asleep {
                    self.waiter = Waiter::Look;
                } else if protocol.latched {
                    self.event = true;
                }
            }
        }
        self.taken += 1;
        Some(self)
    }
}

/// Every reachable state, and those of them without a next step although the waiter has not ended.
/// waiter has not ended.
fn explore(protocol: Protocol) -> (usize, Vec<State>) {
    let (mut seen, mut stuck) = (HashSet::new(), Vec::new());
    // An unrelated event may have set the bit before.
    let mut to_do = Vec::from([false, true].map(|event| State {
        waiter: Waiter::Look,
        asked: false,
        taken: 0,
        stored: false,
        event,
    }));
    while let Some(state) = to_do.pop() {
        if !seen.insert(state) {
            continue;
        }
        let next = [state.wait(protocol), state.wake(protocol)];
        if next == [None, None] && state.waiter != Waiter::Done {
            stuck.push(state);
        }
        to_do.extend(next.into_iter().flatten());
    }
    (seen.len(), stuck)
}

#[test]
fn no_waiter_sleeps_for_ever() {
    for protocol in [CORE, HANDLER] {
        let (states, stuck) = explore(protocol);
        assert_eq!(stuck, []);
        assert!(states > 10, "only {states} states");
    }
}

/// A handler without SEV: its return sets the event bit.
#[test]
fn the_return_from_a_handler_is_enough() {
    let (_, stuck) = explore(Protocol {
        other: &[Store, Return],
        ..HANDLER
    });
    assert_eq!(stuck, []);
}

/// Like an unmasked WFI: an interrupt between the check and the sleep is lost.
#[test]
fn a_planted_sleep_without_a_latch_is_found() {
    for protocol in [CORE, HANDLER] {
        let (_, stuck) = explore(Protocol {
            latched: false,
            ..protocol
        });
        assert!(stuck.iter().any(|state| state.stored));
    }
}

/// Without the `dsb` the event may be visible before the store.
#[test]
fn a_planted_event_before_the_store_is_found() {
    let (_, stuck) = explore(Protocol {
        other: &[Sev, Store],
        ..CORE
    });
    assert!(stuck.iter().any(|state| state.stored));
}

#[test]
fn a_planted_store_without_an_event_is_found() {
    let (_, stuck) = explore(Protocol {
        other: &[Store],
        ..CORE
    });
    assert!(stuck.iter().any(|state| state.stored));
}

/// Without another side, every path ends asleep: the first WFE consumes the event of its own store.
#[test]
fn a_waiter_sleeps_although_its_own_store_is_an_event() {
    let alone = Protocol { other: &[], ..CORE };
    let (_, stuck) = explore(alone);
    assert!(!stuck.is_empty());
    assert!(stuck.iter().all(|state| state.waiter == Waiter::Asleep));
}

/// A waiter that checks by a read-modify-write each time.
#[test]
fn a_planted_store_in_each_pass_is_found() {
    let (_, stuck) = explore(Protocol {
        other: &[],
        stores: Stores::Each,
        ..CORE
    });
    assert_eq!(stuck, [], "it sleeps");
}
