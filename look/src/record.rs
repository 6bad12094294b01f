//! What the page, the terminal and the README draw: every landing of every example.
//!
//! `schema.json` describes the same for readers that are not written in Rust; a test compares the two. Rows that occur
//! by the hundred are JSON arrays.

use serde::{Deserialize, Serialize};

mod read;
mod rows;
#[cfg(test)]
mod tests;

pub use read::Executed;
pub use rows::{Access, Code, Frame, FrameKind, Happening, Segment, Step};

/// The version of the record; a change that a reader must follow raises it.
pub const SCHEMA: u32 = 2;

/// Every example.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The version of the compiler that built the firmware.
    pub rustc: String,
    /// How it was optimised.
    pub profile: String,
    /// The places in the source.
    pub frames: Vec<Frame>,
    /// What is explained; code stands in backquotes.
    pub sentences: Vec<String>,
    /// What it was built for.
    pub targets: Vec<Target>,
    /// What the examples are about.
    pub groups: Vec<Group>,
    /// The versions of the examples.
    pub cases: Vec<Case>,
}

/// A target of the firmware.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The target triple.
    pub id: String,
    /// A core that executes it.
    pub core: String,
    /// Whether an instruction takes a fixed number of cycles there.
    pub cycles: bool,
}

/// A question of the chapter.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its name in links.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The section of the chapter.
    pub section: String,
    /// The question.
    pub asks: String,
    /// The parties: main first.
    pub lanes: Vec<String>,
    /// What each of them does.
    pub does: Vec<String>,
    /// What the answer of each is called, and then the state at the end; `–` for none.
    pub answers: Vec<String>,
}

/// Whether a version is the one to write.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A version that a landing breaks.
    Wrong,
    /// A version that none breaks.
    Right,
}

/// A version of an example.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its name on the command line and in links.
    pub id: String,
    /// The [`Group::id`].
    pub group: String,
    /// Wrong or right.
    pub kind: Kind,
    /// What it is made of.
    pub name: String,
    /// What it shows.
    pub says: String,
    /// Its source, from the root of the repository.
    pub file: String,
    /// The lines that declare its statics.
    pub statics: Vec<String>,
    /// The functions that each lane calls.
    pub fns: Vec<Vec<Function>>,
    /// One for each target.
    pub builds: Vec<Build>,
}

/// A function of the source.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// Its name.
    #[serde(rename = "fn")]
    pub name: String,
    /// The line of its first line, from 1.
    pub line: u32,
    /// Its lines.
    pub text: Vec<String>,
}

/// A version, built for a target and executed.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Build {
    /// The index in [`Look::targets`].
    pub target: usize,
    /// The index in `seqs[0]` of the WFI in which main sleeps until an interrupt.
    pub slept: Option<usize>,
    /// The instructions of main that have a landing before them; one more point is after the end, or asleep.
    pub ends: usize,
    /// The instructions.
    pub code: Vec<Code>,
    /// The executed instructions: what each did.
    pub steps: Vec<Step>,
    /// The words of the statics.
    pub words: Vec<Word>,
    /// The words that two lanes share.
    pub columns: Vec<Column>,
    /// Rows of indices in `steps`. The first is main without an interrupt; if it sleeps, woken by the handlers.
    pub seqs: Vec<Vec<usize>>,
    /// The allowed answers.
    pub orders: Vec<Order>,
    /// What this version answers in each order.
    pub own: Vec<Order>,
    /// The answers of all landings.
    pub outcomes: Vec<Outcome>,
    /// The landings.
    pub landings: Vec<Landing>,
    /// How many there are of each kind, and what the version costs.
    pub counts: Counts,
}

/// How the value of a word is written.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub enum Format {
    /// As a number.
    #[default]
    #[serde(rename = "")]
    Plain,
    /// As `!` and the complement.
    #[serde(rename = "not")]
    Not,
    /// As index `#` tag, with two bits of index.
    #[serde(rename = "tag2")]
    Tag2,
    /// As `true` and `false`.
    #[serde(rename = "bool")]
    Bool,
}

/// A word of a static.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Word {
    /// Its address.
    pub addr: u32,
    /// Its bytes.
    pub size: u32,
    /// Its path in the source.
    pub name: String,
    /// Its value before main begins.
    pub init: u32,
    /// How a value is written.
    pub fmt: Format,
}

/// Words that two lanes touch and at least one of them stores.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The name of the word, or of the array.
    pub name: String,
    /// The indices in [`Build::words`].
    pub words: Vec<usize>,
}

/// The calls one after the other.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The lane that comes first, second, third.
    pub lanes: Vec<usize>,
    /// The answer of each lane, and the state.
    pub shown: Vec<String>,
}

/// What a run answered.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// The answer of each lane, and the state.
    pub shown: Vec<String>,
    /// Whether each of [`Build::orders`] explains it.
    pub legal: Vec<bool>,
}

/// The verdict of a landing.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// An order explains the answers.
    Ok,
    /// None does.
    Wrong,
    /// The interrupt waited for main to unmask it; an order explains the answers.
    Masked,
    /// Main tried again; an order explains the answers.
    Again,
}

/// One run: the interrupts become pending at these points. JSON leaves out what is `false`, zero or empty.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Landing {
    /// For each handler, before which instruction of main its interrupt becomes pending.
    pub at: Vec<usize>,
    /// Before which it is taken.
    pub taken: Vec<usize>,
    /// Its verdict.
    pub kind: Verdict,
    /// Whether main sleeps when the interrupt is taken.
    #[serde(default, skip_serializing_if = "is_default")]
    pub asleep: bool,
    /// The index in [`Build::outcomes`].
    pub outcome: usize,
    /// The steps of the run.
    pub run: Vec<Segment>,
    /// The instructions that main executes more than without an interrupt.
    #[serde(default, skip_serializing_if = "is_default")]
    pub more: i64,
    /// Why no order explains the answers.
    #[serde(default, skip_serializing_if = "is_default")]
    pub why: Option<Why>,
    /// The sentence that comes first.
    #[serde(default, skip_serializing_if = "is_default")]
    pub head: Option<usize>,
    /// The sentences about [`Why::first`] and [`Why::last`].
    #[serde(default, skip_serializing_if = "is_default")]
    pub says: Vec<usize>,
    /// The sentence that comes last.
    pub tail: usize,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A step of a run, and an access of the step.
pub type Node = (usize, usize);

/// Why no order explains the answers.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Why {
    /// An access of main and one of a handler that conflicts with it: main came first.
    pub first: Option<(Node, Node)>,
    /// The same: main came last.
    pub last: Option<(Node, Node)>,
    /// The step that is to blame.
    pub wrong: Option<usize>,
}

/// How many landings there are of each kind, and what the version costs.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Counts {
    /// Landings.
    pub points: usize,
    /// Those that no order explains.
    pub wrong: usize,
    /// Those that wait for main to unmask interrupts.
    pub masked: usize,
    /// Those after which main tries again.
    pub again: usize,
    /// The instructions of main, without an interrupt.
    pub instructions: usize,
    /// Those of them with interrupts masked.
    pub masked_instructions: usize,
    /// Their cycles, where an instruction has a fixed number.
    pub masked_cycles: Option<u32>,
}
