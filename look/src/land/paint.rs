//! Colours of a terminal.

use crate::record::Verdict;

/// Whether a text has colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// It has none.
    Plain,
    /// It has those of a terminal.
    Coloured,
}

/// What is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Bold,
    Dim,
    Main,
    Handler,
    Wrong,
    Right,
}

impl Paint {
    /// Colours for a terminal whose user has not set `NO_COLOR`.
    #[must_use]
    pub fn new(is_terminal: bool, no_color: bool) -> Self {
        if is_terminal && !no_color {
            Self::Coloured
        } else {
            Self::Plain
        }
    }

    pub(super) fn with(self, ink: Ink, text: &str) -> String {
        let code = match ink {
            Ink::Plain => "",
            Ink::Bold => "1",
            Ink::Dim => "90",
            Ink::Main => "34",
            Ink::Handler => "33",
            Ink::Wrong => "1;31",
            Ink::Right => "32",
        };
        match self {
            Self::Coloured if !code.is_empty() && !text.trim().is_empty() => {
                format!("\x1b[{code}m{text}\x1b[0m")
            }
            _ => text.to_owned(),
        }
    }
}

impl Verdict {
    /// The mark of a landing in a row of landings.
    pub(super) fn mark(self) -> char {
        match self {
            Self::Ok => '.',
            Self::Wrong => 'x',
            Self::Masked => '-',
            Self::Again => 'o',
        }
    }

    pub(super) fn ink(self) -> Ink {
        match self {
            Self::Ok | Self::Again => Ink::Right,
            Self::Wrong => Ink::Wrong,
            Self::Masked => Ink::Dim,
        }
    }
}
