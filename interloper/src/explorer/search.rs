//! The search itself: forks, steps, ends.

use std::{collections::HashSet, rc::Rc};

use super::{
    Found, Limits, Mode,
    graph::Graph,
    state::{Progress, State, Step, decisions},
    touched::{Touched, is_on_a_stack, is_own_frame},
};
use crate::{
    failure::{Failure, Kind, What},
    helper::Helper,
    image::Image,
    layout::STACKS,
    machine::{Choice, Choices, Core, Event, Memory, Peek},
    scenario::Scenario,
};

/// After as many instructions without a fork, states are compared.
const PATIENCE: u64 = 4096;
/// How many states are compared then.
const LAPS: usize = 200_000;

/// A search through the runs of one scenario.
pub(super) struct Search<'a, C> {
    pub(super) scenario: &'a Scenario<'a>,
    pub(super) image: &'a Image,
    pub(super) helper: &'a mut Helper<C>,
    mode: Mode,
    limits: Limits,
    pub(super) touched: &'a mut [Touched],
    is_new: bool,
    graph: Graph,
    /// For each node of the graph, how a run came there.
    nodes: Vec<Option<Rc<Step>>>,
    pub(super) work: Vec<State<C>>,
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
    (mode, limits): (Mode, Limits),
) -> Found {
    let mut touched = vec![Touched::default(); scenario.actors.len()];
    let mut rounds = 0;
    loop {
        rounds += 1;
        let mut search = Search::new(scenario, image, helper, (mode, limits), &mut touched);
        let initial = search.initial(cores, memory);
        search.work.push(initial);
        search.run();
        if !search.is_new || mode != Mode::Pruned {
            search.found.counts.rounds = rounds;
            search.found.counts.states = search.graph.len() as u64;
            return search.found;
        }
    }
}

