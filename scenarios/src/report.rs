//! What a scenario has to say, a line at a time.

use core::fmt::{self, Arguments, Display};

/// A line of a scenario's report; [`Display`] is the form that the tools parse.
#[derive(Clone, Copy, Debug)]
pub enum Line<'a> {
    /// A scenario begins.
    Scenario(&'a str),
    /// The same with every party, on every board.
    Fact(Arguments<'a>),
    /// Depends on the board or the party.
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
            Self::Fact(text) => write!(f, "fact {text}"),
            Self::Platform(text) => write!(f, "platform {text}"),
            Self::Wrong(text) => write!(f, "wrong {text}"),
            Self::Verdict(true) => f.write_str("verdict good"),
            Self::Verdict(false) => f.write_str("verdict bad"),
        }
    }
}

/// How the facts about wrong versions begin.
pub const WRONG_VERSION: &str = "wrong version: ";

/// Takes the lines of one scenario, and remembers whether all went well.
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

    /// Says `what` came out, and minds if it is not what was `expected`.
    pub fn check<T: Display + PartialEq>(&mut self, what: &str, seen: T, expected: T) {
        self.compare(what, seen, expected);
    }

    /// The same of a wrong version, for which the wrong result is `expected`.
    ///
    /// It takes the other side to get it wrong: with nobody there, something else must come out.
    pub fn wrong_version<T: Display + PartialEq>(&mut self, what: &str, seen: T, expected: T) {
        self.compare(format_args!("{WRONG_VERSION}{what}"), seen, expected);
    }

    fn compare<T: Display + PartialEq>(&mut self, what: impl Display, seen: T, expected: T) {
        (self.sink)(Line::Fact(format_args!("{what}: {seen}")));
        if seen != expected {
            self.good = false;
            (self.sink)(Line::Wrong(format_args!(
                "{what}: {seen}, expected {expected}"
            )));
        }
    }

    /// Says something that depends on the board or the party.
    pub fn platform(&mut self, text: Arguments<'_>) {
        (self.sink)(Line::Platform(text));
    }

    /// Says that something depending on the board or the party is so, and minds if it is not.
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
