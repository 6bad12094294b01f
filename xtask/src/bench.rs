//! Our types compared with every peer: runs `tests/bench`, and makes a table of its rows.

mod row;

use core::time::Duration;
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Result, bail};

use self::row::{Row, Said};
use runner::{
    child::{Lines, Next, Process},
    command::works,
    toolchain::{executable, host_cargo},
};

use crate::{
    output::{table, write_json},
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

/// Measures, and prints a table and the names of missed targets.
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
    let (mut rows, mut sizes) = (Vec::new(), Vec::new());
    during("measuring", || {
        run(&mut command(&program, options), |line| {
            match Said::read(line)? {
                Said::Row(row) => rows.push(row),
                Said::Size { object, bytes } => sizes.push([object, bytes.to_string()]),
            }
            Ok(())
        })
    })?;
    if rows.is_empty() && sizes.is_empty() {
        bail!(
            "no benchmark has {:?} in its name",
            options.only.unwrap_or_default()
        );
    }
    if let Some(path) = options.json {
        write_json(path, &rows.iter().map(Row::json).collect())?;
    }
    print(&rows, sizes);
    Ok(())
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
    command
}

/// Calls `each` with each line; fails unless the program succeeds.
fn run(command: &mut Command, mut each: impl FnMut(&str) -> Result<()>) -> Result<()> {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut process = Process::spawn(command, LIMIT, (), ())?;
    let (mut lines, mut read) = (Lines::default(), Ok(()));
    let mut each = |line: &str| {
        if read.is_ok() {
            read = each(line);
        }
    };
    loop {
        match process.wait()? {
            Next::Chunk((), bytes) => lines.push(&bytes, &mut each),
            Next::Ended(status) if status.success() => break,
            Next::Ended(status) => bail!("the benchmarks failed ({status})"),
            Next::TimedOut => bail!(
                "the benchmarks did not end in {} minutes",
                LIMIT.as_secs() / 60
            ),
        }
    }
    lines.finish(&mut each);
    read
}

fn print(rows: &[Row], sizes: Vec<[String; 2]>) {
    if !sizes.is_empty() {
        let mut table = table(["object", "bytes here"]);
        println!("{}", table.add_rows(sizes));
    }
    if rows.is_empty() {
        return;
    }
    let mut table = table([
        "operation",
        "against",
        "threads",
        "ratio",
        "least to most",
        "target",
        "",
    ]);
    println!("{}", table.add_rows(rows.iter().map(Row::cells)));
    let aimed = rows.iter().filter(|row| row.target.is_some()).count();
    let missed: Vec<_> = rows.iter().filter(|row| row.is_missed()).collect();
    println!("{} of {aimed} targets met", aimed - missed.len());
    for row in missed {
        println!("missed: {row}");
    }
}

#[cfg(test)]
mod tests {
    use super::run;
    use std::process::Command;

    #[test]
    fn a_program_that_fails_or_prints_another_line_is_an_error() {
        let sh = |script| {
            let mut sh = Command::new("sh");
            sh.args(["-c", script]);
            run(&mut sh, |line| {
                anyhow::ensure!(line == "row", "{line}");
                Ok(())
            })
        };
        assert!(sh("echo row").is_ok());
        assert!(sh("echo row; exit 3").is_err());
        assert!(sh("echo other; echo row").is_err());
    }
}
