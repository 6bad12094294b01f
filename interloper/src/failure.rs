//! What a run does that the table does not allow.

use std::fmt;

use crate::{machine::Fault, oracle::Observed};

/// A failed run.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    /// Where it was interrupted, the first landing first.
    pub(crate) path: Vec<Landing>,
    /// How many runs ended in this way.
    pub(crate) count: u64,
    /// The address of the last instruction; `None` where the run ended.
    pub(crate) at: Option<u32>,
}

/// How a run failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Answers and state equal no sequential order.
    NoOrder(Box<Observed>),
    /// The same state occurred twice, and no party is left to change it.
    Hang,
    /// A core sleeps, and no interrupt is left to wake it.
    Asleep,
    /// A party that must sleep repeats a state without a sleep.
    Polls,
    /// The operation panicked.
    Panic(String),
    /// The machine stopped at an instruction.
    Fault(Fault),
    /// A condition of `always` or `finally` does not hold.
    Broken(String),
    /// A text or a condition enters a section that the other core is in.
    Waits,
    /// An operation returned with interrupts masked.
    LeftMasked,
    /// The search exceeded a limit.
    Limit(&'static str),
}

/// A decision on the way of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Landing {
    /// How many instructions were executed before it, on all cores.
    pub(crate) step: u64,
    /// The core.
    pub(crate) core: usize,
    /// The address of the next instruction of the core.
    pub(crate) pc: u32,
    pub(crate) what: What,
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// This actor interrupts the core.
    Enter(usize),
    /// The interrupt of this actor is pending while the core, with interrupts masked, wakes from its sleep.
    Pend(usize),
    /// The exclusive store fails, or the sleep ends at once.
    Spurious,
    /// The instruction stops after some of its words, and this actor interrupts the core.
    Split {
        actor: usize,
        after: u8,
        resumes: bool,
    },
    /// The core, one of two, executes its next instruction.
    Run,
}

impl Landing {
    /// How much it takes to explain: an interrupt is simpler than one inside an instruction.
    pub(crate) fn weight(&self) -> u32 {
        match self.what {
            What::Run => 1,
            What::Enter(_) | What::Pend(_) => 2,
            What::Split { .. } | What::Spurious => 5,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoOrder(_) => f.write_str("answers and state equal those of no sequential order"),
            Self::Hang => f.write_str(
                "the run never ends: a state repeats, and no party is left to change it",
            ),
            Self::Asleep => f.write_str("a core sleeps, and no interrupt is left to wake it"),
            Self::Polls => {
                f.write_str("a state repeats without a sleep: an operation that `sleeps` polls")
            }
            Self::Panic(message) => write!(f, "panic: {message}"),
            Self::Fault(fault) => write!(f, "{fault}"),
            Self::Broken(message) => f.write_str(message),
            Self::Waits => f.write_str(
                "the text of an answer, an `extra` or a `when` waits for the other core: it must not need a critical \
                 section",
            ),
            Self::LeftMasked => f.write_str("the operation returned with interrupts masked"),
            Self::Limit(limit) => write!(f, "the search gave up: it exceeded {limit}"),
        }
    }
}
