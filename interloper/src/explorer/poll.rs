//! Waits that poll.
//!
//! A party with the clause `sleeps` polls if the run repeats a state although this party alone executed instructions
//! since, and slept at none. The search follows one run from a state until the run ends, sleeps, or meets a state of an
//! earlier run; on one core each state has one successor in which no interrupt lands. So a loop of such successors is
//! met by the run that enters it first, and it is enough to keep the states of one run.

use std::collections::HashSet;

use super::{search::Search, state::State};
use crate::machine::Core;

/// The states of a run at which it forked, as long as one party that must sleep alone executes instructions.
#[derive(Debug, Default)]
pub(super) struct Polling(HashSet<u64>);

impl<C: Core> Search<'_, C> {
    /// Whether one party alone executes instructions, and must sleep where it waits.
    pub(super) fn must_sleep(&self, state: &State<C>, running: &[usize]) -> bool {
        let [core] = running else { return false };
        state
            .actor(self.scenario, *core)
            .is_some_and(|actor| self.scenario.sleeps(actor))
    }
}

impl Polling {
    /// Forgets the states: another party may have changed what is waited for.
    pub(super) fn interrupt(&mut self) {
        self.0.clear();
    }

    /// Whether the state, by its hash, is the same as one before.
    pub(super) fn repeats(&mut self, state: u64) -> bool {
        !self.0.insert(state)
    }
}
