//! Models of weak memory, run by loom.
//!
//! # Executions that loom leaves out, and the countermeasures
//!
//! loom keeps the last access to each word only. In "A loads; B loads, then stores", B's load replaces A's
//! load in its record: the execution in which B's store precedes A's load is never run (its issues 166 and
//! 392). Every compare-and-exchange loop has that shape. So
//!
//! - all actors are spawned, and the main thread only joins them;
//! - each model is run with every rotation of the order in which they are spawned: with B first, A's load
//!   is compared with B's store, and both orders are run;
//! - the *set* of outcomes is asserted, and a floor of executions ([`Report::expect`]);
//! - for each ordering and fence there is a patch that weakens it, which a model must notice
//!   (`mutants/`).

mod executor;
mod sleep;
mod token;

pub use executor::block_on;
pub use sleep::{Sleeper, Unparker};
pub use token::Token;

use crate::report::{Report, is_full};
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

type Actor<S> = Arc<dyn Fn(&S) -> String + Send + Sync>;

/// Actors that share a state. Their results, joined, are the outcome of an execution.
#[must_use = "an unchecked model tests nothing"]
#[allow(missing_debug_implementations, reason = "closures have none")]
pub struct Model<S> {
    name: &'static str,
    new: Arc<dyn Fn() -> S + Send + Sync>,
    actors: Vec<Actor<S>>,
    last: Option<Actor<S>>,
    preemptions: Option<usize>,
}

impl<S: Send + Sync + 'static> Model<S> {
    /// Begins a model; `new` makes the state of each execution.
    pub fn new(name: &'static str, new: impl Fn() -> S + Send + Sync + 'static) -> Self {
        Self {
            name,
            new: Arc::new(new),
            actors: Vec::new(),
            last: None,
            preemptions: None,
        }
    }

    /// Adds a thread. An empty result is left out of the outcome.
    pub fn actor<T: ToString>(mut self, body: impl Fn(&S) -> T + Send + Sync + 'static) -> Self {
        self.actors
            .push(Arc::new(move |state| body(state).to_string()));
        self
    }

    /// Adds the result of the main thread, after all others have ended.
    pub fn last<T: ToString>(mut self, body: impl Fn(&S) -> T + Send + Sync + 'static) -> Self {
        self.last = Some(Arc::new(move |state| body(state).to_string()));
        self
    }

    /// At most this number of preemptions in each execution, for models whose executions are too many; `full`
    /// with `INDIVISIBLE_MODELS=full` in the environment.
    pub fn preemptions(mut self, quick: usize, full: usize) -> Self {
        self.preemptions = Some(if is_full() { full } else { quick });
        self
    }

    /// The bound in section mode instead, for models that have few executions there, since a change is one step; with
    /// `None`, all of them.
    pub fn in_sections(mut self, bound: Option<usize>) -> Self {
        if cfg!(indivisible_force_sections) {
            self.preemptions = bound;
        }
        self
    }

    /// Runs the model: there must be exactly these outcomes, from at least this number of executions
    /// ([`Report::expect`]).
    ///
    /// # Panics
    ///
    /// If they differ, or if loom finds a data race or a deadlock.
    pub fn check(self, outcomes: &[&str], executions: [u64; 2]) {
        let mut report = Report::new(self.name);
        for first in 0..self.actors.len() {
            let (executions, outcomes) = self.run(first);
            report.executions += executions;
            report.outcomes.extend(outcomes);
        }
        report.print();
        report.expect(outcomes, executions);
    }

    /// Every execution with the actors spawned from `first` on, in rotation.
    fn run(&self, first: usize) -> (u64, BTreeSet<String>) {
        let executions = Arc::new(AtomicU64::new(0));
        let outcomes = Arc::new(Mutex::new(BTreeSet::new()));
        let mut builder = loom::model::Builder::new();
        builder.preemption_bound = self.preemptions;
        builder.max_branches = 10_000;
        let (new, actors, last) = (self.new.clone(), self.actors.clone(), self.last.clone());
        let (counted, seen) = (executions.clone(), outcomes.clone());
        builder.check(move || {
            let state = Arc::new(new());
            let spawn = |i: usize| {
                let (actor, state) = (actors[i].clone(), state.clone());
                (i, loom::thread::spawn(move || actor(&state)))
            };
            let order = (first..actors.len()).chain(0..first);
            let threads: Vec<_> = order.map(spawn).collect();
            let mut said: Vec<_> = threads
                .into_iter()
                .map(|(i, thread)| (i, thread.join().unwrap_or_else(|_| "panicked".to_owned())))
                .collect();
            said.sort();
            said.extend(last.iter().map(|last| (actors.len(), last(&state))));
            said.retain(|(_, words)| !words.is_empty());
            let said: Vec<_> = said.into_iter().map(|(_, words)| words).collect();
            counted.fetch_add(1, Relaxed);
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.insert(said.join(", "));
        });
        let outcomes = outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        (executions.load(Relaxed), outcomes.clone())
    }
}

/// A value that the creator of the state hands to one actor, such as the only writer.
#[derive(Debug)]
pub struct Handed<T>(Mutex<Option<T>>);

impl<T> Handed<T> {
    /// Stores it. This touches no word of the model, so it orders nothing.
    pub fn new(value: T) -> Self {
        Self(Mutex::new(Some(value)))
    }

    /// Takes it, once.
    ///
    /// # Panics
    ///
    /// On the second call.
    pub fn take(&self) -> T {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        taken.expect("handed to one actor only")
    }
}

/// Leaked: the leak of one execution is small, and the executions are not too many.
pub fn leak<T>(value: T) -> &'static mut T {
    Box::leak(Box::new(value))
}
