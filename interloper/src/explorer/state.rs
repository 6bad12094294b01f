//! One state of a run: cores, memory, and what has happened so far.

use core::hash::{Hash, Hasher};
use std::{hash::DefaultHasher, rc::Rc};

use crate::{
    failure::{Landing, What},
    helper::TextId,
    layout::stack,
    machine::{Access, Core, Memory},
    oracle::{Answer, Observed},
    scenario::{MAX_UNITS, Scenario},
};

/// A run, stopped between two instructions.
#[derive(Clone)]
pub(super) struct State<C> {
    pub(super) cores: Vec<C>,
    pub(super) memory: Memory,
    pub(super) progress: Progress,
    /// How the run came here, the last decision first.
    pub(super) path: Option<Rc<Step>>,
    /// The instructions executed on the way.
    pub(super) steps: u64,
    /// The node of the graph that it comes from, and the instructions executed up to there.
    pub(super) from: Option<(usize, u64)>,
    /// The core that executed the last instruction.
    pub(super) on: usize,
}

/// What has happened so far, apart from the contents of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Progress {
    /// The actors that have begun, a bit each.
    pub(super) begun: u32,
    /// The units that have executed an instruction, a bit each.
    pub(super) started: u32,
    /// The units that have ended, a bit each.
    pub(super) ended: u32,
    /// The interrupts that are pending although their core cannot take them, a bit for each actor.
    pub(super) pending: u32,
    /// The cores that sleep, a bit each; those in `WFE` have a bit in the second byte as well.
    pub(super) asleep: u32,
    /// The calls that each actor has completed.
    pub(super) completed: [u8; MAX_UNITS],
    pub(super) answers: [Option<Answer>; MAX_UNITS],
    pub(super) before: [u32; MAX_UNITS],
}

/// A decision, and what was decided before it.
pub(super) struct Step {
    landing: Landing,
    before: Option<Rc<Self>>,
}

/// One step after the other: a run may have more decisions than the stack has frames.
impl Drop for Step {
    fn drop(&mut self) {
        let mut before = self.before.take();
        while let Some(mut step) = before.and_then(Rc::into_inner) {
            before = step.before.take();
        }
    }
}

impl Progress {
    pub(super) const NONE: Self = Self {
        begun: 0,
        started: 0,
        ended: 0,
        pending: 0,
        asleep: 0,
        completed: [0; MAX_UNITS],
        answers: [None; MAX_UNITS],
        before: [0; MAX_UNITS],
    };

    pub(super) fn is_asleep(&self, core: usize) -> bool {
        self.asleep >> core & 1 != 0
    }

    pub(super) fn sleep(&mut self, core: usize, waits_for_event: bool) {
        self.asleep |= 1 << core | u32::from(waits_for_event) << (8 + core);
    }

    pub(super) fn waits_for_event(&self, core: usize) -> bool {
        self.asleep >> (8 + core) & 1 != 0
    }

    pub(super) fn wake(&mut self, core: usize) {
        self.asleep &= !(0x101 << core);
    }
}

impl<C: Core> State<C> {
    /// The actor whose code the core executes; `None` if the core is idle.
    pub(super) fn actor(&self, scenario: &Scenario<'_>, core: usize) -> Option<usize> {
        if let Some(interrupt) = self.cores[core].active() {
            return Some(scenario.actor_of(interrupt.number));
        }
        let thread = |(index, actor): (usize, &crate::scenario::Actor<'_>)| {
            let runs = actor.core == core && actor.priority.is_none();
            let completed = usize::from(self.progress.completed[index]);
            (runs && completed < scenario.calls(index)).then_some(index)
        };
        scenario.actors.iter().enumerate().find_map(thread)
    }

    /// Whether the core has an instruction to execute.
    pub(super) fn runs(&self, scenario: &Scenario<'_>, core: usize) -> bool {
        !self.progress.is_asleep(core) && self.actor(scenario, core).is_some()
    }

