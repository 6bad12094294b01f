//! The demo on the host: the chapter's examples on threads, and real work with all primitives
//! together. This file reads the command line.

mod abort;
mod checksum;
mod input;
mod output;
mod stop_flag;
mod tour;

use std::process::ExitCode;

use anyhow::Result;
use clap::{
    CommandFactory, Parser, Subcommand, ValueEnum, builder::PossibleValuesParser, error::ErrorKind,
};
use host_demo::party::{Nobody, Threads};
use scenarios::Scenario;

/// The examples of "Rust Atomics and Locks", chapter 2, on threads
///
/// Without a command: the tour, which is every example in the chapter's order, and then a table of
/// verdicts. The exit code is 0 only if all are good.
#[derive(Parser)]
#[command(name = "host-demo", version)]
struct Args {
    /// Who the other side is [default: threads]
    #[arg(long, value_enum)]
    party: Option<PartyName>,
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
    /// Nobody: no step of the other side is ever taken, and the verdicts must be bad
    Nobody,
}

#[derive(Subcommand)]
enum Command {
    /// Print the scenarios' names, with the section of the chapter
    List,
    /// Work until told to stop: by `stop` on standard input, by its end, or by Ctrl-C
    ///
    /// With --party before it, the scenario of this name runs instead, as in the tour.
    StopFlag(stop_flag::Options),
    Checksum(checksum::Options),
    /// Ask for a fourth ID where there are three, and abort
    #[command(hide = true)]
    Abort,
}

/// What may stand in the place of a scenario: the commands too, so that a misspelt one is recognised.
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
    perform(Args::parse()).unwrap_or_else(|error| output::failure(&error))
}

fn perform(args: Args) -> Result<ExitCode> {
    let scenario = match (&args.command, args.party) {
        (Some(Command::StopFlag(_)), Some(_)) => Some("stop-flag"),
        (Some(_), Some(_)) => Args::command()
            .error(ErrorKind::ArgumentConflict, "--party is for scenarios only")
            .exit(),
        (Some(command), None) => return command.run(),
        (None, _) => args.scenario.as_deref(),
    };
    match args.party.unwrap_or(PartyName::Threads) {
        PartyName::Threads => tour::run(&Threads, scenario),
        PartyName::Nobody => tour::run(&Nobody, scenario),
    }
}

impl Command {
    fn run(&self) -> Result<ExitCode> {
        match self {
            Self::List => tour::list(),
            Self::StopFlag(options) => stop_flag::run(options),
            Self::Checksum(options) => checksum::run(options),
            Self::Abort => abort::run(),
        }
    }
}
