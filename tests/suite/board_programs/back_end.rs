//! Firmware for a Cortex-M0, which has no compare-and-swap, with each back end that can stand for it.

use super::{PACKAGE, board};
use runner::toolchain;
use std::path::PathBuf;

pub(crate) struct BackEnd {
    pub(crate) name: &'static str,
    features: &'static str,
    flags: &'static str,
    pub(crate) has_tier2: bool,
}

pub(crate) const BACK_ENDS: [BackEnd; 3] = [
    BackEnd {
        name: "none",
        features: "bare-metal,waker",
        flags: "",
        has_tier2: false,
    },
    BackEnd {
        name: "critical-section",
        features: "tier2,waker",
        flags: "",
        has_tier2: true,
    },
    BackEnd {
        name: "single-core",
        features: "bare-metal,waker",
        flags: "--cfg portable_atomic_unsafe_assume_single_core",
        has_tier2: true,
    },
];

impl BackEnd {
    pub(crate) fn build(&self, program: &str) -> PathBuf {
        let mut build = toolchain::cargo(board("microbit").target, PACKAGE);
        build
            .args(["build", "--quiet", "--profile", "firmware"])
            .args(["--features", self.features])
            .env("RUSTFLAGS", self.flags)
            // Other flags rebuild everything: in the same directory, on every change between them.
            .env(
                "CARGO_TARGET_DIR",
                toolchain::target_dir().join("back-ends").join(self.name),
            );
        toolchain::executable(&mut build, program).unwrap()
    }
}
