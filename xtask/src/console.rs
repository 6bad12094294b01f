//! Runs firmware with this process's standard input and output as its console.

use std::{
    io::{self, Write, stdout},
    path::Path,
    process::ExitCode,
};

use anyhow::Result;
use runner::qemu::{self, Event, Input, Options};

/// Runs the firmware and prints its log and the bytes of its UART. Returns the exit code of a shell for the same end.
pub fn run(elf: &Path, options: &Options, input: Input) -> Result<ExitCode> {
    let mut console = Console::new(stdout());
    let mut printed = Ok(());
    let end = qemu::run(elf, options, input, |event| {
        if printed.is_ok() {
            printed = match event {
                Event::Log(line) => console.log(line),
                Event::Uart(bytes) => console.uart(bytes),
            };
        }
    })?;
    printed?;
    if !end.is_success() {
        eprintln!("xtask: {end}");
    }
    Ok(end.code().into())
}

/// Writes two streams to one. Bytes of the UART are written as they arrive, because a prompt has no line break. A message
/// of the log has a line of its own; where it arrives inside a line of the UART, the begun part is written again after it,
/// so that every line occurs once without an interruption.
struct Console<W> {
    out: W,
    /// Whether the last byte of the UART did not end its line.
    is_inside_line: bool,
    /// The bytes of the UART after its last line break or carriage return, the first of them if they are more than
    /// [`LONGEST`].
    begun: Vec<u8>,
}

/// The longest line that is written again: a UART without line breaks would otherwise be repeated at each message.
const LONGEST: usize = 1024;

impl<W: Write> Console<W> {
    fn new(out: W) -> Self {
        Self {
            out,
            is_inside_line: false,
            begun: Vec::new(),
        }
    }

    fn log(&mut self, line: impl core::fmt::Display) -> io::Result<()> {
        if self.is_inside_line {
            writeln!(self.out)?;
        }
        writeln!(self.out, "{line}")?;
        let again: &[u8] = if self.begun.len() > LONGEST {
            &[]
        } else {
            &self.begun
        };
        self.out.write_all(again)?;
        self.is_inside_line = !again.is_empty();
        self.out.flush()
    }

    fn uart(&mut self, bytes: &[u8]) -> io::Result<()> {
        let ends = |byte: &u8| matches!(byte, b'\n' | b'\r');
        let mut line = bytes;
        if let Some(end) = bytes.iter().rposition(ends) {
            self.begun.clear();
            line = &bytes[end + 1..];
        }
        let room = LONGEST + 1 - self.begun.len();
        self.begun.extend_from_slice(&line[..line.len().min(room)]);
        if let Some(last) = bytes.last() {
            self.is_inside_line = *last != b'\n';
        }
        self.out.write_all(bytes)?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &str = "commands: help, stop\nstopping\n";
    const MESSAGE: &str = "INFO 9 items done";

    /// What is printed if a message arrives after each number of bytes in `at`.
    fn printed(sent: &str, at: &[usize]) -> String {
        let mut out = Vec::new();
        let mut console = Console::new(&mut out);
        let mut rest = 0;
        for at in at {
            console.uart(&sent.as_bytes()[rest..*at]).unwrap();
            console.log(MESSAGE).unwrap();
            rest = *at;
        }
        console.uart(&sent.as_bytes()[rest..]).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_line_is_complete_wherever_messages_arrive() {
        for first in 0..=SENT.len() {
            for second in first..=SENT.len() {
                let text = printed(SENT, &[first, second]);
                let count = |line: &str| text.lines().filter(|it| *it == line).count();
                assert_eq!(count(MESSAGE), 2, "{text}");
                for line in SENT.lines() {
                    assert!(count(line) > 0, "{text}");
                }
            }
        }
    }

    #[test]
    fn between_lines_nothing_is_added() {
        let end = SENT.find('\n').unwrap() + 1;
        let expected = format!("{}{MESSAGE}\n{}", &SENT[..end], &SENT[end..]);
        assert_eq!(printed(SENT, &[end]), expected);
        assert_eq!(printed(SENT, &[]), SENT);
    }

    #[test]
    fn of_a_line_that_is_drawn_again_the_last_state_is_repeated() {
        let drawn = "\r10 %\r20 %";
        let text = printed(drawn, &[drawn.len()]);
        assert_eq!(text, format!("{drawn}\n{MESSAGE}\n20 %"));
    }

    #[test]
    fn a_message_after_a_carriage_return_has_its_own_line() {
        let sent = "stopping\r\n";
        let text = printed(sent, &[sent.len() - 1]);
        assert_eq!(text, format!("stopping\r\n{MESSAGE}\n\n"));
    }

    #[test]
    fn a_long_line_is_not_repeated() {
        let dots = ".".repeat(LONGEST + 1);
        let text = printed(&dots, &[LONGEST, LONGEST + 1]);
        let again = ".".repeat(LONGEST);
        assert_eq!(text, format!("{again}\n{MESSAGE}\n{dots}\n{MESSAGE}\n"));
    }
}
