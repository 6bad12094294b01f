//! Interrupts: where they can land, and what happens then.

use super::{
    search::{Flow, Search},
    state::State,
};
use crate::{
    failure::{Kind, What},
    machine::{Choice, Core},
};

impl<C: Core> Search<'_, C> {
    /// Replaces `open` by the cores and the handlers that could interrupt them now.
    ///
    /// A core that waits for an interrupt also wakes for one that it cannot take.
    pub(super) fn find_open(
        &mut self,
        state: &State<C>,
        open: &mut Vec<(usize, usize)>,
    ) -> Result<(), Kind> {
        open.clear();
        for (actor, it) in self.scenario.actors.iter().enumerate() {
            let Some(interrupt) = self.scenario.interrupt(actor, 0) else {
                continue;
            };
            if state.progress.begun >> actor & 1 != 0 || state.progress.pending >> actor & 1 != 0 {
                continue;
            }
            let core = &state.cores[it.core];
            let sleeps =
                state.progress.is_asleep(it.core) && !state.progress.waits_for_event(it.core);
            if !(core.can_take(interrupt) || sleeps && core.wakes(interrupt)) {
                continue;
            }
            if let Some(when) = it.party.when
                && !self.condition(state, when, it.core)?
            {
                continue;
            }
            open.push((it.core, actor));
        }
        Ok(())
    }

    /// Leaves a state in which a handler interrupts the core before its next instruction.
    pub(super) fn land(&mut self, state: &State<C>, core: usize, actor: usize) {
        let Some(interrupt) = self.scenario.interrupt(actor, 0) else {
            return;
        };
        let mut other = state.clone();
        self.found.counts.landings += 1;
        if other.cores[core].can_take(interrupt) {
            other.decide(core, What::Enter(actor));
            self.continue_after(other, |search, other| search.enter(other, core, actor));
        } else {
            other.decide(core, What::Pend(actor));
            other.progress.pending |= 1 << actor;
            other.progress.wake(core);
            self.work.push(other);
        }
    }

    /// Leaves a state in which a handler interrupts the core inside its next instruction.
    pub(super) fn split(
        &mut self,
        state: &State<C>,
        core: usize,
        actor: usize,
        after: u8,
        resumes: bool,
    ) {
        let mut other = state.clone();
        self.found.counts.landings += 1;
        other.decide(
            core,
            What::Split {
                actor,
                after,
                resumes,
            },
        );
        self.continue_after(other, |search, other| {
            search.execute_split(other, core, actor, after, resumes)
        });
    }

    /// The core's instruction stops after some of its words, and the handler begins.
    pub(super) fn execute_split(
        &mut self,
        state: &mut State<C>,
        core: usize,
        actor: usize,
        after: u8,
        resumes: bool,
    ) -> Flow {
        if let Some(interrupted) = state.actor(self.scenario, core) {
            state.start(self.scenario, interrupted);
        }
        let choice = Choice::Interrupted { after, resumes };
        state.cores[core]
            .step_as(&mut state.memory, choice)
            .map_err(Kind::Fault)?;
        state.show(core, state.memory.access());
        self.enter(state, core, actor)
    }

    /// Takes the interrupts that are pending, as soon as their core can.
    pub(super) fn take_pending(&mut self, state: &mut State<C>) -> Flow {
        while state.progress.pending != 0 {
            let pending = (0..self.scenario.actors.len())
                .filter(|actor| state.progress.pending >> actor & 1 != 0);
            let ready = pending.filter_map(|actor| {
                let interrupt = self.scenario.interrupt(actor, 0)?;
                let core = self.scenario.actors[actor].core;
                state.cores[core]
                    .can_take(interrupt)
                    .then_some((interrupt.priority, core, actor))
            });
            let Some((_, core, actor)) = ready.min() else {
                break;
            };
            state.progress.pending &= !(1 << actor);
            self.enter(state, core, actor)?;
        }
        Ok(())
    }

    /// Whether an interrupt that the core cannot take is pending, and keeps it awake.
    pub(super) fn is_pending(&self, state: &State<C>, core: usize) -> bool {
        (0..self.scenario.actors.len()).any(|actor| {
            let interrupt = self.scenario.interrupt(actor, 0);
            let is_pending = state.progress.pending >> actor & 1 != 0;
            is_pending && interrupt.is_some_and(|interrupt| state.cores[core].wakes(interrupt))
        })
    }

    pub(super) fn enter(&mut self, state: &mut State<C>, core: usize, actor: usize) -> Flow {
        let Some(interrupt) = self.scenario.interrupt(actor, 0) else {
            return Ok(());
        };
        state.progress.wake(core);
        state.begin(actor);
        let masks = state.cores[core].masks();
        self.is_new |= self.touched[actor].note_masks(masks);
        let address = state.cores[core].pc();
        if let Some(start) = self.scenario.object.restart(address) {
            state.cores[core].jump(start);
        }
        Ok(state.cores[core]
            .enter(&mut state.memory, interrupt)
            .map_err(Kind::Fault)?)
    }
}
