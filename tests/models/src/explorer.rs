//! Runs every interleaving, in sequential consistency, and checks that each history has a sequential order.
//!
//! # How
//!
//! Actors are coroutines of one thread. Under `--cfg indivisible_explore` each access to a word of the
//! library returns control to the explorer *before* the access, and the explorer chooses the actor whose
//! access is next. No other actor can observe what happens between two accesses, so these are all the
//! choices: two actors of k accesses each have (2k)! / k!² executions. No execution is left out as
//! equivalent to another, since two with equal results may differ in which call returned before which
//! call began.
//!
//! An execution runs to its end; then the last choice with an untried alternative takes it, and the model
//! runs again. Where that would take hours, [`Model::preemptions`] bounds the number of preemptions of
//! actors that could continue.
//!
//! # What is checked
//!
//! - Each history is linearizable: the calls have an order that keeps every call before those that began
//!   after its return, and in which each call is accepted by the specification (Wing and Gong, "Testing and
//!   verifying concurrent objects", 1993).
//! - No execution ends with an actor asleep, and none panics. The library's cells panic if two actors
//!   are inside one at the same time.
//! - The numbers of executions and outcomes are the expected ones ([`Report::expect`]).

mod history;
mod schedule;
mod sleep;
mod world;

pub use history::Log;
pub use sleep::{Asked, Sleeper, Unasked, block_on};

use crate::report::{Report, is_full};
use core::{cell::RefCell, fmt::Debug};
use history::Call;
use schedule::Schedule;
use std::{collections::BTreeSet, rc::Rc};
use world::{End, World};

type Actor<S, E> = Rc<dyn Fn(&S, &Log<E>)>;

/// Actors that share a state, and log their calls as events `E`.
#[must_use = "an unchecked model tests nothing"]
#[allow(missing_debug_implementations, reason = "closures have none")]
pub struct Model<S, E> {
    name: &'static str,
    new: Rc<dyn Fn() -> S>,
    actors: Vec<Actor<S, E>>,
    last: Option<Actor<S, E>>,
    preemptions: Option<u32>,
    spurious: u32,
}

impl<S: 'static, E: Clone + Debug + Ord + 'static> Model<S, E> {
    /// Begins a model; `new` makes the state of each execution.
    pub fn new(name: &'static str, new: impl Fn() -> S + 'static) -> Self {
        Self {
            name,
            new: Rc::new(new),
            actors: Vec::new(),
            last: None,
            preemptions: None,
            spurious: 0,
        }
    }

    /// Adds an actor.
    pub fn actor(mut self, body: impl Fn(&S, &Log<E>) + 'static) -> Self {
        self.actors.push(Rc::new(body));
        self
    }

    /// Adds calls that are made after all actors have ended.
    pub fn last(mut self, body: impl Fn(&S, &Log<E>) + 'static) -> Self {
        self.last = Some(Rc::new(body));
        self
    }

    /// At most this number of preemptions in each execution, for models whose executions are too many; `full`
    /// with `INDIVISIBLE_MODELS=full` in the environment.
    pub fn preemptions(mut self, quick: u32, full: u32) -> Self {
        self.preemptions = Some(if is_full() { full } else { quick });
        self
    }

    /// The bound in section mode instead, for models that have few executions there, since a change is one step; with
    /// `None`, all of them.
    pub fn in_sections(mut self, bound: Option<u32>) -> Self {
        if cfg!(indivisible_force_sections) {
            self.preemptions = bound;
        }
        self
    }

    /// At most this number of weak exchanges may fail spuriously in each execution.
    pub fn spurious(mut self, failures: u32) -> Self {
        self.spurious = failures;
        self
    }

    /// Runs the model; each history must have an order in which `spec`, starting from `initial`, accepts
    /// each event.
    ///
    /// # Panics
    ///
    /// If a history has none, or if an execution panics or does not end; the message has its choices.
    pub fn check<M: Clone>(&self, initial: &M, spec: impl Fn(&mut M, &E) -> bool) -> Report {
        let mut report = Report::new(self.name);
        let mut outcomes = BTreeSet::new();
        let mut schedule = Schedule::default();
        let mut world = World::new(self.actors.len());
        loop {
            let (end, calls) = self.execute(&mut world, &mut schedule);
            report.executions += 1;
            let wrong = match end {
                End::All if history::has_order(&calls, initial, &spec) => None,
                End::All => Some("its history has no sequential order".to_owned()),
                End::Asleep => Some("an actor sleeps for ever".to_owned()),
                End::Panicked(message) => Some(message),
            };
            if let Some(wrong) = wrong {
                panic!(
                    "{:?}, execution {}: {wrong}\nchoices: {schedule}\ncalls: {calls:#?}",
                    self.name, report.executions
                );
            }
            outcomes.insert(history::outcome(&calls));
            if !schedule.advance() {
                break;
            }
        }
        report
            .outcomes
            .extend(outcomes.iter().map(|events| format!("{events:?}")));
        report.print();
        report
    }

    fn execute(&self, world: &mut World, schedule: &mut Schedule) -> (End, Vec<Call<E>>) {
        let state = Rc::new((self.new)());
        let history = Rc::new(RefCell::new(Vec::new()));
        let log = |actor| Log::new(actor, history.clone());
        let bodies = self.actors.iter().enumerate().map(|(i, actor)| {
            let (actor, state, log) = (actor.clone(), state.clone(), log(i));
            move || actor(&state, &log)
        });
        let end = world.run(bodies, schedule, self.preemptions, self.spurious);
        if let (Some(last), End::All) = (&self.last, &end) {
            last(&state, &log(self.actors.len()));
        }
        let calls = history.take();
        (end, calls)
    }
}

#[cfg(test)]
mod tests;
