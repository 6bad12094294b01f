//! The chapter's first program: threads that work until they are asked to stop.
//!
//! Whoever asks raises the flag and then counts the items begun so far by a read-modify-write, as
//! every worker does before an item. In the order that all changes of that counter have, an item
//! comes before the request's or after it. A worker that comes after has, through the counter, seen
//! what the request did before, so the next time it looks the flag is up: at most one further item
//! begins per worker, and that holds of the count, not just of the clock.
//!
//! The chapter remarks that a request may be seen too late. So the time that the last worker took to
//! see it is told, too: mostly the rest of the item that it was at.

use core::{hint::black_box, num::NonZero};
use std::{
    io::{self, BufRead, Write},
    panic::resume_unwind,
    process::ExitCode,
    thread,
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use clap::Args;
use indivisible::{
    atomic::{AtomicUsize, Ordering::AcqRel},
    once::OnceLock,
    stop::StopFlag,
};
use scenarios::command::Command;
use sha2::{Digest, Sha256};

use crate::input::next_command;

/// What the command line says.
#[derive(Args)]
pub(crate) struct Options {
    /// How many threads work
    #[arg(long, value_name = "N", default_value = "1")]
    workers: NonZero<u8>,
}

static STOP: StopFlag = StopFlag::new();
static BEGUN: AtomicUsize = AtomicUsize::new(0);
static REQUEST: OnceLock<Request> = OnceLock::new();

/// The request that came first.
#[derive(Debug)]
struct Request {
    by: &'static str,
    at: Instant,
    /// How many items were begun when it came.
    begun: usize,
}

fn request_stop(by: &'static str) {
    let at = Instant::now();
    STOP.request_stop();
    let begun = BEGUN.fetch_add(0, AcqRel);
    // A later request has nothing to add.
    let _ = REQUEST.set(Request { by, at, begun });
}

/// Works until somebody asks to stop.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let workers = usize::from(options.workers.get());
    ctrlc::set_handler(|| request_stop("Ctrl-C")).context("no handler for Ctrl-C")?;
    writeln!(io::stdout(), "working; try help, or stop")?;
    // Never joined: it may be waiting for a line when Ctrl-C ends the work.
    thread::Builder::new().spawn(|| request_stop(obey(&mut io::stdin().lock())))?;
    let last_seen = thread::scope(|scope| {
        let start = |_| thread::Builder::new().spawn_scoped(scope, work);
        let started: Vec<_> = match (0..workers).map(start).collect() {
            Ok(started) => started,
            Err(error) => {
                STOP.request_stop();
                return Err(error);
            }
        };
        Ok(started.into_iter().map(join).max())
    })?;

    // The workers have ended, but whoever asked them to may not have said so yet.
    let request = loop {
        match REQUEST.get() {
            Some(request) => break request,
            None => thread::yield_now(),
        }
    };
    let all = BEGUN.fetch_add(0, AcqRel);
    let late = all - request.begun;
    writeln!(
        io::stdout(),
        "stopped by {}: {all} items, {late} of them begun after the request",
        request.by
    )?;
    if let Some(seen) = last_seen {
        let delay = seen.saturating_duration_since(request.at);
        writeln!(io::stdout(), "seen by all {delay:.1?} after the request")?;
    }
    ensure!(
        late <= workers,
        "more than one item per worker was begun after the request"
    );
    Ok(ExitCode::SUCCESS)
}

/// Works until asked to stop; returns when it has seen that.
fn work() -> Instant {
    while !STOP.stop_requested() {
        BEGUN.fetch_add(1, AcqRel);
        item();
    }
    Instant::now()
}

fn join<T>(worker: thread::ScopedJoinHandle<'_, T>) -> T {
    worker.join().unwrap_or_else(|panic| resume_unwind(panic))
}

/// Some bounded work.
fn item() {
    let mut digest = Sha256::digest(b"");
    for _ in 0..100 {
        digest = Sha256::digest(digest);
    }
    black_box(digest);
}

/// Answers commands until one is to stop; returns what the stop is due to.
fn obey(input: &mut impl BufRead) -> &'static str {
    let mut line = Vec::new();
    loop {
        match next_command(input, &mut line) {
            Ok(Some(Command::Nothing)) => {}
            Ok(Some(Command::Stop)) => return "command",
            Ok(Some(command)) => {
                if writeln!(io::stdout(), "{command}").is_err() {
                    return "end of output";
                }
            }
            Ok(None) => return "end of input",
            Err(_) => return "unreadable input",
        }
    }
}
