//! How far the models explore.

/// How large the models are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What a test run has time for.
    Bounded,
    /// With more preemptions, for minutes.
    Full,
    /// Bounded, and with any number of executions: a mutant is to be noticed by what it does.
    Mutant,
}

impl Extent {
    /// As the models are told.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Bounded => "bounded",
            Self::Full => "full",
            Self::Mutant => "mutant",
        }
    }
}
