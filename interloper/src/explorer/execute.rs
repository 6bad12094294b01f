//! One instruction, and what follows from it: answers, checks, the next call, the end.

use super::{
    search::{Flow, Search, Stop},
    state::State,
    touched::is_own_frame,
};
use crate::{
    failure::{Kind, What},
    layout::stack,
    machine::{Core, Event},
};

impl<C: Core> Search<'_, C> {
    /// Executes one instruction of a core.
    pub(super) fn step(&mut self, state: &mut State<C>, core: usize) -> Flow {
        let Some(actor) = state.actor(self.scenario, core) else {
            unreachable!("the core is not idle")
        };
        if core != state.on {
            state.decide(core, What::Run);
            state.on = core;
        }
        let pc = state.cores[core].pc();
        if pc == self.image.panicked {
            let message = self
                .helper
                .panic_message(state.cores[core].clone(), state.memory.clone());
            return Err(Kind::Panic(message).into());
        }
        state.start(self.scenario, actor);
        self.executed.insert(pc);
        if actor == 0 {
            self.executed_by_main.insert(pc);
        }
        let frame_end = state.cores[core].entry_sp();
        if let Some(end) = frame_end {
            let depth = end.saturating_sub(state.cores[core].sp());
            self.is_deeper |= self.touched[actor].note_depth(depth);
        }
        let event = state.cores[core]
            .step(&mut state.memory)
            .map_err(Kind::Fault)?;
        state.steps += 1;
        self.found.counts.steps += 1;
        let access = state.memory.access();
        if !access.is_none() {
            if !is_own_frame(access, &stack(&state.memory, core), frame_end) {
                self.is_new |= self.touched[actor].note(access);
            }
            state.show(core, access);
        }
        match event {
            Event::Step => Ok(()),
            Event::Return { .. } => self.returned(state, core, actor),
            Event::ExceptionReturn { .. } => {
                let masks = state.cores[core].masks();
                self.is_new |= self.touched[actor].note_masks(masks);
                self.returned(state, core, actor)
            }
            Event::WaitForInterrupt if self.is_pending(state, core) => Ok(()),
            Event::WaitForInterrupt | Event::WaitForEvent => {
                state.progress.sleep(core, event == Event::WaitForEvent);
                self.found.slept |= 1 << actor;
                Ok(())
            }
            Event::SendEvent => {
                for other in (0..state.cores.len()).filter(|&other| other != core) {
                    state.signal(other);
                }
                Ok(())
            }
        }
    }

    /// A call returned: reads its answer, evaluates what must always hold, begins the next call of the actor.
    fn returned(&mut self, state: &mut State<C>, core: usize, actor: usize) -> Flow {
        let it = &self.scenario.actors[actor];
        let unit = &self.scenario.units[it.first + usize::from(state.progress.completed[actor])];
        if it.priority.is_none() && state.cores[core].masked() {
            return Err(Kind::LeftMasked.into());
        }
        let text = self.helper.text(&state.memory, unit.show, core);
        let text = text.map_err(|kind| self.waits(state, core, kind))?;
        self.note_text_reads(actor, unit.show);
        let mut extras = 0;
        for (index, extra) in unit.extras.iter().enumerate() {
            extras |= u32::from(self.condition(state, extra.matches, core)?) << index;
        }
        state.end(self.scenario, actor, text, extras);
        for check in &self.scenario.object.always {
            match self.condition(state, check.holds, core) {
                Ok(true) => {}
                Ok(false) => return Err(Kind::Broken(check.message.clone()).into()),
                // The other core is in a section, and has a return ahead.
                Err(Kind::Waits) => {}
                Err(kind) => return Err(kind.into()),
            }
        }
        let completed = usize::from(state.progress.completed[actor]);
        let goes_on = completed < self.scenario.calls(actor);
        match self
            .scenario
            .interrupt(actor, completed.min(self.scenario.calls(actor) - 1))
        {
            Some(next) if goes_on => state.cores[core]
                .enter(&mut state.memory, next)
                .map_err(Kind::Fault)?,
            Some(_) => {}
            None => {
                state.clear_stack(core);
                let entry = if goes_on {
                    self.scenario.units[it.first + completed].run
                } else {
                    self.image.idle
                };
                state.cores[core].call(entry, stack(&state.memory, core));
            }
        }
        self.enter_node(state)
    }

    /// Evaluates a condition. What it reads, every handler touches: a return of a handler is when it is evaluated.
    pub(super) fn condition(
        &mut self,
        state: &State<C>,
        entry: u32,
        core: usize,
    ) -> Result<bool, Kind> {
        let holds = self.helper.condition(&state.memory, entry, core);
        for address in self.helper.reads(entry) {
            for touched in self.touched.iter_mut() {
                self.is_new |= touched.note_read(address);
            }
        }
        holds.map_err(|kind| self.waits(state, core, kind))
    }

    /// Why a function of the table has no result: one that never returns by itself may wait for the other core.
    fn waits(&self, state: &State<C>, core: usize, kind: Kind) -> Kind {
        let mut others = (0..state.cores.len()).filter(|&other| other != core);
        let is_under_way = others.any(|other| state.actor(self.scenario, other).is_some());
        match kind {
            Kind::Hang if is_under_way => Kind::Waits,
            kind => kind,
        }
    }

    /// What the text of an answer reads, the actor that answers touches: an answer may be a reference.
    fn note_text_reads(&mut self, actor: usize, show: u32) {
        for address in self.helper.reads(show) {
            self.is_new |= self.touched[actor].note_read(address);
        }
    }

    /// No core runs: interrupts land, or the run ends.
    pub(super) fn rest(&mut self, state: &mut State<C>) -> Flow {
        let mut open = Vec::new();
        self.find_open(state, &mut open)?;
        if !open.is_empty() {
            self.enter_node(state)?;
            for (core, actor) in open {
                self.land(state, core, actor);
            }
            return Err(Stop::Done);
        }
        if state.progress.asleep != 0 {
            return Err(Kind::Asleep.into());
        }
        self.found.counts.ends += 1;
        let text = match self.scenario.object.state {
            Some(entry) => Some(self.helper.text(&state.memory, entry, 0)?),
            None => None,
        };
        let seen = state.observed(text);
        let outcome = self
            .found
            .outcomes
            .entry(seen)
            .or_insert_with(|| (0, state.decisions()));
        outcome.0 += 1;
        for check in &self.scenario.object.finally {
            if !self.helper.condition(&state.memory, check.holds, 0)? {
                return Err(Kind::Broken(check.message.clone()).into());
            }
        }
        self.end_node(state);
        Err(Stop::Done)
    }
}
