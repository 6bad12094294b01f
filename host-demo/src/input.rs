//! Commands from a stream of bytes, which need not be text, in lines of any length.

use std::io::{self, BufRead, Read};

use rustix::{process::getpgrp, termios::tcgetpgrp};
use scenarios::command::{Command, LONGEST};

/// A line end of two bytes.
const END: usize = 2;

/// The next line as a command; `None` at the end of the input.
///
/// A line that is too long is skipped, and never kept in memory as a whole.
pub(crate) fn next_command<'a>(
    input: &mut impl BufRead,
    line: &'a mut Vec<u8>,
) -> io::Result<Option<Command<'a>>> {
    line.clear();
    let most = LONGEST + END;
    let read = input.by_ref().take(most as u64).read_until(b'\n', line)?;
    Ok(match read {
        0 => None,
        _ if read == most && !line.ends_with(b"\n") => {
            input.skip_until(b'\n')?;
            Some(Command::TooLong)
        }
        _ => Some(Command::parse(line)),
    })
}

/// Whether a read from the terminal would stop this process (SIGTTIN): it is a job started with `&`.
pub(crate) fn in_background() -> bool {
    tcgetpgrp(io::stdin()).is_ok_and(|foreground| foreground != getpgrp())
}

/// Parses a number of threads for clap.
pub(crate) fn workers(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(0) => Err("at least one worker is needed".to_owned()),
        Ok(workers) => Ok(workers),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::next_command;
    use scenarios::command::{Command, LONGEST};

    fn commands(mut input: &[u8]) -> Vec<String> {
        let mut line = Vec::new();
        core::iter::from_fn(|| {
            let command = next_command(&mut input, &mut line).unwrap()?;
            Some(format!("{command:?}"))
        })
        .collect()
    }

    #[test]
    fn a_last_line_needs_no_end() {
        assert_eq!(commands(b"help\nstop"), ["Help", "Stop"]);
        assert!(commands(b"").is_empty());
    }

    #[test]
    fn a_long_line_is_skipped_whatever_its_beginning() {
        for length in [LONGEST + 1, LONGEST + 2, LONGEST + 3, 100_000] {
            let mut input = b"stop ".repeat(length)[..length - 1].to_vec();
            input.extend(b"x\r\nhelp\n");
            assert_eq!(commands(&input), ["TooLong", "Help"], "{length}");
        }
    }

    #[test]
    fn the_longest_line_counts_without_its_end() {
        let word = [b'x'; LONGEST];
        let unknown = format!("{:?}", Command::Unknown(&word));
        for end in ["\n", "\r\n", ""] {
            let input = [&word[..], end.as_bytes()].concat();
            assert_eq!(commands(&input), [unknown.as_str()], "{end:?}");
        }
    }
}
