//! Our types compared with every peer: builds and runs `tests/bench`.

use core::time::Duration;
use std::{
    io::{Write, stdout},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Result, bail};
use runner::{
    child::{Next, Process},
    command::works,
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

/// Far more than all measurements take on a busy machine.
const LIMIT: Duration = Duration::from_secs(2 * 60 * 60);

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
    run(&mut command(&program, options), &mut stdout())
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
    command.arg(if options.instructions {
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

/// Copies the output to `out`; fails unless the program succeeds.
fn run(command: &mut Command, out: &mut impl Write) -> Result<()> {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut process = Process::spawn(command, LIMIT, (), ())?;
    loop {
        match process.wait()? {
            Next::Chunk((), bytes) => out.write_all(&bytes)?,
            Next::Ended(status) if status.success() => return Ok(()),
            Next::Ended(status) => bail!("the benchmarks failed ({status})"),
            Next::TimedOut => bail!(
                "the benchmarks did not end in {} minutes",
                LIMIT.as_secs() / 60
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::run;
    use std::process::Command;

    #[test]
    fn a_program_that_fails_is_an_error() {
        let sh = |script| {
            let mut out = Vec::new();
            let ended = run(Command::new("sh").args(["-c", script]), &mut out);
            (ended.is_ok(), out)
        };
        assert_eq!(sh("echo row"), (true, b"row\n".to_vec()));
        assert_eq!(sh("echo row; exit 3"), (false, b"row\n".to_vec()));
    }
}
