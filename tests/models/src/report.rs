//! The report of a model: one printed line, and the set of its outcomes.

use std::{collections::BTreeSet, time::Instant};

/// Whether models run to their full extent, for minutes.
#[must_use]
pub fn is_full() -> bool {
    extent_is("full")
}

fn extent_is(word: &str) -> bool {
    std::env::var_os("INDIVISIBLE_MODELS").is_some_and(|value| value == word)
}

/// The result of one model.
#[derive(Debug)]
pub struct Report {
    name: &'static str,
    start: Instant,
    /// The number of executions.
    pub executions: u64,
    /// Their outcomes.
    pub outcomes: BTreeSet<String>,
}

impl Report {
    /// An empty report.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            start: Instant::now(),
            executions: 0,
            outcomes: BTreeSet::new(),
        }
    }

    /// Prints one line, tabs between its fields.
    pub fn print(&self) {
        let outcomes: Vec<_> = self.outcomes.iter().map(String::as_str).collect();
        println!(
            "model\t{}\t{}\t{:.2} s\t{}",
            self.name,
            self.executions,
            self.start.elapsed().as_secs_f64(),
            outcomes.join("\t"),
        );
    }

    /// Exactly these outcomes, from at least this number of executions: in native mode, and in section mode.
    ///
    /// A checker with too small a model, or one that skips executions, fails here with a missing outcome or too
    /// few executions: a run without a failure alone proves nothing.
    ///
    /// # Panics
    ///
    /// If they differ.
    pub fn expect(&self, outcomes: &[&str], executions: [u64; 2]) {
        let expected: BTreeSet<_> = outcomes.iter().map(|it| (*it).to_owned()).collect();
        assert_eq!(self.outcomes, expected, "outcomes of {:?}", self.name);
        self.expect_at_least(expected.len(), executions);
    }

    /// The same, for too many outcomes to name: at least this number of different ones.
    ///
    /// # Panics
    ///
    /// If there are fewer.
    pub fn expect_at_least(&self, outcomes: usize, executions: [u64; 2]) {
        // A mutant must not be noticed by its smaller number of steps.
        let floor = if extent_is("mutant") {
            1
        } else {
            executions[usize::from(cfg!(indivisible_force_sections))]
        };
        assert!(
            self.outcomes.len() >= outcomes && self.executions >= floor,
            "{:?} had {} outcomes of {} executions, and has to have {outcomes} of {floor}",
            self.name,
            self.outcomes.len(),
            self.executions
        );
    }
}
