//! The command line of the project's chores: `cargo xtask --help`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use xtask::setup::{self, Say};

/// The project's chores.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Install what this machine lacks: the bare-metal targets and QEMU
    Setup {
        /// Only tell what is missing (exit code 1 if anything is); change nothing
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    perform(Task::parse()).unwrap_or_else(|error| {
        eprintln!("xtask: {error:#}");
        ExitCode::FAILURE
    })
}

fn perform(task: Task) -> Result<ExitCode> {
    match task {
        Task::Setup { check: true } => {
            if !setup::check() {
                return Ok(ExitCode::FAILURE);
            }
        }
        Task::Setup { check: false } => setup::setup(Say::All)?,
    }
    Ok(ExitCode::SUCCESS)
}