impl<'a, C: Core> Search<'a, C> {
    pub(super) fn new(
        scenario: &'a Scenario<'a>,
        image: &'a Image,
        helper: &'a mut Helper<C>,
        (mode, limits): (Mode, Limits),
        touched: &'a mut [Touched],
    ) -> Self {
        Self {
            scenario,
            image,
            helper,
            mode,
            limits,
            touched,
            is_new: false,
            graph: Graph::default(),
            nodes: Vec::new(),
            work: Vec::new(),
            found: Found::default(),
        }
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
                state.cores[it.core].boot(entry, STACKS[it.core].clone());
                state.begin(self.scenario, actor);
            }
        }
        state
    }

    fn run(&mut self) {
        while let Some(mut state) = self.work.pop() {
            if let Err(limit) = self.check_limits() {
                self.fail(&state, Kind::Limit(limit));
                return;
            }
            match self.follow(&mut state) {
                Ok(()) | Err(Stop::Done) => {}
                Err(Stop::Failed(kind)) => {
                    self.end_node(&state);
                    self.fail(&state, kind);
                }
            }
        }
        if self.mode != Mode::Exhaustive
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

    fn check_limits(&self) -> Result<(), &'static str> {
        if self.found.counts.steps > self.limits.steps {
            Err("INTERLOPER_STEPS")
        } else if self.graph.len() > self.limits.states {
            Err("INTERLOPER_STATES")
        } else {
            Ok(())
        }
    }

    /// Follows a run to its end, or to a state that occurred before.
    fn follow(&mut self, state: &mut State<C>) -> Flow {
        let mut since_fork = 0;
        let mut laps = HashSet::new();
        let mut could_land = false;
        let mut masked = 0;
        let mut in_handler = 0;
        loop {
            self.take_pending(state)?;
            let running: Vec<usize> = (0..state.cores.len())
                .filter(|&core| state.runs(self.scenario, core))
                .collect();
            if running.is_empty() {
                return self.rest(state);
            }
            let open = self.open(state)?;
            let core = match self.choose(state, &running, &open) {
                Some(core) => core,
                None => {
                    since_fork = 0;
                    self.enter_node(state)?;
                    self.fork(state, &running, &open)
                }
            };
            could_land |= !open.is_empty();
            let depth = state.cores[core].depth();
            self.step(state, core)?;
            masked = if state.cores[core].masked() {
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
                if !laps.insert(state.hash()) {
                    // Where an interrupt can land, another run leaves the loop through it.
                    return if could_land {
                        Err(Stop::Done)
                    } else {
                        Err(Kind::Hang.into())
                    };
                }
                if laps.len() > LAPS {
                    return Err(Kind::Limit("the instructions between two forks").into());
                }
            }
        }
    }

    /// A core whose next instruction makes no difference to the others; `None` where the run forks.
    fn choose(
        &self,
        state: &mut State<C>,
        running: &[usize],
        open: &[(usize, usize)],
    ) -> Option<usize> {
        if running.len() == 1 && open.is_empty() {
            return Some(running[0]);
        }
        if self.mode != Mode::Pruned {
            return None;
        }
        running
            .iter()
            .copied()
            .find(|&core| !self.matters(state, core))
    }

    /// Whether it matters to other parties when this core executes its next instruction.
    fn matters(&self, state: &mut State<C>, core: usize) -> bool {
        let Peek {
            access,
            scheduling,
            choices,
        } = state.cores[core].peek(&mut state.memory);
        if scheduling || choices == Choices::Exclusive {
            return true;
        }
        let own = is_own_frame(access, core, state.cores[core].entry_sp());
        if is_on_a_stack(access) && !own {
            return true;
        }
        let handlers = self.scenario.actors.iter().enumerate();
        let handlers = handlers
            .filter(|(index, _)| state.progress.begun >> index & 1 == 0)
            .map(|(index, _)| index);
        let elsewhere = self.under_way_elsewhere(state, core);
        let mut all = handlers.chain(elsewhere);
        all.any(|actor| self.touched[actor].conflicts(access))
    }

    /// The actors that are under way on the other core.
    fn under_way_elsewhere(
        &self,
        state: &State<C>,
        core: usize,
    ) -> impl Iterator<Item = usize> + use<'_, C> {
        let (begun, completed) = (state.progress.begun, state.progress.completed);
        self.scenario
            .actors
            .iter()
            .enumerate()
            .filter_map(move |(index, actor)| {
                let is_under_way = begun >> index & 1 != 0
                    && usize::from(completed[index]) < self.scenario.calls(index);
                (actor.core != core && is_under_way).then_some(index)
            })
    }

    /// A run that reaches a state of an earlier run need not go on.
    fn enter_node(&mut self, state: &mut State<C>) -> Flow {
        if self.mode == Mode::Exhaustive {
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

    fn end_node(&mut self, state: &State<C>) {
        if let Some((node, _)) = state.from {
            self.graph.end(node);
        }
    }

    /// Leaves a state for each decision but one; returns the core that goes on.
    fn fork(&mut self, state: &mut State<C>, running: &[usize], open: &[(usize, usize)]) -> usize {
        for &(core, actor) in open {
            self.land(state, core, actor);
        }
        for &core in running {
            match state.cores[core].peek(&mut state.memory).choices {
                Choices::None => {}
                Choices::Exclusive => self.fail_spuriously(state, core),
                Choices::Multiple {
                    words,
                    stores,
                    resumes,
                } => {
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
            }
        }
        for &core in &running[1..] {
            self.continue_after(state.clone(), |search, other| search.step(other, core));
        }
        running[0]
    }

    fn fail_spuriously(&mut self, state: &State<C>, core: usize) {
        let mut other = state.clone();
        other.decide(core, What::Spurious);
        self.continue_after(other, |search, other| {
            search.execute_spuriously(other, core)
        });
    }

    /// The core's exclusive store fails.
    pub(super) fn execute_spuriously(&mut self, state: &mut State<C>, core: usize) -> Flow {
        state.steps += 1;
        state.on = core;
        self.found.counts.steps += 1;
        state.cores[core]
            .step_as(&mut state.memory, Choice::ExclusiveFails)
            .map_err(Kind::Fault)?;
        Ok(())
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
        self.found.executed.insert(pc);
        let frame_end = state.cores[core].entry_sp();
        let event = state.cores[core]
            .step(&mut state.memory)
            .map_err(Kind::Fault)?;
        state.steps += 1;
        self.found.counts.steps += 1;
        let access = state.memory.access();
        if !access.is_none() {
            if !is_own_frame(access, core, frame_end) {
                self.is_new |= self.touched[actor].note(access);
            }
            for (_, other) in state
                .cores
                .iter_mut()
                .enumerate()
                .filter(|&(other, _)| other != core)
            {
                other.observe(access);
            }
        }
        match event {
            Event::Step => Ok(()),
            Event::Return { .. } | Event::ExceptionReturn { .. } => {
                self.returned(state, core, actor)
            }
            Event::WaitForInterrupt if self.is_pending(state, core) => Ok(()),
            Event::WaitForInterrupt | Event::WaitForEvent => {
                state.progress.sleep(core, event == Event::WaitForEvent);
                Ok(())
            }
            Event::SendEvent => {
                for (other, it) in state
                    .cores
                    .iter_mut()
                    .enumerate()
                    .filter(|&(other, _)| other != core)
                {
                    if state.progress.waits_for_event(other) {
                        state.progress.wake(other);
                    } else {
                        it.signal();
                    }
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
        let text = self.helper.text(&state.memory, unit.show)?;
        let mut extras = 0;
        for (index, extra) in unit.extras.iter().enumerate() {
            extras |= u32::from(self.helper.condition(&state.memory, extra.matches)?) << index;
        }
        state.end(self.scenario, actor, text, extras);
        for check in &self.scenario.object.always {
            if !self.helper.condition(&state.memory, check.holds)? {
                return Err(Kind::Broken(check.message.clone()).into());
            }
        }
        self.note_condition_reads();
        let completed = usize::from(state.progress.completed[actor]);
        let goes_on = completed < self.scenario.calls(actor);
        if goes_on {
            state.begin(self.scenario, actor);
        }
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
                state.cores[core].boot(entry, STACKS[core].clone());
            }
        }
        self.enter_node(state)
    }

    /// What conditions read, every handler touches: a return of a handler is when they are evaluated.
    pub(super) fn note_condition_reads(&mut self) {
        for &address in self.helper.condition_reads() {
            for touched in self.touched.iter_mut() {
                self.is_new |= touched.note_read(address);
            }
        }
    }

    /// No core runs: interrupts land, or the run ends.
    fn rest(&mut self, state: &mut State<C>) -> Flow {
        let open = self.open(state)?;
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
            Some(entry) => Some(self.helper.text(&state.memory, entry)?),
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
            if !self.helper.condition(&state.memory, check.holds)? {
                return Err(Kind::Broken(check.message.clone()).into());
            }
        }
        self.end_node(state);
        Err(Stop::Done)
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
                if path.len() < known.path.len() {
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
