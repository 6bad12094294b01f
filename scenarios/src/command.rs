//! The commands of the interactive stop flag: a line of bytes in, a command out.
//!
//! The host reads its lines from standard input, a board from its UART. Neither promises text, so a line is
//! bytes, and an unknown command is shown with escapes.

use core::fmt;

/// The longest line that can be a command: a reader need not keep more.
pub const LONGEST: usize = 80;

/// A line as a command; [`Display`](fmt::Display) is the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command<'a> {
    /// An empty line, with an empty answer.
    Nothing,
    /// List the commands.
    Help,
    /// Stop the work.
    Stop,
    /// Any other line.
    Unknown(&'a [u8]),
    /// More than [`LONGEST`] bytes without an end.
    TooLong,
}

impl<'a> Command<'a> {
    /// Parses `line`, with or without its end, and without the white space around it.
    #[must_use]
    pub const fn parse(line: &'a [u8]) -> Self {
        match line.trim_ascii() {
            b"" => Self::Nothing,
            b"help" => Self::Help,
            b"stop" => Self::Stop,
            word if word.len() > LONGEST => Self::TooLong,
            word => Self::Unknown(word),
        }
    }
}

impl fmt::Display for Command<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => Ok(()),
            Self::Help => f.write_str("commands: help, stop"),
            Self::Stop => f.write_str("stopping"),
            Self::Unknown(word) => {
                write!(f, "unknown command: \"{}\"; try help", word.escape_ascii())
            }
            Self::TooLong => write!(f, "line of more than {LONGEST} bytes ignored; try help"),
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::{Command, LONGEST};
    use std::string::ToString;

    #[test]
    fn white_space_and_line_ends_do_not_matter() {
        assert_eq!(Command::parse(b" stop\r\n"), Command::Stop);
        assert_eq!(Command::parse(b"\thelp"), Command::Help);
        assert_eq!(Command::parse(b" \n"), Command::Nothing);
    }

    #[test]
    fn what_is_no_text_is_answered() {
        let answer = Command::parse(b"st\xf6p \"now\"\n").to_string();
        assert_eq!(answer, r#"unknown command: "st\xf6p \"now\""; try help"#);
    }

    #[test]
    fn the_longest_line_is_no_longer() {
        assert_eq!(
            Command::parse(&[b'x'; LONGEST]),
            Command::Unknown(&[b'x'; LONGEST])
        );
        assert_eq!(Command::parse(&[b'x'; LONGEST + 1]), Command::TooLong);
    }
}
