//! Where runs fork.

use super::{
    Mode,
    search::{Flow, Search},
    state::State,
    touched::{is_on, is_own_frame},
};
use crate::{
    failure::{Kind, What},
    layout::stack,
    machine::{Choice, Choices, Core, Peek},
};

impl<C: Core> Search<'_, C> {
    /// A core whose next instruction makes no difference to the others; `None` where the run forks.
    pub(super) fn choose(
        &mut self,
        state: &mut State<C>,
        running: &[usize],
        open: &[(usize, usize)],
    ) -> Option<usize> {
        if let ([core], []) = (running, open) {
            return (!self.is_spurious(state, *core)).then_some(*core);
        }
        if self.how.mode != Mode::Pruned {
            return None;
        }
        // The core that executed the last instruction goes on: where another one waits for it, each turn of that one would
        // take a whole loop.
        let last = state.on;
        let others = running.iter().filter(|&&core| core != last);
        let cores = running.iter().filter(|&&core| core == last).chain(others);
        let core = cores.copied().find(|&core| {
            !self.is_invocation(state, core) && (self.is_survey || !self.matters(state, core))
        })?;
        self.least_room = self.least_room.min(room(state, core));
        Some(core)
    }

    /// Whether the next instruction of the core is the first one of a call, and another call may end before or after
    /// it: the real-time order depends on which.
    fn is_invocation(&self, state: &State<C>, core: usize) -> bool {
        let actor = state.actor(self.scenario, core);
        actor.is_some_and(|actor| !state.has_started(self.scenario, actor))
            && self.others(state, core).next().is_some()
    }

    /// Whether the next instruction of the core has two outcomes that need no interrupt.
    fn is_spurious(&self, state: &mut State<C>, core: usize) -> bool {
        self.how.spurious
            && state.cores[core]
                .peek(&mut state.memory)
                .choices
                .spurious()
                .is_some()
    }

    /// Whether it matters to other parties when this core executes its next instruction.
    fn matters(&self, state: &mut State<C>, core: usize) -> bool {
        let Peek {
            access,
            scheduling,
            reads_masks,
            choices,
        } = state.cores[core].peek(&mut state.memory);
        // An interrupt before an exclusive store that would succeed makes it fail.
        if scheduling || choices == Choices::Exclusive {
            return true;
        }
        // An interrupt here changes where the code goes on.
        let address = state.cores[core].pc();
        if self.scenario.object.restart(address).is_some() {
            return true;
        }
        let stacks = [0, 1].map(|core| stack(&state.memory, core));
        let own = is_own_frame(access, &stacks[core], state.cores[core].entry_sp());
        if stacks.iter().any(|stack| is_on(stack, access)) && !own {
            return true;
        }
        let begun = state.progress.begun;
        if self.depth_of_handlers(begun, Some(core)) > room(state, core) {
            return true;
        }
        let changes_masks = |actor: usize| self.touched[actor].changes_masks();
        if reads_masks && self.yet_to_begin(begun).any(changes_masks) {
            return true;
        }
        self.others(state, core)
            .any(|actor| self.touched[actor].conflicts(access))
    }

    /// The handlers that can still interrupt.
    fn yet_to_begin(&self, begun: u32) -> impl Iterator<Item = usize> + use<C> {
        (0..self.scenario.actors.len()).filter(move |actor| begun >> actor & 1 == 0)
    }

    /// The most bytes that the handlers of a core, or of any, take together, each inside the one before.
    pub(super) fn depth_of_handlers(&self, begun: u32, core: Option<usize>) -> u32 {
        self.yet_to_begin(begun)
            .filter(|&actor| core.is_none_or(|core| self.scenario.actors[actor].core == core))
            .map(|actor| self.touched[actor].depth())
            .sum()
    }

    /// The actors that may execute an instruction before the next one of the core: handlers that have not begun, and
    /// what is under way on the other core.
    fn others(&self, state: &State<C>, core: usize) -> impl Iterator<Item = usize> + use<'_, C> {
        let (begun, completed) = (state.progress.begun, state.progress.completed);
        self.scenario
            .actors
            .iter()
            .enumerate()
            .filter_map(move |(index, actor)| {
                let has_begun = begun >> index & 1 != 0;
                let is_under_way = actor.core != core
                    && usize::from(completed[index]) < self.scenario.calls(index);
                (!has_begun || is_under_way).then_some(index)
            })
    }

    /// Leaves a state for each decision but one; returns the core that goes on.
    pub(super) fn fork(
        &mut self,
        state: &mut State<C>,
        running: &[usize],
        open: &[(usize, usize)],
    ) -> usize {
        for &(core, actor) in open {
            self.land(state, core, actor);
        }
        for &core in running {
            match state.cores[core].peek(&mut state.memory).choices {
                Choices::None => {}
                choices @ (Choices::Exclusive | Choices::Sleep) => {
                    if let Some(choice) = choices.spurious().filter(|_| self.how.spurious) {
                        self.choose_spuriously(state, core, choice);
                    }
                }
                Choices::Multiple {
                    words,
                    stores,
                    resumes,
                } if self.how.mode != Mode::Pruned || self.matters(state, core) => {
                    for &(_, actor) in open.iter().filter(|&&(it, _)| it == core) {
                        for after in 1..words {
                            // An interrupted load that restarts has the outcome of an interrupt before it.
                            if stores {
                                self.split(state, core, actor, after, false);
                            }
                            if resumes {
                                self.split(state, core, actor, after, true);
                            }
                        }
                    }
                }
                Choices::Multiple { .. } => {}
            }
        }
        for &core in &running[1..] {
            self.continue_after(state.clone(), |search, other| search.step(other, core));
        }
        running[0]
    }

    fn choose_spuriously(&mut self, state: &State<C>, core: usize, choice: Choice) {
        let mut other = state.clone();
        other.decide(core, What::Spurious);
        self.continue_after(other, |search, other| {
            search.execute_spuriously(other, core, choice)
        });
    }

    /// The core's exclusive store fails, or its sleep ends at once.
    pub(super) fn execute_spuriously(
        &mut self,
        state: &mut State<C>,
        core: usize,
        choice: Choice,
    ) -> Flow {
        if let Some(actor) = state.actor(self.scenario, core) {
            state.start(self.scenario, actor);
        }
        state.steps += 1;
        state.on = core;
        self.found.counts.steps += 1;
        state.cores[core]
            .step_as(&mut state.memory, choice)
            .map_err(Kind::Fault)?;
        Ok(())
    }
}

/// The bytes between the stack pointer of a core and the end of its stack.
fn room<C: Core>(state: &State<C>, core: usize) -> u32 {
    let limit = stack(&state.memory, core).start;
    state.cores[core].sp().saturating_sub(limit)
}
