//! Standard output and standard error, their styles, and the end of a failed process.
//!
//! `println!` and `eprintln!` panic where the reader has closed the pipe; the demo does not use them.

use core::fmt::Display;
use std::{
    env,
    io::{self, ErrorKind, IsTerminal, Write},
    process::ExitCode,
};

use anyhow::{Result, ensure};
use comfy_table::{
    ContentArrangement, Table,
    presets::{ASCII_FULL_CONDENSED, UTF8_FULL_CONDENSED},
};
use indicatif::ProgressStyle;
use indivisible::stop::StopFlag;

/// The width of every table and of every help text.
pub(crate) const COLUMNS: u16 = 80;

/// Set before `main` if the process was started without a standard output.
static CLOSED: StopFlag = StopFlag::new();

/// Before `main`, since the standard library opens `/dev/null` in the place of a standard stream that
/// is closed, and writes to it succeed.
// SAFETY: code before `main` must not rely on the standard library's own start. This makes one system
// call on a constant number, without `std::io`, and stores to one atomic.
#[ctor::ctor(unsafe)]
fn check_standard_output() {
    if rustix::io::fcntl_getfd(rustix::stdio::stdout()) == Err(rustix::io::Errno::BADF) {
        CLOSED.request_stop();
    }
}

/// Fails if the process was started without a standard output: what it prints would be lost.
pub(crate) fn ensure_open() -> Result<()> {
    ensure!(!CLOSED.stop_requested(), "standard output is closed");
    Ok(())
}

/// Whether the locale of this process has more than ASCII.
fn is_unicode() -> bool {
    supports_unicode::supports_unicode()
}

/// Whether what is on standard output can be drawn again in place. `plain` is the user's choice of lines.
pub(crate) fn is_screen(plain: bool) -> bool {
    !plain && io::stdout().is_terminal() && env::var_os("TERM").is_some_and(|term| term != "dumb")
}

/// The style of a bar with this template, in the characters of the locale.
pub(crate) fn bar_style(template: &'static str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).expect("the templates are well formed");
    if is_unicode() {
        style
    } else {
        style.progress_chars("#>-").tick_chars("-\\|/ ")
    }
}

/// An empty table, at most [`COLUMNS`] wide.
pub(crate) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(if is_unicode() {
            UTF8_FULL_CONDENSED
        } else {
            ASCII_FULL_CONDENSED
        })
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(COLUMNS)
        .set_header(header);
    table
}

/// The exit code of a process that SIGPIPE has ended, as a shell shows it.
const BROKEN_PIPE: u8 = 128 + 13;

/// Writes a line to standard error, in one call.
pub(crate) fn say(text: impl Display) {
    // A failure here has no other stream to be reported on.
    let _ = io::stderr().write_all(format!("{text}\n").as_bytes());
}

/// Reports `error` and gives the exit code; a pipe that its reader has closed is not reported.
pub(crate) fn failure(error: &anyhow::Error) -> ExitCode {
    let is_broken_pipe = error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe);
    if is_broken_pipe {
        return ExitCode::from(BROKEN_PIPE);
    }
    say(format_args!("host-demo: {error:#}"));
    ExitCode::FAILURE
}
