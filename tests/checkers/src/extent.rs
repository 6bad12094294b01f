//! The extent of the models.

/// The extent of the models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// For every test run.
    Bounded,
    /// With more preemptions, for minutes.
    Full,
    /// Bounded, without a check of the number of executions: a mutant must fail by its behaviour.
    Mutant,
}

impl Extent {
    /// The value of the environment variable that the models read.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Bounded => "bounded",
            Self::Full => "full",
            Self::Mutant => "mutant",
        }
    }
}
