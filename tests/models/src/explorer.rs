//! Every interleaving, sequentially consistent, and a sequential order for each.
//!
//! # How
//!
//! Actors are coroutines of one thread. Under `--cfg indivisible_explore` each access to a word of the
//! library hands control back to the explorer *before* it is made, and the explorer
//! chooses who makes his next. What an actor does between two accesses nobody else can see, so these are
//! all the choices there are: two actors of k accesses each have (2k)! / k!² executions. No execution
//! is left out as equivalent to another, since two that end alike may differ in which call was over
//! before which began.
//!
//! An execution is run to its end; then the last choice that has an alternative takes it, and all is run
//! again. Where that would take hours, [`Model::preemptions`] bounds how often an actor is interrupted
//! that could go on.
//!
//! # What is checked
//!
//! - Each history has a sequential order: of the calls, in an order that keeps every call before those that
//!   began after it had ended, each must be as the specification says (linearizability; Wing and Gong,
//!   "Testing and verifying concurrent objects", 1993).
//! - No execution ends with somebody asleep, and none panics. The library's cells panic where one actor
//!   finds another in the middle of using them.
//! - There are as many executions and outcomes as there should be ([`Report::expect`]).

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
#[must_use = "a model is to be checked"]
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

    /// Adds calls that are made when all actors have ended.
    pub fn last(mut self, body: impl Fn(&S, &Log<E>) + 'static) -> Self {
        self.last = Some(Rc::new(body));
        self
    }

    /// At most so many preemptions in each execution, where all would be too many; `full` where the
    /// environment says that there is time (`INDIVISIBLE_MODELS=full`).
    pub fn preemptions(mut self, quick: u32, full: u32) -> Self {
        self.preemptions = Some(if is_full() { full } else { quick });
        self
    }

    /// So many weak exchanges of each execution may fail for no reason.
    pub fn spurious(mut self, failures: u32) -> Self {
        self.spurious = failures;
        self
    }

    /// Runs it; each history must have an order in which `spec`, from `initial` on, accepts each event.
    ///
    /// # Panics
    ///
    /// Where one has none, and where an execution panics or never ends; with its choices.
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
                End::Asleep => Some("somebody sleeps for ever".to_owned()),
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
