//! The search itself: forks, steps, ends.

use core::mem;
use std::{collections::HashSet, rc::Rc};

use super::{
    Found, How, Mode,
    addresses::Addresses,
    graph::Graph,
    poll::Polling,
    state::{Progress, State, Step, decisions},
    touched::Touched,
};
use crate::{
    failure::{Failure, Kind, Landing},
    helper::Helper,
    image::Image,
    layout::stack,
    machine::{Core, Memory},
    scenario::Scenario,
};

/// After as many instructions without a fork, states are compared.
const PATIENCE: u64 = 4096;
/// How many states are compared then.
const LAPS: usize = 200_000;
/// [`LAPS`], for a report.
const LAPS_TEXT: &str = "200,000 instructions between two points at which a run could go on differently, a limit that no setting raises";

/// The most bytes of the states that are left for later.
const WAITING: usize = 512 << 20;
/// [`WAITING`], for a report.
const WAITING_TEXT: &str = "512 MiB of states to go on from, a limit that no setting raises";

/// A search through the runs of one scenario.
pub(super) struct Search<'a, C> {
    pub(super) scenario: &'a Scenario<'a>,
    pub(super) image: &'a Image,
    pub(super) helper: &'a mut Helper<C>,
    pub(super) how: How,
    pub(super) touched: &'a mut [Touched],
    pub(super) is_new: bool,
    /// Whether runs fork between calls only; the result of the round is discarded.
    pub(super) is_survey: bool,
    /// The instructions of the rounds before.
    spent: u64,
    /// Whether a handler took more of the stack than in the rounds before.
    pub(super) is_deeper: bool,
    /// The least room on a stack where landings were left out.
    pub(super) least_room: u32,
    graph: Graph,
    /// For each node of the graph, how a run came there.
    nodes: Vec<Option<Rc<Step>>>,
    pub(super) work: Vec<State<C>>,
    pub(super) executed: Addresses,
    pub(super) executed_by_main: Addresses,
    pub(super) found: Found,
}

/// A run goes on, or it does not.
pub(super) type Flow = Result<(), Stop>;

/// Why a run does not go on.
pub(super) enum Stop {
    /// It ended, or another run goes on in its place.
    Done,
    /// It failed.
    Failed(Kind),
}

impl From<Kind> for Stop {
    fn from(kind: Kind) -> Self {
        Self::Failed(kind)
    }
}

/// Explores every run that begins with this memory.
pub(crate) fn explore<C: Core>(
    scenario: &Scenario<'_>,
    image: &Image,
    cores: &[C],
    memory: &Memory,
    helper: &mut Helper<C>,
    how: How,
) -> Found {
    let mut touched = vec![Touched::default(); scenario.actors.len()];
    let (mut rounds, mut spent) = (0, 0);
    loop {
        rounds += 1;
        let mut search = Search::new(scenario, image, helper, how, &mut touched);
        search.is_survey = rounds == 1 && how.mode == Mode::Pruned;
        search.spent = spent;
        let initial = search.initial(cores, memory);
        search.work.push(initial);
        search.run();
        spent += search.found.counts.steps;
        let is_known = !search.is_new && !search.overlooks_an_overflow();
        if is_known && rounds > 1 || how.mode != Mode::Pruned {
            search.found.counts.rounds = rounds;
            search.found.counts.states = search.graph.len() as u64;
            search.found.executed = search.executed.iter().collect();
            search.found.executed_by_main = search.executed_by_main.iter().collect();
            return search.found;
        }
    }
}

impl<'a, C: Core> Search<'a, C> {
    pub(super) fn new(
        scenario: &'a Scenario<'a>,
        image: &'a Image,
        helper: &'a mut Helper<C>,
        how: How,
        touched: &'a mut [Touched],
    ) -> Self {
        Self {
            scenario,
            image,
            helper,
            how,
            touched,
            is_new: false,
            is_survey: false,
            spent: 0,
            is_deeper: false,
            least_room: u32::MAX,
            graph: Graph::default(),
            nodes: Vec::new(),
            work: Vec::new(),
            executed: Addresses::none(image.memory.flash().range()),
            executed_by_main: Addresses::none(image.memory.flash().range()),
            found: Found::default(),
        }
    }

    /// Whether landings were left out where the handlers may not fit the stack, by what is known of them now.
    fn overlooks_an_overflow(&self) -> bool {
        self.is_deeper && self.least_room < self.depth_of_handlers(0, None)
    }

    /// Each core before the first instruction of its first call.
    pub(super) fn initial(&self, cores: &[C], memory: &Memory) -> State<C> {
        let mut state = State {
            cores: cores.to_vec(),
            memory: memory.clone(),
            progress: Progress::NONE,
            path: None,
            steps: 0,
            from: None,
            on: 0,
        };
        for (actor, it) in self.scenario.actors.iter().enumerate() {
            if it.priority.is_none() {
                let entry = self.scenario.units[it.first].run;
                state.cores[it.core].boot(entry, stack(memory, it.core));
                state.begin(actor);
            }
        }
        state
    }

    fn run(&mut self) {
        while let Some(mut state) = self.work.pop() {
            match self.check_limits().and_then(|()| self.follow(&mut state)) {
                Ok(()) | Err(Stop::Done) => {}
                Err(Stop::Failed(kind)) => {
                    let gives_up = matches!(kind, Kind::Limit(_)) && self.check_limits().is_err();
                    self.end_node(&state);
                    self.fail(&state, kind);
                    if gives_up {
                        return;
                    }
                }
            }
        }
        if self.how.mode != Mode::Exhaustive
            && let Some(stuck) = self.graph.stuck()
        {
            let failure = Failure {
                kind: Kind::Hang,
                path: decisions(self.nodes[stuck].as_ref()),
                count: 1,
                at: None,
            };
            self.found.failures.push(failure);
        }
    }

