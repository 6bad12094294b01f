//! The checkers of the models, and the modes of the library.

use core::{fmt, time::Duration};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use runner::{
    child::{Lines, Next, Process},
    command::text,
    toolchain::{executables, host_cargo, target_dir, wrapper::set_flags},
};

use crate::extent::Extent;

/// A build of the models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct World {
    pub(crate) checker: Checker,
    pub(crate) mode: Mode,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Checker {
    Loom,
    Explorer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mode {
    Native,
    Sections,
}

const fn world(checker: Checker, mode: Mode) -> World {
    World { checker, mode }
}

/// Every build.
pub(crate) const WORLDS: [World; 4] = [
    world(Checker::Explorer, Mode::Native),
    world(Checker::Explorer, Mode::Sections),
    world(Checker::Loom, Mode::Native),
    world(Checker::Loom, Mode::Sections),
];

impl fmt::Display for Checker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loom => "loom",
            Self::Explorer => "explorer",
        })
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Native => "native",
            Self::Sections => "sections",
        })
    }
}

impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.checker, self.mode)
    }
}

impl World {
    pub(crate) fn named(name: &str) -> Option<Self> {
        WORLDS.into_iter().find(|world| world.to_string() == name)
    }

    pub(crate) fn test_target(self) -> &'static str {
        Self::dir(self.checker)
    }

    /// The checker's test target, and its directory in tests/models/tests.
    pub(crate) fn dir(checker: Checker) -> &'static str {
        match checker {
            Checker::Loom => "weak_memory",
            Checker::Explorer => "interleavings",
        }
    }

    fn cfg(self) -> String {
        let checker = match self.checker {
            Checker::Loom => "--cfg indivisible_loom",
            Checker::Explorer => "--cfg indivisible_explore",
        };
        match self.mode {
            Mode::Native => checker.to_owned(),
            Mode::Sections => format!("{checker} --cfg indivisible_force_sections"),
        }
    }

    /// Compiles the models of the workspace in `dir`, and the checkers' own tests; returns the test binaries by their
    /// target's name.
    pub(crate) fn build(self, dir: &Path) -> Result<BTreeMap<String, PathBuf>> {
        self.build_with(dir, &["--lib"])
    }

    /// Compiles the models, and what `more` selects.
    ///
    /// All worlds and workspaces share one target directory, and the checkers in it.
    fn build_with(self, dir: &Path, more: &[&str]) -> Result<BTreeMap<String, PathBuf>> {
        let mut cargo = host_cargo();
        cargo
            .args([
                "test",
                "--quiet",
                "--package",
                "models",
                "--package",
                "modelled",
                "--profile",
                "models",
                "--target",
                "host-tuple",
            ])
            .args(["--test", self.test_target()])
            .args(more)
            .args(["--no-run", "--message-format", "json-render-diagnostics"])
            .env("CARGO_TARGET_DIR", target_dir())
            // A mutant compiles only the functions that it changes.
            .env("CARGO_INCREMENTAL", "1")
            .current_dir(dir);
        set_flags(&mut cargo, &self.cfg())?;
        let output = cargo.output().context("cargo does not start")?;
        if !output.status.success() {
            eprint!("{}", String::from_utf8_lossy(&output.stderr));
            bail!("the models of {self} do not compile");
        }
        executables(&output.stdout)
    }

    /// Compiles the models alone; returns their binary.
    pub(crate) fn binary(self, dir: &Path) -> Result<PathBuf> {
        let binary = self.build_with(dir, &[])?.remove(self.test_target());
        binary.with_context(|| format!("cargo built no test {}", self.test_target()))
    }

    /// The names of the models.
    pub(crate) fn tests(self, dir: &Path) -> Result<BTreeSet<String>> {
        let list = text(Command::new(self.binary(dir)?).arg("--list"))?;
        let tests = list.lines().filter_map(|it| it.strip_suffix(": test"));
        Ok(tests.map(str::to_owned).collect())
    }
}

/// The end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Passed,
    Failed,
    /// Still running at its limit.
    Endless,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Endless => "did not end",
        })
    }
}

/// Runs a test binary, and calls `each_line` with each line that it prints. If it fails, its output is
/// printed.
pub(crate) fn run(
    binary: &Path,
    args: &[&str],
    extent: Extent,
    limit: Duration,
    mut each_line: impl FnMut(&str),
) -> Result<End> {
    let mut command = Command::new(binary);
    command
        .args(args)
        .env("RUST_BACKTRACE", "0")
        .env("INDIVISIBLE_MODELS", extent.word())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut process = Process::spawn(&mut command, limit, true, false)?;
    let (mut lines, mut said) = (Lines::default(), Vec::new());
    let end = loop {
        match process.wait()? {
            Next::Chunk(true, bytes) => {
                said.extend_from_slice(&bytes);
                lines.push(&bytes, &mut each_line);
            }
            Next::Chunk(false, bytes) => said.extend(bytes),
            Next::Ended(status) if status.success() => break End::Passed,
            Next::Ended(_) => break End::Failed,
            Next::TimedOut => break End::Endless,
        }
    };
    lines.finish(&mut each_line);
    if end != End::Passed && !args.contains(&"--exact") {
        eprint!("{}", String::from_utf8_lossy(&said));
    }
    Ok(end)
}
