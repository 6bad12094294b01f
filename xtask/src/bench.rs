//! Our types compared with every peer: builds and runs `tests/bench`.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Result, bail};
use runner::{
    command::{run, works},
    toolchain::{executable, host_cargo},
};

use crate::{
    packages::{self, VALGRIND},
    progress::during,
};

/// The measurements, and their output file.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Only contests whose name contains this.
    pub only: Option<&'a str>,
    /// Short rounds, which only show that everything runs.
    pub quick: bool,
    /// Instructions instead of time.
    pub instructions: bool,
    /// The file for the rows.
    pub json: Option<&'a Path>,
}

/// Measures; the benchmarks print a table and the missed targets.
///
/// A missed target is not an error, since machines are noisy; a wrong result is.
pub fn bench(options: &Options<'_>) -> Result<()> {
    if options.instructions && !works(Command::new("valgrind").arg("--version")) {
        bail!(
            "counting instructions takes valgrind, which is not installed: {}",
            packages::advice(&[VALGRIND])
        );
    }
    let program = during("building the benchmarks", build)?;
    run(&mut command(&program, options))
}

/// Compiles the benchmarks with full optimization; returns the path of the program.
fn build() -> Result<PathBuf> {
    let mut build = host_cargo();
    build
        .args(["build", "--quiet", "--package", "benchmarks"])
        .args(["--profile", "bench", "--target", "host-tuple"]);
    executable(&mut build, "benchmarks")
}

fn command(program: &Path, options: &Options<'_>) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).arg(if options.instructions {
        "count"
    } else {
        "time"
    });
    if options.quick {
        command.arg("--quick");
    }
    if let Some(only) = options.only {
        command.args(["--only", only]);
    }
    if let Some(json) = options.json {
        command.arg("--json").arg(json);
    }
    command
}