    /// Passes an access of one core to the monitors of the others.
    pub(super) fn show(&mut self, core: usize, access: Access) {
        for other in (0..self.cores.len()).filter(|&other| other != core) {
            if self.cores[other].observe(access) {
                self.signal(other);
            }
        }
    }

    /// An event reaches a core. A sleep in `WFE` ends, and the event register stays clear: where the
    /// implementation keeps it set, the next `WFE` returns early, which it may do anyway.
    pub(super) fn signal(&mut self, core: usize) {
        if self.progress.waits_for_event(core) {
            self.progress.wake(core);
        } else {
            self.cores[core].signal();
        }
    }

    /// Notes that an actor has begun: it is the next one on its core, or its interrupt was taken.
    pub(super) fn begin(&mut self, actor: usize) {
        self.progress.begun |= 1 << actor;
    }

    /// The current call of an actor.
    fn unit(&self, scenario: &Scenario<'_>, actor: usize) -> usize {
        scenario.actors[actor].first + usize::from(self.progress.completed[actor])
    }

    /// Whether the current call of an actor has executed an instruction.
    pub(super) fn has_started(&self, scenario: &Scenario<'_>, actor: usize) -> bool {
        self.progress.started >> self.unit(scenario, actor) & 1 != 0
    }

    /// Notes that the current call of an actor executes an instruction. The first one is the invocation in the sense of
    /// linearizability: what ended before it comes before the call.
    pub(super) fn start(&mut self, scenario: &Scenario<'_>, actor: usize) {
        if !self.has_started(scenario, actor) {
            let unit = self.unit(scenario, actor);
            self.progress.started |= 1 << unit;
            self.progress.before[unit] = self.progress.ended;
        }
    }

    /// Notes what the current call of an actor answered.
    pub(super) fn end(&mut self, scenario: &Scenario<'_>, actor: usize, text: TextId, extras: u32) {
        let unit = self.unit(scenario, actor);
        self.progress.answers[unit] = Some(Answer { text, extras });
        self.progress.ended |= 1 << unit;
        self.progress.completed[actor] += 1;
    }

    /// Notes a decision.
    pub(super) fn decide(&mut self, core: usize, what: What) {
        let landing = Landing {
            step: self.steps,
            core,
            pc: self.cores[core].pc(),
            what,
        };
        self.path = Some(Rc::new(Step {
            landing,
            before: self.path.take(),
        }));
    }

    /// The decisions, the first one first.
    pub(super) fn decisions(&self) -> Vec<Landing> {
        decisions(self.path.as_ref())
    }

    /// Equal states have equal hashes; the way to a state is not part of it.
    pub(super) fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.progress.hash(&mut hasher);
        self.memory.hash().hash(&mut hasher);
        for core in &self.cores {
            core.hash().hash(&mut hasher);
        }
        hasher.finish()
    }

    /// What the run shows, but for the state of the object.
    pub(super) fn observed(&self, state: Option<TextId>) -> Observed {
        let Progress {
            answers, before, ..
        } = self.progress;
        Observed {
            answers,
            before,
            state,
        }
    }

    /// Clears the stack of a core whose call has returned.
    pub(super) fn clear_stack(&mut self, core: usize) {
        self.memory.clear_stack(stack(&self.memory, core));
    }
}

/// The decisions up to a step, the first one first.
pub(super) fn decisions(step: Option<&Rc<Step>>) -> Vec<Landing> {
    let steps = core::iter::successors(step, |step| step.before.as_ref());
    let mut path: Vec<_> = steps.map(|step| step.landing).collect();
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_many_decisions_is_dropped_without_recursion() {
        let landing = Landing {
            step: 0,
            core: 0,
            pc: 0,
            what: What::Run,
        };
        let mut path = None;
        for _ in 0..1_000_000 {
            path = Some(Rc::new(Step {
                landing,
                before: path,
            }));
        }
        let kept = path.clone();
        drop(path);
        assert_eq!(decisions(kept.as_ref()).len(), 1_000_000);
    }
}
