//! What a model tells: one line each, and the set of outcomes that it must have.

use std::{collections::BTreeSet, time::Instant};

/// Whether models shall be as large as minutes allow.
#[must_use]
pub fn is_full() -> bool {
    extent_is("full")
}

fn extent_is(word: &str) -> bool {
    std::env::var_os("INDIVISIBLE_MODELS").is_some_and(|value| value == word)
}

/// Of one model.
#[derive(Debug)]
pub struct Report {
    name: &'static str,
    start: Instant,
    /// How many executions there were.
    pub executions: u64,
    /// What came out of them.
    pub outcomes: BTreeSet<String>,
}

impl Report {
    /// Of nothing yet.
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

    /// Exactly these outcomes, from at least so many executions: in native mode, and in section mode.
    ///
    /// A checker that was told too little, or skips what matters, shows as a missing outcome or too few
    /// executions: that nothing went wrong alone proves nothing.
    ///
    /// # Panics
    ///
    /// Where it is otherwise.
    pub fn expect(&self, outcomes: &[&str], executions: [u64; 2]) {
        let expected: BTreeSet<_> = outcomes.iter().map(|it| (*it).to_owned()).collect();
        assert_eq!(self.outcomes, expected, "outcomes of {:?}", self.name);
        self.expect_at_least(expected.len(), executions);
    }

    /// The same, where there are too many outcomes to name: at least so many different ones.
    ///
    /// # Panics
    ///
    /// Where there are fewer.
    pub fn expect_at_least(&self, outcomes: usize, executions: [u64; 2]) {
        // A planted bug is not noticed by making fewer steps.
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
