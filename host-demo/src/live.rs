//! Examples of the chapter that run until they are told to stop.

mod stop_flag;

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

/// The examples that a person can watch.
#[derive(Subcommand)]
pub(crate) enum Live {
    StopFlag(stop_flag::Options),
}

impl Live {
    pub(crate) fn run(&self) -> Result<ExitCode> {
        match self {
            Self::StopFlag(options) => stop_flag::run(options),
        }
    }
}
