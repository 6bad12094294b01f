//! The builds that are measured: a target, a back end, a profile.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use runner::{
    command::text,
    toolchain::{self, cargo, executable},
};

/// A build of the firmware.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Build {
    target: &'static str,
    pub(crate) back_end: BackEnd,
    /// An index into [`PROFILES`].
    pub(crate) profile: usize,
}

/// What stands for compare-and-swap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BackEnd {
    Native,
    CriticalSection,
    SingleCore,
}

impl BackEnd {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::CriticalSection => "critical-section",
            Self::SingleCore => "single-core",
        }
    }
}

/// Profiles of tests/firmware/Cargo.toml, and what they stand for.
pub(crate) const PROFILES: [(&str, &str); 3] = [
    ("firmware", "LTO, \"s\""),
    ("speed", "LTO, 3"),
    ("no-lto", "no LTO, 3"),
];

const TARGETS: &[(&str, &[BackEnd])] = &[
    (
        "thumbv6m-none-eabi",
        &[BackEnd::CriticalSection, BackEnd::SingleCore],
    ),
    ("thumbv7m-none-eabi", &[BackEnd::Native]),
    (
        "riscv32imc-unknown-none-elf",
        &[BackEnd::CriticalSection, BackEnd::SingleCore],
    ),
];

/// Every build, or those of the first target in the smallest profile.
#[must_use]
pub fn builds(all: bool) -> Vec<Build> {
    let mut builds = Vec::new();
    for &(target, back_ends) in TARGETS {
        for &back_end in back_ends {
            builds.extend((0..PROFILES.len()).map(|profile| Build {
                target,
                back_end,
                profile,
            }));
        }
    }
    builds.retain(|it| all || (it.target == TARGETS[0].0 && it.profile == 0));
    builds
}

impl Build {
    /// The target's first word.
    pub(crate) fn target(&self) -> &'static str {
        let target = self.target;
        target.split_once('-').map_or(target, |(first, _)| first)
    }

    /// The heading of its table in the document.
    pub(crate) fn heading(&self) -> String {
        format!("{}, {}", self.target(), self.back_end.name())
    }

    pub(crate) fn name(&self) -> String {
        format!("{}, {}", self.heading(), PROFILES[self.profile].1)
    }

    /// Builds a binary of a package in tests/firmware and gives the path of its ELF file.
    pub(crate) fn firmware(&self, package: &str, bin: &str) -> Result<PathBuf> {
        let target = self.target;
        let mut build = cargo(target, Path::new("tests/firmware"));
        if self.back_end == BackEnd::SingleCore {
            // Before the command: cargo takes the settings on one side of it only.
            let flags = "['--cfg', 'portable_atomic_unsafe_assume_single_core']";
            build.args(["--config", &format!("target.{target}.rustflags={flags}")]);
        }
        build
            .args(["build", "--quiet", "--profile", PROFILES[self.profile].0])
            .args(["--package", package]);
        toolchain::set_output(&mut build, Path::new("cost").join(self.back_end.name()));
        if self.back_end == BackEnd::CriticalSection {
            build.args(["--features", "critical-section"]);
        }
        executable(&mut build, bin).with_context(|| format!("{bin} for {}", self.name()))
    }
}

/// The compiler's version number, which exact pins belong to.
pub(crate) fn compiler() -> Result<String> {
    let mut rustc = Command::new(toolchain::rustc());
    let version = text(rustc.arg("--version").current_dir(runner::root()))?;
    let number = version.split(' ').nth(1);
    Ok(number.context("rustc has no version")?.to_owned())
}
