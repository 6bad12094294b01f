//! One run again, instruction by instruction.

use super::{
    How,
    search::{Search, Stop},
    state::State,
    touched::Touched,
};
use crate::{
    failure::{Kind, Landing, What},
    helper::Helper,
    image::Image,
    machine::{Access, Core, Memory},
    oracle::Observed,
    scenario::Scenario,
};

/// A run, executed again.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    pub(crate) executed: Vec<Executed>,
    /// How it failed, if it stopped.
    pub(crate) stopped: Option<Kind>,
    /// Whether each decision was possible.
    pub(crate) is_complete: bool,
    /// The answers, and the state if the run ended.
    pub(crate) observed: Observed,
}

/// An instruction of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Executed {
    pub(crate) step: u64,
    pub(crate) core: usize,
    pub(crate) actor: usize,
    pub(crate) pc: u32,
    pub(crate) access: Access,
    pub(crate) masked: bool,
}

/// No run that is worth reading is longer.
const LIMIT: u64 = 200_000;

/// Executes a run again, by its decisions.
pub(crate) fn replay<C: Core>(
    scenario: &Scenario<'_>,
    image: &Image,
    cores: &[C],
    memory: &Memory,
    helper: &mut Helper<C>,
    path: &[Landing],
) -> Trace {
    let mut touched = vec![Touched::default(); scenario.actors.len()];
    let mut search = Search::new(scenario, image, helper, How::exhaustive(), &mut touched);
    let mut state = search.initial(cores, memory);
    let mut trace = Trace {
        executed: Vec::new(),
        stopped: None,
        is_complete: false,
        observed: state.observed(None),
    };
    let result = search.replay(&mut state, path, &mut trace);
    match result {
        Err(Stop::Failed(kind)) => trace.stopped = Some(kind),
        Ok(()) | Err(Stop::Done) => {}
    }
    trace.observed = search.observed(&state, trace.stopped.as_ref());
    trace
}

impl<C: Core> Search<'_, C> {
    fn replay(
        &mut self,
        state: &mut State<C>,
        path: &[Landing],
        trace: &mut Trace,
    ) -> Result<(), Stop> {
        let mut path = path.iter().peekable();
        while state.steps < LIMIT {
            self.take_pending(state)?;
            if let Some(landing) = path.next_if(|landing| landing.step == state.steps) {
                self.decide_again(state, landing)?;
                continue;
            }
            if !state.runs(self.scenario, state.on) {
                break;
            }
            let core = state.on;
            let actor = state.actor(self.scenario, core).unwrap_or_default();
            let (step, pc, masked) = (
                state.steps,
                state.cores[core].pc(),
                state.cores[core].masked(),
            );
            let result = self.step(state, core);
            trace.executed.push(Executed {
                step,
                core,
                actor,
                pc,
                access: state.memory.access(),
                masked,
            });
            result?;
        }
        trace.is_complete = path.next().is_none();
        Ok(())
    }

    fn decide_again(&mut self, state: &mut State<C>, landing: &Landing) -> Result<(), Stop> {
        match landing.what {
            What::Enter(actor) => self.enter(state, landing.core, actor),
            What::Pend(actor) => {
                state.progress.pending |= 1 << actor;
                state.progress.wake(landing.core);
                Ok(())
            }
            What::Spurious => {
                let choices = state.cores[landing.core].peek(&mut state.memory).choices;
                match choices.spurious() {
                    Some(choice) => self.execute_spuriously(state, landing.core, choice),
                    // The run is another one: the decision belongs to no instruction of it.
                    None => Err(Stop::Done),
                }
            }
            What::Split {
                actor,
                after,
                resumes,
            } => self.execute_split(state, landing.core, actor, after, resumes),
            What::Run => {
                state.on = landing.core;
                Ok(())
            }
        }
    }
}
