//! A package of another project as a user has it: built where it stands, and run as its configuration says.

use core::time::Duration;
use runner::{
    child::{Next, Process},
    toolchain,
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

/// What a program printed on its standard output, and how it ended.
#[derive(Debug)]
pub struct Ran {
    /// The output.
    pub printed: String,
    /// The end.
    pub status: ExitStatus,
}

impl Project {
    /// The package in `dir`. It is built in `shared`, a directory below the workspace's target directory, so that projects
    /// share their dependencies; a run ends after `limit` at the latest.
    #[must_use]
    pub fn new(dir: &Path, shared: &str, limit: Duration) -> Self {
        Self {
            dir: dir.to_owned(),
            output: shared.to_owned(),
            limit,
            config: Vec::new(),
        }
    }

    /// Takes the library from this repository, where the manifest names the registry's.
    #[must_use]
    pub fn with_this_library(mut self) -> Self {
        let library = runner::root().join("core");
        self.config
            .push(format!("patch.crates-io.indivisible.path={library:?}"));
        self
    }

    /// `cargo` in the directory with the words of a command line, such as `cargo run --example one`; `subcommand` replaces
    /// that of the line.
    ///
    /// # Panics
    ///
    /// Where `line` is no command line of cargo.
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
        toolchain::set_output(&mut cargo, &self.output);
        cargo
    }

    /// Carries out `line`, such as `cargo test`.
    ///
    /// # Errors
    ///
    /// What cargo printed, where it failed or warned.
    ///
    /// # Panics
    ///
    /// Where cargo does not start.
    pub fn carry_out(&self, line: &str) -> Result<(), String> {
        finished(&mut self.cargo(line, None)).map(|_| ())
    }

    /// Builds what `line` runs; gives the one executable.
    ///
    /// # Errors
    ///
    /// What cargo printed, where it failed or warned.
    ///
    /// # Panics
    ///
    /// Where cargo does not start, or builds more than one program.
    pub fn build(&self, line: &str) -> Result<PathBuf, String> {
        let mut build = self.cargo(line, Some("build"));
        build.arg("--message-format=json-render-diagnostics");
        let built = toolchain::executables(&finished(&mut build)?).unwrap();
        assert_eq!(built.len(), 1, "{built:?}");
        Ok(built.into_values().next().unwrap())
    }

    /// Runs the executable by the runner of the configuration, or as it is where there is none.
    ///
    /// # Panics
    ///
    /// Where it does not start, or runs for longer than the limit.
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

    /// Whether the project names a target, and so is no program for this machine.
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

/// The standard output of a command that succeeds without a warning.
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