    /// Fails where the search must give up. A run may fork without end, so each fork checks it.
    fn check_limits(&self) -> Flow {
        let limit = if self.spent + self.found.counts.steps > self.how.limits.steps {
            "INTERLOPER_STEPS"
        } else if self.graph.len() > self.how.limits.states {
            "INTERLOPER_STATES"
        } else if self.waiting_bytes() > WAITING {
            WAITING_TEXT
        } else {
            return Ok(());
        };
        Err(Kind::Limit(limit).into())
    }

    /// The memory of the states that are left for later.
    fn waiting_bytes(&self) -> usize {
        let state = self.work.last();
        state.map_or(0, |state| self.work.len() * state.memory.ram().len())
    }

    /// Follows a run to its end, or to a state that occurred before.
    fn follow(&mut self, state: &mut State<C>) -> Flow {
        let mut since_fork = 0;
        let mut laps = HashSet::new();
        let mut is_loop = false;
        let mut polling = Polling::default();
        let mut could_land = false;
        let mut masked = 0;
        let mut in_handler = 0;
        let (mut running, mut open) = (Vec::new(), Vec::new());
        loop {
            self.take_pending(state)?;
            running.clear();
            running.extend((0..state.cores.len()).filter(|&core| state.runs(self.scenario, core)));
            if running.is_empty() {
                return self.rest(state);
            }
            let must_sleep = self.must_sleep(state, &running);
            if !must_sleep {
                polling.interrupt();
            }
            self.find_open(state, &mut open)?;
            let chosen = match mem::take(&mut is_loop) {
                true => None,
                false => self.choose(state, &running, &open),
            };
            let core = match chosen {
                Some(core) => core,
                None => {
                    since_fork = 0;
                    if must_sleep && polling.repeats(state.hash()) {
                        return Err(Kind::Polls.into());
                    }
                    self.enter_node(state)?;
                    let core = self.fork(state, &running, &open);
                    self.check_limits()?;
                    core
                }
            };
            if !could_land && !open.is_empty() {
                could_land = true;
                // A loop that never forked: no handler that has run accesses its words. The handlers run here, so that
                // their accesses are found for the next round.
                if !laps.is_empty() {
                    for &(core, actor) in &open {
                        self.land(state, core, actor);
                    }
                }
            }
            let depth = state.cores[core].depth();
            self.step(state, core)?;
            // A handler on RISC-V has interrupts masked throughout: its own window is that of the handler.
            let it = &state.cores[core];
            masked = if it.masked() && it.depth() == 0 {
                masked + 1
            } else {
                0
            };
            in_handler = if depth > 0 { in_handler + 1 } else { 0 };
            let counts = &mut self.found.counts;
            counts.masked = counts.masked.max(masked);
            counts.handler = counts.handler.max(in_handler);
            since_fork += 1;
            if since_fork > PATIENCE {
                if laps.is_empty() {
                    could_land = false;
                }
                let repeats = !laps.insert(state.hash());
                let is_too_long = laps.len() > LAPS;
                if running.len() > 1 && (repeats || is_too_long) {
                    // The core loops, and touches no word of the others as far as these have run. Each of them takes a
                    // step from here, or the loop would hide what they do (the cycle proviso of partial orders).
                    is_loop = true;
                    laps.clear();
                    continue;
                }
                if repeats {
                    // Where an interrupt can land, another run leaves the loop through it.
                    return match (could_land, must_sleep) {
                        (false, _) => Err(Kind::Hang.into()),
                        (true, true) => Err(Kind::Polls.into()),
                        (true, false) => Err(Stop::Done),
                    };
                }
                if is_too_long {
                    return Err(Kind::Limit(LAPS_TEXT).into());
                }
            }
        }
    }

    /// A run that reaches a state of an earlier run need not go on.
    pub(super) fn enter_node(&mut self, state: &mut State<C>) -> Flow {
        if self.how.mode == Mode::Exhaustive {
            return Ok(());
        }
        let (node, is_new) = self
            .graph
            .enter(state.hash(), state.from.map(|(node, _)| node));
        if is_new {
            self.nodes.push(state.path.clone());
        } else if state.from != Some((node, state.steps)) {
            return Err(Stop::Done);
        }
        state.from = Some((node, state.steps));
        Ok(())
    }

    pub(super) fn end_node(&mut self, state: &State<C>) {
        if let Some((node, _)) = state.from {
            self.graph.end(node);
        }
    }

    /// Leaves a state for later, after something was done to it.
    pub(super) fn continue_after(
        &mut self,
        mut state: State<C>,
        act: impl FnOnce(&mut Self, &mut State<C>) -> Flow,
    ) {
        match act(self, &mut state) {
            Ok(()) => self.work.push(state),
            Err(Stop::Done) => {}
            Err(Stop::Failed(kind)) => {
                self.end_node(&state);
                self.fail(&state, kind);
            }
        }
    }

    pub(super) fn fail(&mut self, state: &State<C>, kind: Kind) {
        let path = state.decisions();
        let at = state.cores.iter().map(Core::pc).next();
        let known = self
            .found
            .failures
            .iter_mut()
            .find(|failure| failure.kind == kind);
        match known {
            Some(known) => {
                known.count += 1;
                if weight(&path) < weight(&known.path) {
                    known.path = path;
                    known.at = at;
                }
            }
            None => self.found.failures.push(Failure {
                kind,
                path,
                count: 1,
                at,
            }),
        }
    }
}

fn weight(path: &[Landing]) -> u32 {
    path.iter().map(Landing::weight).sum()
}
