//! A package of another project: built in its own directory, and run with the runner of its configuration.

use core::time::Duration;
use runner::{
    child::{Next, Process},
    emulators, toolchain,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

/// The package in a directory.
#[derive(Debug)]
pub struct Project {
    dir: PathBuf,
    output: String,
    limit: Duration,
    config: Vec<String>,
}

/// The standard output of a program, and its exit status.
#[derive(Debug)]
pub struct Ran {
    /// The output.
    pub printed: String,
    /// The exit status.
    pub status: ExitStatus,
}

impl Project {
    /// The package in `dir`. It is built in `shared`, a directory below the workspace's target directory; a run ends after
    /// `limit` at the latest.
    #[must_use]
    pub fn new(dir: &Path, shared: &str, limit: Duration) -> Self {
        Self {
            dir: dir.to_owned(),
            output: shared.to_owned(),
            limit,
            config: Vec::new(),
        }
    }

    /// Uses the library of this repository instead of the registry's.
    #[must_use]
    pub fn with_this_library(self) -> Self {
        self.with("indivisible", "core")
    }

    /// Uses a package of this repository instead of the registry's.
    #[must_use]
    pub fn with(self, package: &str, dir: &str) -> Self {
        let dir = runner::root().join(dir);
        self.configured(&format!("patch.crates-io.{package}.path={dir:?}"))
    }

    /// Overrides a value of its manifest or of cargo's configuration.
    #[must_use]
    pub fn configured(mut self, value: &str) -> Self {
        self.config.push(value.to_owned());
        self
    }

    /// `cargo` in the directory with the words of a command line, such as `cargo run --example one`; `subcommand` replaces
    /// that of the line.
    ///
    /// # Panics
    ///
    /// If `line` is not a command line of cargo.
    fn cargo(&self, line: &str, subcommand: Option<&str>) -> Command {
        let mut words = line.split_whitespace();
        assert_eq!(words.next(), Some("cargo"), "{line}");
        let of_line = words.next().unwrap();
        let mut cargo = if self.is_firmware() || line.contains("--target ") {
            toolchain::cargo_as_configured(&self.dir)
        } else {
            let mut cargo = toolchain::host_cargo();
            cargo.current_dir(&self.dir);
            cargo
        };
        for config in &self.config {
            cargo.args(["--config", config]);
        }
        cargo
            .args([subcommand.unwrap_or(of_line), "--quiet"])
            .args(words)
            .stdin(Stdio::null());
        // Half of the time of the procedural macros, where a profile asks for debug information, and a third of that of
        // a program for this machine, whose output does not depend on it.
        for profile in ["DEV", "DEV_BUILD_OVERRIDE", "RELEASE_BUILD_OVERRIDE"] {
            cargo.env(format!("CARGO_PROFILE_{profile}_DEBUG"), "false");
        }
        toolchain::set_output(&mut cargo, &self.output);
        cargo
    }

    /// Runs `line`, such as `cargo test`.
    ///
    /// # Errors
    ///
    /// The output of cargo, if it failed or warned.
    ///
    /// # Panics
    ///
    /// If cargo does not start.
    pub fn carry_out(&self, line: &str) -> Result<(), String> {
        finished(&mut self.cargo(line, None)).map(|_| ())
    }

    /// Builds the program that `line` runs; returns the path of its only executable.
    ///
    /// # Errors
    ///
    /// The output of cargo, if it failed or warned.
    ///
    /// # Panics
    ///
    /// If cargo does not start, or builds more than one program.
    pub fn build(&self, line: &str) -> Result<PathBuf, String> {
        let mut build = self.cargo(line, Some("build"));
        build.arg("--message-format=json-render-diagnostics");
        let built = toolchain::executables(&finished(&mut build)?).unwrap();
        assert_eq!(built.len(), 1, "{built:?}");
        Ok(built.into_values().next().unwrap())
    }

    /// Runs the executable with the runner of the configuration, or directly if there is none.
    ///
    /// # Panics
    ///
    /// If it does not start, or runs for longer than the limit.
    #[must_use]
    pub fn run(&self, executable: &Path) -> Ran {
        let runner = self.runner();
        let mut words = runner.iter().map(String::as_str);
        let mut command = match words.next() {
            None => Command::new(executable),
            Some(program) => {
                let mut command = Command::new(program);
                command.args(words).arg(executable);
                command
            }
        };
        emulators::make_available(&mut command);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = Process::spawn(&mut command, self.limit, (), ()).unwrap();
        let mut printed = Vec::new();
        loop {
            match process.wait().unwrap() {
                Next::Chunk((), bytes) => printed.extend(bytes),
                Next::Ended(status) => {
                    let printed = String::from_utf8(printed).unwrap();
                    return Ran { printed, status };
                }
                Next::TimedOut => panic!("{command:?} runs for longer than {:?}", self.limit),
            }
        }
    }

    /// Whether the project names a target, and so is not a program for this machine.
    fn is_firmware(&self) -> bool {
        self.config_file().exists()
    }

    fn config_file(&self) -> PathBuf {
        self.dir.join(".cargo/config.toml")
    }

    fn runner(&self) -> Vec<String> {
        let config = fs::read_to_string(self.config_file()).unwrap_or_default();
        let runner = config
            .lines()
            .find_map(|line| line.strip_prefix("runner = "));
        let words = runner.unwrap_or_default().trim_matches('"');
        words.split_whitespace().map(str::to_owned).collect()
    }
}

/// The standard output of a command, which must succeed without a warning.
fn finished(command: &mut Command) -> Result<Vec<u8>, String> {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    if output.status.success() && !errors.contains("warning: ") {
        Ok(output.stdout)
    } else {
        let printed = String::from_utf8_lossy(&output.stdout);
        Err(format!("{command:?}: {}\n{printed}{errors}", output.status))
    }
}
