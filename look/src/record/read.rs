//! What a reader of a record computes first.

use super::{Access, Build, Column, Format, Landing, Node, Step};

/// A step of a run.
#[derive(Clone, Copy, Debug)]
pub struct Executed<'a> {
    /// The lane.
    pub lane: usize,
    /// What was executed.
    pub step: &'a Step,
}

impl Build {
    /// The steps of a landing.
    #[must_use]
    pub fn executed(&self, landing: &Landing) -> Vec<Executed<'_>> {
        let steps = landing.run.iter().flat_map(|segment| {
            let row = &self.seqs[segment.seq][segment.from..segment.to];
            row.iter().map(|&step| Executed {
                lane: segment.lane,
                step: &self.steps[step],
            })
        });
        steps.collect()
    }

    /// An access of a run.
    ///
    /// # Panics
    ///
    /// If the run has no such access.
    #[must_use]
    pub fn access<'a>(run: &[Executed<'a>], (step, access): Node) -> &'a Access {
        &run[step].step.accesses[access]
    }

    /// The value of a word, as it is written.
    #[must_use]
    pub fn value(&self, word: usize, value: u32) -> String {
        match self.words[word].fmt {
            Format::Tag2 => format!("{} #{}", value & 3, value >> 2),
            Format::Not if value == 0 => "0".to_owned(),
            Format::Not => format!("!{}", !value),
            Format::Bool => (value != 0).to_string(),
            Format::Plain if value > 0xf_ffff => format!("{value:#x}"),
            Format::Plain => value.to_string(),
        }
    }

    /// The column of a word.
    #[must_use]
    pub fn column(&self, word: usize) -> Option<usize> {
        let holds = |column: &Column| column.words.contains(&word);
        self.columns.iter().position(holds)
    }

    /// Whether the answers of a landing are those of the version in an order of its own: then they are wrong without
    /// an interrupt, too.
    #[must_use]
    pub fn is_wrong_alone(&self, landing: &Landing) -> bool {
        let outcome = &self.outcomes[landing.outcome];
        !outcome.legal.contains(&true) && self.own.iter().any(|order| order.shown == outcome.shown)
    }
}
