//! SHA-256 of files, by several threads at once: a program that is made of the library's primitives.
//!
//! | thread | does | with |
//! |---|---|---|
//! | main | finds the files, sorts them | |
//! | each worker | claims a file by its place in the list | [`IdAllocator`](indivisible::id::IdAllocator) |
//! | | puts the digest into the slot of that place | [`OnceLock`](indivisible::once::OnceLock) |
//! | | records bytes and time | [`Stats`](indivisible::stats::Stats) |
//! | | counts the file as done, and wakes main | [`Progress`](indivisible::progress::Progress) |
//! | main | sleeps until the progress has changed | [`CurrentThread`](indivisible::wait::thread::CurrentThread) |
//! | a signal, `stop` | asks all of them to stop, with its cause | [`StopSignal`] |
//! | main | prints what is in the slots | |
//!
//! A place is claimed once and a slot is set once, so no line is lost or doubled, at whatever point a stop is
//! requested. A file that is not read to its end has no slot set.

mod digest;
mod file;
mod find;
mod list;
mod run;
mod screen;
mod stdin;

use std::{path::PathBuf, process::ExitCode, thread};

use anyhow::{Context, Result};
use clap::Args;
use indivisible::stop::StopSignal;

use self::{find::Found, run::Run, screen::Screen};
use crate::{
    input::workers,
    signals::{self, Cause},
};

/// The request to end before all files are read; the first cause sets the exit code.
type Stop = StopSignal<&'static Cause>;

/// Print the SHA-256 of files as sha256sum does, computed by several threads
///
/// The list is in sha256sum's own format, sorted by the bytes of the names, and `sha256sum -c` accepts
/// it. A file that is named twice, or lies in a folder that is also named, is listed twice.
///
/// A symbolic link given as PATH is followed; links found inside a folder are not, they are counted.
/// Any other kind of file (FIFO, socket, device) is reported and never opened.
///
/// Ctrl-C, SIGTERM, SIGHUP, or a line `stop` on standard input ends the work: what was finished is
/// printed. A second signal ends the process at once. The end of standard input does not end the work.
/// (In a shell loop that itself reads standard input, add </dev/null.)
///
/// Progress, failures and statistics go to standard error.
///
/// Exit code: 0 if every file was read; 1 if some could not be; 2 for a wrong command line; 130 if
/// stopped before the end by `stop` or Ctrl-C, 143 by SIGTERM, 129 by SIGHUP.
#[derive(Args)]
pub(crate) struct Options {
    /// Files, and folders to search for files
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How many threads read files: at most one a file, and at most 256 [default: one a processor]
    #[arg(long, value_name = "N", value_parser = workers)]
    workers: Option<usize>,
}

/// Lists the digests of all files in `options`.
pub(crate) fn run(options: &Options, plain: bool) -> Result<ExitCode> {
    static STOP: Stop = Stop::new();

    let screen = Screen::new(plain);
    signals::listen(|cause| {
        // A later cause changes nothing.
        let _ = STOP.request_stop(cause);
    })?;
    stdin::listen(&STOP, &screen)?;

    let found = Found::by_search(&options.paths, &STOP, &screen);
    let workers = match options.workers {
        Some(workers) => workers,
        None => thread::available_parallelism().map_or(1, usize::from),
    };
    let run = Run::new(&found.files, &STOP, &screen);
    run.work(workers)?;
    screen.clear();
    list::print(run.finished()).context("standard output")?;

    let failed = found.failed + run.failed();
    let stopped = STOP
        .reason()
        .filter(|_| found.stopped || run.unfinished() > 0);
    screen.say(format_args!(
        "{} listed, {failed} failed, {} symbolic links not followed{}",
        run.finished().count(),
        found.links,
        if stopped.is_some() { "; stopped" } else { "" },
    ));
    run.say_statistics();
    Ok(match (stopped, failed) {
        (Some(cause), _) => ExitCode::from(cause.code),
        (None, 0) => ExitCode::SUCCESS,
        (None, _) => ExitCode::FAILURE,
    })
}
