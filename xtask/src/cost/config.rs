//! The builds that are measured: a target, a back end, a profile.

use std::path::PathBuf;

use anyhow::{Context, Result};

use runner::qemu::Machine;

use crate::sweep::config::{BackEnd, firmware};

/// One build.
#[derive(Debug, Clone, Copy)]
pub(super) struct Build {
    pub(super) machine: &'static Machine,
    pub(super) back_end: BackEnd,
    /// An index into [`PROFILES`].
    pub(super) profile: usize,
}

/// Profiles of tests/firmware/Cargo.toml, and what they stand for.
pub(super) const PROFILES: [(&str, &str); 3] = [
    ("size", "LTO, \"s\""),
    ("speed", "LTO, 3"),
    ("no-lto", "no LTO, 3"),
];

const BOARDS: &[(&str, &[BackEnd])] = &[
    ("microbit", &[BackEnd::CriticalSection, BackEnd::SingleCore]),
    ("mps2-an385", &[BackEnd::Native]),
    ("virt", &[BackEnd::CriticalSection, BackEnd::SingleCore]),
];

/// Every build, or those of the main board in the smallest profile.
pub(super) fn builds(all: bool) -> Result<Vec<Build>> {
    let mut builds = Vec::new();
    for (board, back_ends) in BOARDS {
        let machine = Machine::named(board).with_context(|| format!("no board {board}"))?;
        for &back_end in *back_ends {
            builds.extend((0..PROFILES.len()).map(|profile| Build {
                machine,
                back_end,
                profile,
            }));
        }
    }
    builds.retain(|it| all || (it.machine.name == BOARDS[0].0 && it.profile == 0));
    Ok(builds)
}

impl Build {
    /// The target's first word.
    pub(super) fn target(&self) -> &'static str {
        let target = self.machine.target;
        target.split_once('-').map_or(target, |(first, _)| first)
    }

    /// The heading of its table in the document.
    pub(super) fn heading(&self) -> String {
        format!("{}, {}", self.target(), self.back_end.name())
    }

    pub(super) fn name(&self) -> String {
        format!("{}, {}", self.heading(), PROFILES[self.profile].1)
    }

    /// Builds a binary of the package and gives the path of its ELF file.
    pub(super) fn firmware(&self, package: &str, bin: &str) -> Result<PathBuf> {
        let profile = PROFILES[self.profile].0;
        firmware(self.machine.target, self.back_end, profile, package, bin)
            .with_context(|| format!("{bin} for {}", self.name()))
    }
}
