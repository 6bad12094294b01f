//! The chapter's first program: threads that work until they are asked to stop.
//!
//! At most one further item begins per worker after the request, by count and not only by the clock:
//!
//! 1. `request_stop` stores the flag, then adds 0 to `BEGUN` by a read-modify-write.
//! 2. A worker adds 1 to `BEGUN` before each item, by a read-modify-write.
//! 3. All changes of `BEGUN` have one order. If a worker's change is after that of the request, the
//!    request's change synchronizes with it, so the worker's next load of the flag finds it set.
//!
//! The chapter remarks that a request may be seen late. The program prints how long the last worker
//! took to see it: mostly the rest of the item that it was working on.

use core::time::Duration;
use std::{
    io::{self, BufRead, IsTerminal, Write},
    process::ExitCode,
    thread,
    time::Instant,
};

use anyhow::{Result, ensure};
use clap::Args;
use console::Style;
use indivisible::{
    atomic::{
        AtomicUsize,
        Ordering::{AcqRel, Relaxed},
    },
    once::OnceLock,
    stop::StopFlag,
};
use scenarios::command::Command;

use super::{join, pace::Pace};
use crate::{
    input::{in_background, next_command, workers},
    output, signals,
};

/// A thread works until it is asked to stop, at a prompt
///
/// `stop`, the end of the input, Ctrl-C, SIGTERM and SIGHUP stop it. On a terminal, the prompt counts the
/// items that were begun. In the background of a terminal, standard input is not read.
#[derive(Args)]
pub(crate) struct Options {
    /// How many threads work: 1 to 256
    #[arg(long, value_name = "N", default_value = "1", value_parser = limited_workers)]
    workers: usize,
    #[command(flatten)]
    pace: Pace,
}

/// An item of a worker.
const ITEM: Duration = Duration::from_millis(100);

/// More threads than that only cost memory.
const MOST_WORKERS: usize = 256;

/// Parses the number of threads for clap.
fn limited_workers(text: &str) -> Result<usize, String> {
    let workers = workers(text)?;
    if workers > MOST_WORKERS {
        return Err(format!("at most {MOST_WORKERS} workers are possible"));
    }
    Ok(workers)
}

static STOP: StopFlag = StopFlag::new();
static BEGUN: AtomicUsize = AtomicUsize::new(0);
static REQUEST: OnceLock<Request> = OnceLock::new();

/// The first request.
#[derive(Debug)]
struct Request {
    by: &'static str,
    at: Instant,
    /// The number of items that were begun before it.
    begun: usize,
}

fn request_stop(by: &'static str) {
    let at = Instant::now();
    STOP.request_stop();
    let begun = BEGUN.fetch_add(0, AcqRel);
    // A later request has nothing to add.
    let _ = REQUEST.try_set(Request { by, at, begun });
}

/// Works until the first request to stop.
pub(crate) fn run(options: &Options, plain: bool) -> Result<ExitCode> {
    let Options { workers, pace } = *options;
    signals::listen(|cause| request_stop(cause.name))?;
    let is_prompting = io::stdin().is_terminal() && output::is_screen(plain);
    if io::stdin().is_terminal() && in_background() {
        writeln!(io::stdout(), "working in the background; a signal stops it")?;
    } else {
        if is_prompting {
            let title = "Stop flag: a thread works, item by item, until main sets a flag.";
            writeln!(io::stdout(), "{}", Style::new().bold().apply_to(title))?;
        }
        writeln!(io::stdout(), "working; try help, or stop")?;
        // Never joined: it may be waiting for a line when a signal ends the work.
        thread::Builder::new()
            .spawn(move || request_stop(obey(&mut io::stdin().lock(), is_prompting)))?;
    }
    let last_seen = thread::scope(|scope| {
        let start = |_| thread::Builder::new().spawn_scoped(scope, || work(pace));
        let started: Vec<_> = match (0..workers).map(start).collect() {
            Ok(started) => started,
            Err(error) => {
                STOP.request_stop();
                return Err(error);
            }
        };
        Ok(started.into_iter().map(join).max())
    })?;

    // The workers have seen the flag, which is stored before the request is.
    let request = loop {
        match REQUEST.get() {
            Some(request) => break request,
            None => thread::yield_now(),
        }
    };
    let all = BEGUN.fetch_add(0, AcqRel);
    let late = all - request.begun;
    if is_prompting && request.by != COMMAND {
        // The cursor stands behind the prompt.
        writeln!(io::stdout())?;
    }
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

/// Works until the flag is set; returns the time at which it found it set.
fn work(pace: Pace) -> Instant {
    while !STOP.stop_requested() {
        BEGUN.fetch_add(1, AcqRel);
        pace.work(ITEM);
    }
    Instant::now()
}

/// The name of a stop by `stop`.
const COMMAND: &str = "command";

/// Answers commands until `stop` or the end of a stream; returns which.
fn obey(input: &mut impl BufRead, is_prompting: bool) -> &'static str {
    let mut line = Vec::new();
    loop {
        if is_prompting && prompt().is_err() {
            return "end of output";
        }
        match next_command(input, &mut line) {
            Ok(Some(Command::Nothing)) => {}
            Ok(Some(Command::Stop)) => return COMMAND,
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

fn prompt() -> io::Result<()> {
    let mut out = io::stdout();
    write!(out, "{} items> ", BEGUN.load(Relaxed))?;
    out.flush()
}
