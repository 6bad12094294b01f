//! The demo on the host: the chapter's examples on threads, and real work with several primitives
//! together. This file reads the command line.

mod abort;
mod checksum;
mod input;
mod key;
mod live;
mod output;
mod signals;
mod tour;

use std::process::{self, ExitCode};

use anyhow::Result;
use clap::{
    CommandFactory, Parser, Subcommand, ValueEnum, builder::PossibleValuesParser, error::ErrorKind,
};
use host_demo::party::{Absent, Threads};
use scenarios::Scenario;

/// The examples of "Rust Atomics and Locks", chapter 2, on threads
///
/// Without a command: the tour, which is every example in the chapter's order. On a terminal, each is a table
/// of wrong and right values; on a pipe, or with --plain, they are the lines that the tests compare, and a
/// table of verdicts. The exit code is 0 only if every value is as expected.
#[derive(Parser)]
#[command(name = "host-demo", version, args_conflicts_with_subcommands = true)]
#[command(max_term_width = usize::from(output::COLUMNS))]
struct Args {
    /// The other side of the scenarios
    #[arg(long, value_enum, default_value = "threads")]
    party: PartyName,
    /// Print lines, as on a pipe, on a terminal as well
    #[arg(long, global = true)]
    plain: bool,
    /// Run this scenario alone; `list` names them
    #[arg(value_name = "SCENARIO", value_parser = names(), hide_possible_values = true)]
    scenario: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Clone, Copy, ValueEnum)]
enum PartyName {
    /// Threads
    Threads,
    /// No step of the other side is ever taken, so the verdicts must be bad
    Absent,
}

#[derive(Subcommand)]
enum Command {
    /// Print the scenarios' names, with the section of the chapter
    List,
    Live(live::Options),
    Checksum(checksum::Options),
    /// Ask for a fourth ID where there are three, and abort
    #[command(hide = true)]
    Abort,
}

/// The scenarios' names, and the commands', so that a misspelt command is recognised too.
fn names() -> PossibleValuesParser {
    let commands = Command::augment_subcommands(clap::Command::new(""));
    let commands = commands
        .get_subcommands()
        .filter(|it| !it.is_hide_set())
        .map(|it| it.get_name().to_owned());
    let scenarios = Scenario::<Threads>::ALL.iter().map(|it| it.name.to_owned());
    let mut names: Vec<_> = scenarios.collect();
    for name in commands {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    PossibleValuesParser::new(names)
}

fn main() -> ExitCode {
    let args = Args::try_parse().unwrap_or_else(|error| refuse(&error));
    perform(&args).unwrap_or_else(|error| output::failure(&error))
}

/// Prints the help, the version or the error that clap returned in place of arguments, and ends the process.
fn refuse(error: &clap::Error) -> ! {
    // Only `live` takes a subcommand alone; elsewhere an unknown name is a scenario.
    if error.kind() == ErrorKind::InvalidSubcommand {
        output::say(format_args!("{error}\nThe views are:\n{}", live::list()));
        process::exit(error.exit_code());
    }
    error.exit()
}

fn perform(args: &Args) -> Result<ExitCode> {
    output::ensure_open()?;
    if let Some(command) = &args.command {
        return command.run(args.plain);
    }
    let name = args.scenario.as_deref();
    if name.is_some_and(|name| Scenario::<Threads>::named(name).is_none()) {
        Args::command()
            .error(ErrorKind::ArgumentConflict, "--party is for scenarios only")
            .exit();
    }
    match args.party {
        PartyName::Threads => tour::run(&Threads, name, args.plain),
        PartyName::Absent => tour::run(&Absent, name, args.plain),
    }
}

impl Command {
    fn run(&self, plain: bool) -> Result<ExitCode> {
        match self {
            Self::List => tour::list(),
            Self::Live(options) => options.run(plain),
            Self::Checksum(options) => checksum::run(options, plain),
            Self::Abort => abort::run(),
        }
    }
}
