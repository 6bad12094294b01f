//! The chapter's examples as programs to watch.
//!
//! | view | work | main shows | with |
//! |---|---|---|---|
//! | `stop-flag` | items, until a command | a prompt | [`StopFlag`](indivisible::stop::StopFlag) |
//! | `progress` | 100 items, one thread | the count, each second | [`SingleProgress`](indivisible::progress::SingleProgress) |
//! | `unpark` | the same | the count, at each item | the same, with a [`ThreadSlot`] |
//! | `statistics` | 100 items, four threads | average and peak | [`ShardedStats`](indivisible::stats::ShardedStats) |
//! | `ids` | 264 calls, four threads | the IDs that have two owners | [`IdAllocator`](indivisible::id::IdAllocator) |
//! | `lazy` | a key, two threads, eight times | the key of each thread | [`OnceWord`](indivisible::race::OnceWord) |
//!
//! The last three run a wrong version beside the library's. Each fault is one that has happened in this
//! run: the view provokes the interleaving and describes it.

mod ids;
mod lazy;
mod pace;
mod progress;
mod stage;
mod statistics;
mod stop_flag;

use std::{
    io::{self, Write},
    panic::resume_unwind,
    process::ExitCode,
    thread,
};

use anyhow::Result;
use clap::{Args, Subcommand};
use indivisible::{stop::StopSignal, wait::thread::ThreadSlot};

use self::pace::Pace;
use crate::signals::{self, Cause};

/// Watch an example of the chapter; without VIEW, list them
///
/// Ctrl-C, SIGTERM or SIGHUP ends a view after the items that are under way, and prints what was done.
/// A second signal ends the process at once.
///
/// Exit code: 0 at the end of the work; 130 if stopped by Ctrl-C, 143 by SIGTERM, 129 by SIGHUP.
/// `stop-flag` has no other end, and exits with 0.
#[derive(Args)]
#[command(subcommand_value_name = "VIEW", subcommand_help_heading = "Views")]
#[command(disable_help_subcommand = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    view: Option<View>,
}

#[derive(Subcommand)]
enum View {
    StopFlag(stop_flag::Options),
    /// One thread works, main reads its count once a second
    Progress(Pace),
    /// The same, and the worker wakes main after each item
    Unpark(Pace),
    /// Average and peak of four threads, torn readings beside exact ones
    Statistics(Pace),
    /// An allocator that hands out IDs twice, beside one that does not
    Ids(Pace),
    /// Two threads with two keys, beside two that share one
    Lazy(Pace),
}

impl Options {
    pub(crate) fn run(&self, plain: bool) -> Result<ExitCode> {
        match &self.view {
            None => {
                write!(io::stdout(), "{}", list())?;
                Ok(ExitCode::SUCCESS)
            }
            Some(View::StopFlag(options)) => stop_flag::run(options, plain),
            Some(View::Progress(pace)) => progress::each_second(*pace, plain),
            Some(View::Unpark(pace)) => progress::at_each_item(*pace, plain),
            Some(View::Statistics(pace)) => statistics::run(*pace, plain),
            Some(View::Ids(pace)) => ids::run(*pace, plain),
            Some(View::Lazy(pace)) => lazy::run(*pace, plain),
        }
    }
}

/// The views, a line each.
pub(crate) fn list() -> String {
    let command = View::augment_subcommands(clap::Command::new("live"));
    let views = command.get_subcommands().map(|view| {
        let about = view.get_about().map(ToString::to_string);
        format!("{:<12}{}\n", view.get_name(), about.unwrap_or_default())
    });
    views.collect()
}

/// The request to end a view before its work is done. Main sleeps in it.
static STOP: StopSignal<&'static Cause, ThreadSlot> = StopSignal::with_unparker(ThreadSlot::new());

/// Ends the workers where `main` has failed; the process then reports the error of `main`.
static FAILED: Cause = Cause {
    name: "an error",
    code: 1,
};

/// Sets `STOP` at the first signal; a second one ends the process.
fn listen() -> Result<()> {
    signals::listen(|cause| {
        // A later cause changes nothing.
        let _ = STOP.request_stop(cause);
    })
}

/// Runs `main` beside a thread for each of `workers`; returns what these return. An error of `main` sets
/// `STOP`.
fn beside<W: Send>(
    workers: impl IntoIterator<Item = impl FnOnce() -> W + Send>,
    main: impl FnOnce() -> Result<()>,
) -> Result<Vec<W>> {
    thread::scope(|scope| {
        let start = |worker| thread::Builder::new().spawn_scoped(scope, worker);
        let started = workers
            .into_iter()
            .map(start)
            .collect::<Result<Vec<_>, _>>();
        let shown = started.map_err(anyhow::Error::from).and_then(|started| {
            main()?;
            Ok(started)
        });
        if shown.is_err() {
            let _ = STOP.request_stop(&FAILED);
        }
        Ok(shown?.into_iter().map(join).collect())
    })
}

fn join<T>(worker: thread::ScopedJoinHandle<'_, T>) -> T {
    worker.join().unwrap_or_else(|panic| resume_unwind(panic))
}

/// The exit code of a view whose work is complete or was stopped; prints the cause of a stop.
fn ended(complete: bool) -> Result<ExitCode> {
    let Some(cause) = STOP.reason().filter(|_| !complete) else {
        return Ok(ExitCode::SUCCESS);
    };
    writeln!(io::stdout(), "stopped by {}", cause.name)?;
    Ok(ExitCode::from(cause.code))
}
