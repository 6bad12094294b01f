//! Which builds are swept: a board, a back end, a profile.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use runner::{
    command::text,
    qemu::Machine,
    toolchain::{self, cargo, executable},
};

/// One build.
#[derive(Debug, Clone, Copy)]
pub(super) struct Config {
    pub(super) board: &'static str,
    pub(super) back_end: BackEnd,
    pub(super) profile: &'static str,
    /// One instruction takes 2^shift ns: a tick of the board's timer at least, two of one that compares
    /// with an absolute time.
    pub(super) shift: u8,
}

/// What stands for compare-and-swap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BackEnd {
    Native,
    CriticalSection,
    SingleCore,
    Nothing,
}

impl BackEnd {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::CriticalSection => "critical-section",
            Self::SingleCore => "single-core",
            Self::Nothing => "none",
        }
    }
}

const fn config(board: &'static str, back_end: BackEnd, profile: &'static str) -> Config {
    // Written out, since `==` on strings is not const.
    let shift = if board.as_bytes()[0] == b'v' { 8 } else { 6 };
    Config {
        board,
        back_end,
        profile,
        shift,
    }
}

/// All of them; tests/firmware/Cargo.toml has the profiles.
pub(super) const CONFIGS: &[Config] = &[
    config("microbit", BackEnd::Nothing, "size"),
    config("microbit", BackEnd::CriticalSection, "size"),
    config("microbit", BackEnd::CriticalSection, "speed"),
    config("microbit", BackEnd::SingleCore, "size"),
    config("microbit", BackEnd::SingleCore, "speed"),
    config("microbit", BackEnd::Nothing, "speed"),
    config("mps2-an385", BackEnd::Native, "size"),
    config("mps2-an385", BackEnd::Native, "speed"),
    config("virt", BackEnd::CriticalSection, "size"),
];

impl Config {
    pub(super) fn machine(&self) -> Result<&'static Machine> {
        Machine::named(self.board).context("no such board")
    }

    /// Only boards with interrupts of several priorities.
    pub(super) fn has_second_interrupt(&self) -> bool {
        self.board != "virt"
    }

    /// Whether a run in single steps lands where a plain one does. A timer of absolute time that is no
    /// multiple of an instruction's shifts between the two; either covers everything.
    pub(super) fn is_exact_in_single_steps(&self) -> bool {
        self.board != "virt"
    }

    pub(super) fn name(&self) -> String {
        format!("{}, {}, {}", self.board, self.back_end.name(), self.profile)
    }

    /// Builds the firmware and gives the path of its ELF file.
    pub(super) fn build(&self) -> Result<PathBuf> {
        const NAME: &str = "sweep-firmware";
        let target = self.machine()?.target;
        firmware(target, self.back_end, self.profile, NAME, NAME)
            .with_context(|| format!("the sweep's firmware for {}", self.name()))
    }
}

/// Builds a binary of a package in tests/firmware and gives the path of its ELF file.
pub(crate) fn firmware(
    target: &str,
    back_end: BackEnd,
    profile: &str,
    package: &str,
    bin: &str,
) -> Result<PathBuf> {
    let mut build = cargo(target, Path::new("tests/firmware"));
    if back_end == BackEnd::SingleCore {
        // Before the command: cargo takes the settings on one side of it only.
        let flags = "['--cfg', 'portable_atomic_unsafe_assume_single_core']";
        build.args(["--config", &format!("target.{target}.rustflags={flags}")]);
    }
    build
        .args(["build", "--quiet", "--profile", profile])
        .args(["--package", package])
        // Other flags and features would build everything anew on each change between the two.
        .env(
            "CARGO_TARGET_DIR",
            toolchain::target_dir().join("sweep").join(back_end.name()),
        );
    if back_end == BackEnd::CriticalSection {
        build.args(["--features", "critical-section"]);
    }
    executable(&mut build, bin)
}

/// The compiler's version number, which exact pins belong to.
pub(crate) fn compiler() -> Result<String> {
    let version = text(
        Command::new(toolchain::rustc())
            .arg("--version")
            .current_dir(runner::root()),
    )?;
    let number = version
        .split(' ')
        .nth(1)
        .context("rustc tells no version")?;
    Ok(number.to_owned())
}
