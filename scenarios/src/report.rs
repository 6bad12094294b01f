//! The report of a scenario, a line at a time.

use core::fmt::{self, Arguments, Display};

/// A line of a scenario's report; [`Display`] is the form that the tools parse.
#[derive(Clone, Copy, Debug)]
pub enum Line<'a> {
    /// A scenario begins.
    Scenario(&'a str),
    /// A value that is the same with every party, on every board.
    Fact(Fact<'a>),
    /// A value that depends on the board or the party.
    Platform(Arguments<'a>),
    /// An expectation that was not met.
    Wrong(Arguments<'a>),
    /// The scenario ends: whether every expectation was met.
    Verdict(bool),
}

impl Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scenario(name) => write!(f, "scenario {name}"),
            Self::Fact(fact) => write!(f, "fact {fact}"),
            Self::Platform(text) => write!(f, "platform {text}"),
            Self::Wrong(text) => write!(f, "wrong {text}"),
            Self::Verdict(true) => f.write_str("verdict good"),
            Self::Verdict(false) => f.write_str("verdict bad"),
        }
    }
}

/// The prefix of the facts about wrong versions.
pub const WRONG_VERSION: &str = "wrong version: ";

/// A value that was seen, beside the one that a right version gives.
#[derive(Clone, Copy)]
pub struct Fact<'a> {
    /// What the value is of.
    pub what: &'a str,
    /// The value that was seen.
    pub seen: &'a dyn Display,
    /// The value that a right version gives.
    pub right: &'a dyn Display,
    /// Whether it is of a wrong version, which gives another.
    pub is_wrong_version: bool,
}

impl Display for Fact<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = if self.is_wrong_version {
            WRONG_VERSION
        } else {
            ""
        };
        write!(f, "{prefix}{}: {}", self.what, self.seen)
    }
}

impl fmt::Debug for Fact<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

/// Reports the lines of one scenario, and keeps whether every expectation was met.
pub struct Report<'a> {
    sink: &'a mut dyn FnMut(Line<'_>),
    good: bool,
}

impl<'a> Report<'a> {
    pub(crate) fn begin(name: &str, sink: &'a mut dyn FnMut(Line<'_>)) -> Self {
        sink(Line::Scenario(name));
        Self { sink, good: true }
    }

    pub(crate) fn end(self) -> bool {
        (self.sink)(Line::Verdict(self.good));
        self.good
    }

    /// Reports the value that was `seen`; the verdict is bad if it is not the `expected` one.
    pub fn check<T: Display + PartialEq>(&mut self, what: &str, seen: T, expected: T) {
        let fact = Fact {
            what,
            seen: &seen,
            right: &expected,
            is_wrong_version: false,
        };
        self.compare(fact, &seen, &expected);
    }

    /// The same of a wrong version, which must give the `wrong` value. A right version gives `right`.
    ///
    /// A step of the other side makes it fail, so without the other side another value must be seen.
    pub fn wrong_version<T: Display + PartialEq>(
        &mut self,
        what: &str,
        seen: T,
        wrong: T,
        right: impl Display,
    ) {
        let fact = Fact {
            what,
            seen: &seen,
            right: &right,
            is_wrong_version: true,
        };
        self.compare(fact, &seen, &wrong);
    }

    fn compare<T: Display + PartialEq>(&mut self, fact: Fact<'_>, seen: &T, expected: &T) {
        (self.sink)(Line::Fact(fact));
        if seen != expected {
            self.good = false;
            (self.sink)(Line::Wrong(format_args!("{fact}, expected {expected}")));
        }
    }

    /// Reports a value that depends on the board or the party.
    pub fn platform(&mut self, text: Arguments<'_>) {
        (self.sink)(Line::Platform(text));
    }

    /// Reports a value that depends on the board or the party; the verdict is bad if it does not hold.
    pub fn check_platform(&mut self, holds: bool, text: Arguments<'_>) {
        self.platform(text);
        if !holds {
            self.good = false;
            (self.sink)(Line::Wrong(text));
        }
    }
}

impl fmt::Debug for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report")
            .field("good", &self.good)
            .finish_non_exhaustive()
    }
}
