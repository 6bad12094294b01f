//! What is said on standard error, and how a failure ends the process.
//!
//! `println!` and `eprintln!` panic where nobody reads any more; the demo does not use them.

use core::fmt::Display;
use std::{
    io::{self, ErrorKind, Write},
    process::ExitCode,
};

/// The exit code of a process that SIGPIPE has ended, as a shell shows it.
const BROKEN_PIPE: u8 = 128 + 13;

/// Says a line on standard error, in one piece.
pub(crate) fn say(text: impl Display) {
    // Nobody is left who could be told of a failure here.
    let _ = io::stderr().write_all(format!("{text}\n").as_bytes());
}

/// Tells of `error` and gives the exit code; a reader who has gone is not worth a word.
pub(crate) fn failure(error: &anyhow::Error) -> ExitCode {
    let nobody_reads = error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe);
    if nobody_reads {
        return ExitCode::from(BROKEN_PIPE);
    }
    say(format_args!("host-demo: {error:#}"));
    ExitCode::FAILURE
}
