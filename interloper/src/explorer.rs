//! Every run of a scenario.
//!
//! A run is a sequence of decisions: at which boundary each handler interrupts, which of two cores goes on, whether an
//! exclusive store fails although it could succeed, whether a sleep ends at once. The explorer executes all of them,
//! depth first:
//!
//! ```text
//!  state ──► no decision makes a difference here ──► execute one instruction ──► state
//!    └─────► fork: one state for each decision; those that occurred before are dropped
//! ```
//!
//! # Reductions
//!
//! *Merging*. Two runs in the same state have the same future. A state is the cores, the memory and [`Progress`]
//! (answers and their real-time order), by a hash of 64 bits. Words below a stack pointer are zero: an interrupt may
//! overwrite them at any time, so no program reads them.
//!
//! *Pruning*. An interrupt before an instruction and one after it have the same outcome if the instruction neither
//! touches a word that the handler touches (one of them storing) nor changes what the core may take (masks, sleep,
//! return), nor uses what a handler may change in the core (exclusive accesses, CSRs; masks, if a handler leaves them
//! changed). It also makes a difference where the frames of the handlers may not fit the stack. Which words a party
//! touches is known only after it ran, so the search is repeated with the words of the last round until there are no new
//! ones; the text of an answer belongs to the party that answers. Schlich, Noll, Brauer and Brutschy, "Reduction of
//! Interrupt Handler Executions for Model Checking Embedded Software" (HVC 2009) prove it for one core; for two cores it
//! is the usual reduction to a single independent step (Godefroid, 1996), with its proviso: where a core closes a loop
//! without a fork, each core takes a step, or the loop would hide the others. The first instruction of a call always
//! makes a difference: it is the invocation, and what ended before it comes before the call.
//!
//! [`Mode::Exhaustive`] uses neither, [`Mode::Merged`] the first: they are the audit.
//!
//! In the first round, runs fork only at invocations, where a core closes a loop, and where no core runs. The words that are
//! touched are kept; the result is discarded.
//!
//! # Hangs
//!
//! A hang is proved. Either a run without a decision repeats a state, or a state is found from which no run ends. Waits
//! that repeat a state where they must sleep are found in the same way (`poll`).
//!
//! [`Progress`]: state::Progress

mod addresses;
mod execute;
mod fork;
mod graph;
mod land;
mod observe;
mod poll;
mod replay;
mod search;
mod state;
mod touched;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    failure::{Failure, Landing},
    oracle::Observed,
};

pub(crate) use observe::{Request, observe};
pub(crate) use replay::{Executed, Trace, replay};
pub(crate) use search::explore;

/// Which reductions are in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    /// None: every run.
    Exhaustive,
    /// Equal states are merged.
    Merged,
    /// Equal states are merged, and runs fork only where it makes a difference.
    #[default]
    Pruned,
}

/// When a search gives up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The most instructions of a search, in all its rounds.
    pub(crate) steps: u64,
    /// The most states of a search.
    pub(crate) states: usize,
}

/// How to search.
#[derive(Clone, Copy, Debug)]
pub(crate) struct How {
    pub(crate) mode: Mode,
    pub(crate) limits: Limits,
    /// Whether an exclusive store may fail although it could succeed, and a sleep end at once. Without merging, the
    /// runs of a loop around one have no end.
    pub(crate) spurious: bool,
}

impl How {
    /// Nothing is merged or left out, as where one run is executed.
    pub(crate) fn exhaustive() -> Self {
        Self {
            mode: Mode::Exhaustive,
            ..Self::default()
        }
    }
}

impl Default for How {
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            limits: Limits::default(),
            spurious: true,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 2_000_000_000,
            states: 5_000_000,
        }
    }
}

/// What a search found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    pub(crate) failures: Vec<Failure>,
    /// What the runs showed, how many showed it, and the decisions of one of them.
    pub(crate) outcomes: BTreeMap<Observed, (u64, Vec<Landing>)>,
    pub(crate) counts: Counts,
    /// The addresses of the instructions that were executed.
    pub(crate) executed: BTreeSet<u32>,
    /// Those that the interrupted party of core 0 executed.
    pub(crate) executed_by_main: BTreeSet<u32>,
    /// The actors that slept, a bit each.
    pub(crate) slept: u32,
}

/// How much was executed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// The instructions of all runs.
    pub(crate) steps: u64,
    /// The distinct states at which runs forked.
    pub(crate) states: u64,
    /// The interrupts that landed.
    pub(crate) landings: u64,
    /// The runs that ended.
    pub(crate) ends: u64,
    /// The rounds until the touched words were known, with the first one; 1 where nothing is pruned.
    pub(crate) rounds: u32,
    /// The most instructions in a row with interrupts masked, outside handlers.
    pub(crate) masked: u64,
    /// The most instructions in a row inside handlers.
    pub(crate) handler: u64,
}

impl Counts {
    /// The sums of what adds up, the maxima of the rest.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            steps: self.steps + other.steps,
            states: self.states + other.states,
            landings: self.landings + other.landings,
            ends: self.ends + other.ends,
            rounds: self.rounds.max(other.rounds),
            masked: self.masked.max(other.masked),
            handler: self.handler.max(other.handler),
        }
    }
}
