//! One run at a time: an interrupt at a chosen instruction, with everything that the instructions do.
//!
//! A test explores every run and reports what is wrong. This module is for programs that show single runs or compare
//! them with another machine: it leaves no landing out, and gives each instruction, each answer, and the addresses of
//! the functions that a run calls.
//!
//! ```text
//! Table::read ──► Table::builds ──► Table::build::<Arm> ──► Firmware ──► Firmware::meeting ──► Meeting::run
//! ```
//!
//! A [`Meeting`] is main and the handlers that interrupt it, after one `reset`; [`Meeting::run`] takes a [`Request`] for
//! each interrupt and returns the [`Run`]. An interrupt begins at an instruction of main; it does not begin inside
//! another handler, nor on a second core. The tests of [`Tables`](crate::Tables) explore those.
//!
//! The calls of a run are numbered: those of main first, then those of each handler. [`Run::answers`] and
//! [`Order::answers`] have this order, which is that of [`Meeting::calls`].

mod firmware;
mod meeting;

use core::ops::Range;

pub use crate::{image::Build, target::Processor};
pub use firmware::{Firmware, Table};
pub use meeting::Meeting;

use crate::machine::Access;

/// The parties of a meeting, by their names in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parties {
    /// The object, with the modules around it.
    pub object: String,
    /// The `reset` that prepares it; `None` for the first.
    pub reset: Option<String>,
    /// The operation that is interrupted.
    pub main: String,
    /// The handlers.
    pub handlers: Vec<String>,
}

/// A call of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The party that makes it: 0 for main, 1 for the first handler.
    pub lane: usize,
    /// The priority of the handler.
    pub priority: Option<u8>,
    /// The function that calls the operation and keeps the answer; it takes nothing and returns nothing.
    pub run: u32,
    /// The function that writes the answer to [`Firmware::text`].
    pub show: u32,
}

/// The interrupt of a handler becomes pending at this point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// The handler: 1 for the first. It runs once.
    pub handler: usize,
    /// Before which instruction of main; where main ends or sleeps before, there.
    pub before: usize,
}

/// An executed instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// 0 for main, 1 for the first handler.
    pub lane: usize,
    /// The address of the instruction.
    pub address: u32,
    /// What it touches.
    pub access: Access,
    /// The bytes that it touches, if they are a part of a word.
    pub part: Option<Range<u32>>,
    /// The words that it touches, with their values after it.
    pub words: Vec<(u32, u32)>,
    /// Whether interrupts are masked before it, and after it.
    pub masked: (bool, bool),
    /// Whether its operation returns.
    pub returns: bool,
    /// Whether the core sleeps after it.
    pub sleeps: bool,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Every party returned.
    Returned,
    /// Main sleeps, and no interrupt is left.
    Asleep,
    /// It stopped, for this reason.
    Stopped(String),
}

/// A run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// What was executed.
    pub steps: Vec<Step>,
    /// For each request, how many instructions of main come before the handler.
    pub taken: Vec<Option<usize>>,
    /// For each request, whether main slept at that point.
    pub asleep: Vec<bool>,
    /// How it ended.
    pub end: End,
    /// The answer of each call that returned.
    pub answers: Vec<Option<String>>,
    /// The state at the end.
    pub state: Option<String>,
    /// Whether each allowed order explains the run.
    pub explained: Vec<bool>,
}

/// The parties one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Which call is the first, the second.
    pub lanes: Vec<usize>,
    /// The answer of each call.
    pub answers: Vec<Option<String>>,
    /// The state at the end.
    pub state: Option<String>,
}
