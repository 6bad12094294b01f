//! One run whose interrupts become pending at given points, with everything that its instructions do.

use core::ops::Range;
use std::collections::HashSet;

use super::{
    How,
    search::{Search, Stop},
    state::State,
    touched::Touched,
};
use crate::{
    failure::Kind,
    helper::Helper,
    image::Image,
    machine::{Access, Core, Memory},
    oracle::Observed,
    scenario::Scenario,
};

/// The interrupt of a handler becomes pending before main's instruction of this number; or, where main ends or sleeps
/// before, there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) actor: usize,
    pub(crate) before: usize,
}

/// An instruction of a run.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) actor: usize,
    pub(crate) pc: u32,
    pub(crate) access: Access,
    /// The bytes of the access, if they are a part of a word.
    pub(crate) part: Option<Range<u32>>,
    /// The words of the access, as they are afterwards.
    pub(crate) words: Vec<(u32, u32)>,
    /// Whether interrupts are masked before it, and after it.
    pub(crate) masked: (bool, bool),
    /// Whether the call of the actor ends with it.
    pub(crate) returns: bool,
    /// Whether the core sleeps after it.
    pub(crate) sleeps: bool,
}

/// A run.
#[derive(Clone, Debug)]
pub(crate) struct Observation {
    pub(crate) seen: Vec<Seen>,
    /// For each request, the number of main's instructions before the handler began.
    pub(crate) taken: Vec<Option<usize>>,
    /// Whether main slept when the interrupt became pending.
    pub(crate) asleep: Vec<bool>,
    /// The answers, and the state if the run ended.
    pub(crate) observed: Observed,
    /// How the run failed.
    pub(crate) stopped: Option<Kind>,
    /// Whether an interrupt was not enabled at its point: the run is none.
    pub(crate) is_refused: bool,
}

/// The most instructions of a run.
const LIMIT: usize = 20_000;
/// [`LIMIT`], for a report.
const LIMIT_TEXT: &str = "20,000 instructions of a single run, a limit that no setting raises";

/// Runs main with these interrupts.
pub(crate) fn observe<C: Core>(
    scenario: &Scenario<'_>,
    image: &Image,
    cores: &[C],
    memory: &Memory,
    helper: &mut Helper<C>,
    requests: &[Request],
) -> Observation {
    let mut touched = vec![Touched::default(); scenario.actors.len()];
    let mut search = Search::new(scenario, image, helper, How::exhaustive(), &mut touched);
    let mut state = search.initial(cores, memory);
    let mut watch = Watch {
        requests,
        raised: vec![false; requests.len()],
        main: 0,
        states: HashSet::new(),
        run: Observation {
            seen: Vec::new(),
            taken: vec![None; requests.len()],
            asleep: vec![false; requests.len()],
            observed: state.observed(None),
            stopped: None,
            is_refused: false,
        },
    };
    let result = watch.run(&mut search, &mut state);
    let mut run = watch.run;
    run.stopped = match result {
        Err(Stop::Failed(kind)) => Some(kind),
        Ok(()) | Err(Stop::Done) => None,
    };
    run.observed = search.observed(&state, run.stopped.as_ref());
    run
}

impl<C: Core> Search<'_, C> {
    /// The answers in a state, and the text of the object's state if the run has ended there.
    pub(super) fn observed(&mut self, state: &State<C>, stopped: Option<&Kind>) -> Observed {
        let text = match (stopped, self.scenario.object.state) {
            (None | Some(Kind::Asleep), Some(entry)) => {
                self.helper.text(&state.memory, entry, 0).ok()
            }
            _ => None,
        };
        state.observed(text)
    }
}

struct Watch<'a> {
    requests: &'a [Request],
    raised: Vec<bool>,
    /// The instructions that main has executed.
    main: usize,
    /// The states so far, by their hashes: one that occurs again is a loop without an end.
    states: HashSet<u64>,
    run: Observation,
}

impl Watch<'_> {
    fn run<C: Core>(
        &mut self,
        search: &mut Search<'_, C>,
        state: &mut State<C>,
    ) -> Result<(), Stop> {
        while self.run.seen.len() < LIMIT {
            let is_idle = !state.runs(search.scenario, 0);
            if !self.raise(search, state, is_idle)? {
                self.run.is_refused = true;
                return Ok(());
            }
            let begun = state.progress.begun;
            search.take_pending(state)?;
            self.note_begun(begun, state.progress.begun);
            if !state.runs(search.scenario, 0) {
                if self.raised.iter().any(|raised| !raised) {
                    continue;
                }
                let asleep = state.progress.asleep != 0;
                return if asleep {
                    Err(Kind::Asleep.into())
                } else {
                    Ok(())
                };
            }
            self.execute(search, state)?;
        }
        Err(Kind::Limit(LIMIT_TEXT).into())
    }

    /// Makes the interrupts pending whose point is reached; where main does not go on, the next one. False if one is
    /// not enabled.
    fn raise<C: Core>(
        &mut self,
        search: &mut Search<'_, C>,
        state: &mut State<C>,
        is_idle: bool,
    ) -> Result<bool, Stop> {
        // A handler is entered from main, or at once from one of a lower priority that begins at the same point.
        if state.cores[0].depth() > 0 {
            return Ok(true);
        }
        for (index, request) in self.requests.iter().enumerate() {
            if self.raised[index] || request.before > self.main && !is_idle {
                continue;
            }
            if let Some(when) = search.scenario.actors[request.actor].party.when
                && !search.helper.condition(&state.memory, when, 0)?
            {
                return Ok(false);
            }
            self.raised[index] = true;
            self.run.asleep[index] = state.progress.is_asleep(0);
            state.progress.pending |= 1 << request.actor;
            state.progress.wake(0);
            // One after the other: the condition of the next may depend on this one.
            break;
        }
        Ok(true)
    }

    fn note_begun(&mut self, before: u32, after: u32) {
        for (index, request) in self.requests.iter().enumerate() {
            if (before ^ after) >> request.actor & 1 != 0 {
                self.run.taken[index] = Some(self.main);
            }
        }
    }

    fn execute<C: Core>(
        &mut self,
        search: &mut Search<'_, C>,
        state: &mut State<C>,
    ) -> Result<(), Stop> {
        let actor = state.actor(search.scenario, 0).unwrap_or_default();
        let core = &state.cores[0];
        let (pc, masked) = (core.pc(), core.masked());
        let part = core.part_accessed();
        let completed = state.progress.completed[actor];
        let mut result = search.step(state, 0);
        if result.is_ok() && state.progress.pending == 0 && !self.states.insert(state.hash()) {
            result = Err(Kind::Hang.into());
        }
        let core = &state.cores[0];
        let access = state.memory.access();
        let returns = state.progress.completed[actor] != completed;
        self.run.seen.push(Seen {
            actor,
            pc,
            access,
            part,
            words: access
                .words()
                .filter_map(|at| Some((at, state.memory.word(at)?)))
                .collect(),
            masked: (masked, core.masked()),
            returns,
            sleeps: state.progress.is_asleep(0),
        });
        self.main += usize::from(actor == 0);
        // What comes at a later point may still end the loop.
        match result {
            Err(Stop::Failed(Kind::Hang)) if self.raised.contains(&false) => Ok(()),
            result => result,
        }
    }
}
