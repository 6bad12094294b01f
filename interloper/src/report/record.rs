//! The record of one test: what the messages are made of, and what is written as JSON.

use serde::{Deserialize, Serialize};

/// The version of the record; a change that a reader must know of raises it.
pub const VERSION: u32 = 1;

/// One combination of parties on one target.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// [`VERSION`].
    pub version: u32,
    /// The name of the test.
    pub test: String,
    /// The file of the table.
    pub table: String,
    /// The object.
    pub object: String,
    /// The parties, the interrupted one first.
    pub parties: Vec<String>,
    /// The target that the table was built for.
    pub target: String,
    /// Whether the outcome is the expected one.
    pub passed: bool,
    /// The outcome in the table.
    pub expected: Expected,
    /// How much was executed.
    pub counts: Counts,
    /// The failed runs; the ones after the first few kinds are left out.
    pub failures: Vec<Failure>,
    /// The first and the last address of each row of executed instructions.
    pub executed: Vec<(u32, u32)>,
}

/// What the table expects of a combination.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expected {
    /// It holds.
    Holds,
    /// A wrong version, to be caught.
    Caught,
    /// A wrong version without one of the parties that catch it: it holds.
    Escapes,
    /// It is known to fail, for this reason.
    Known(String),
}

/// How much was executed.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// The instructions of all runs.
    pub instructions: u64,
    /// The distinct states at which runs forked.
    pub states: u64,
    /// The interrupts that landed.
    pub landings: u64,
    /// The runs that ended.
    pub runs: u64,
    /// The most instructions in a row with interrupts masked, outside handlers.
    pub longest_masked: u64,
    /// The most instructions in a row inside handlers.
    pub longest_handler: u64,
}

/// A failed run.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The variant of the reset; empty where there is one only.
    pub variant: String,
    /// How it failed, in a word.
    pub kind: FailureKind,
    /// How it failed, in a sentence.
    pub message: String,
    /// How many runs failed in this way.
    pub runs: u64,
    /// The decisions of the run.
    pub landings: Vec<Landing>,
    /// The instructions of the interrupted party that the interrupt separates, and where the run stopped.
    pub places: Vec<Place>,
    /// What was answered, in the order of the parties.
    pub answers: Vec<Answer>,
    /// The state at the end.
    pub state: Option<String>,
    /// What is allowed.
    pub orders: Vec<Order>,
    /// The value of `INTERLOPER_REPLAY` that repeats the run.
    pub replay: String,
}

/// How a run failed.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// Answers and state are those of no order.
    NoOrder,
    /// It never ends.
    Hang,
    /// It sleeps for ever.
    Asleep,
    /// It repeats a state where it must sleep.
    Polls,
    /// It panicked.
    Panic,
    /// The machine stopped.
    Fault,
    /// A condition does not hold.
    Broken,
    /// Interrupts stay masked.
    LeftMasked,
    /// The search gave up.
    Limit,
    /// An extra answer never occurred.
    MissingExtra,
    /// A party that must sleep where it waits never slept.
    MissingSleep,
    /// A wrong version looks right.
    NotCaught,
    /// A wrong version is caught by fewer parties than the table names.
    CaughtByFewer,
    /// What is known to fail holds.
    NoLongerFails,
}

/// A decision of a run.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Landing {
    /// The instructions executed before it.
    pub step: u64,
    /// The core.
    pub core: usize,
    /// The party that begins there; `None` where an exclusive store fails or a sleep ends for no cause.
    pub party: Option<String>,
    /// The address of the next instruction of the interrupted code.
    pub address: u32,
    /// Its place in the source, the innermost function first.
    pub frames: Vec<Frame>,
}

/// An instruction that a message points to.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Place {
    /// What it does.
    pub label: String,
    /// Its address.
    pub address: u32,
    /// Its place in the source, the innermost function first.
    pub frames: Vec<Frame>,
}

/// A place in the source.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Frame {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1; 0 where it is unknown.
    pub column: u32,
    /// The function.
    pub function: String,
}

/// What a call answered.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The call.
    pub call: String,
    /// Its answer; `None` if it did not run.
    pub answer: Option<String>,
}

/// A sequential order.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Order {
    /// The calls in this order, with their answers.
    pub answers: Vec<Answer>,
    /// The state at the end.
    pub state: Option<String>,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn record() -> Record {
        let frame = Frame {
            file: "a.rs".into(),
            line: 1,
            column: 2,
            function: "f".into(),
        };
        let answer = Answer {
            call: "f".into(),
            answer: Some("None".into()),
        };
        Record {
            version: VERSION,
            test: "thumbv6m::queue::f x g".into(),
            table: "tests/queue.rs".into(),
            object: "queue".into(),
            parties: vec!["f".into(), "g".into()],
            target: "thumbv6m-none-eabi".into(),
            passed: false,
            expected: Expected::Known("#583".into()),
            counts: Counts {
                instructions: 1,
                states: 2,
                landings: 3,
                runs: 4,
                longest_masked: 5,
                longest_handler: 6,
            },
            failures: vec![Failure {
                variant: "full".into(),
                kind: FailureKind::NoOrder,
                message: "m".into(),
                runs: 1,
                landings: vec![Landing {
                    step: 12,
                    core: 0,
                    party: Some("g".into()),
                    address: 0x0800_0000,
                    frames: vec![frame.clone()],
                }],
                places: vec![Place {
                    label: "reads".into(),
                    address: 0x0800_0002,
                    frames: vec![frame],
                }],
                answers: vec![answer.clone()],
                state: None,
                orders: vec![Order {
                    answers: vec![answer],
                    state: Some("[]".into()),
                }],
                replay: "full/12e1".into(),
            }],
            executed: vec![(0x0800_0000, 0x0800_0010)],
        }
    }

    #[test]
    fn the_schema_is_the_documented_one() {
        let expected = include_str!("record.json");
        let found = serde_json::to_string_pretty(&record()).unwrap();
        assert_eq!(
            found,
            expected.trim_end(),
            "a reader of records must know of the change: raise VERSION"
        );
        assert_eq!(serde_json::from_str::<Record>(expected).unwrap(), record());
    }

    #[test]
    fn a_record_with_other_fields_is_refused() {
        let other = include_str!("record.json").replacen("\"table\"", "\"tables\"", 1);
        let error = serde_json::from_str::<Record>(&other).unwrap_err();
        assert!(error.to_string().contains("tables"), "{error}");
    }
}
