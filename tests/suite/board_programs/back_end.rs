//! Firmware for a Cortex-M0, which has no compare-and-swap, with each possible back end.

use super::{PACKAGE, PLENTY, board, disassembly::Code, run_within};
use runner::{qemu::End, toolchain};
use std::path::PathBuf;

pub(crate) struct BackEnd {
    pub(crate) name: &'static str,
    features: &'static str,
    flags: &'static str,
    pub(crate) exists: bool,
}

pub(crate) const BACK_ENDS: [BackEnd; 3] = [
    BackEnd {
        name: "none",
        features: "bare-metal,waker",
        flags: "",
        exists: false,
    },
    BackEnd {
        name: "critical-section",
        features: "back-end,waker",
        flags: "",
        exists: true,
    },
    BackEnd {
        name: "single-core",
        features: "bare-metal,waker",
        flags: "--cfg portable_atomic_unsafe_assume_single_core",
        exists: true,
    },
];

impl BackEnd {
    /// The code of a program, which has run to its end.
    pub(crate) fn code(&self, program: &str) -> Code {
        let elf = self.build(program);
        let ran = run_within(PLENTY, board("microbit"), &elf);
        assert_eq!(ran.end, End::Exit(0), "{}", self.name);
        Code::read(&elf)
    }

    fn build(&self, program: &str) -> PathBuf {
        let mut build = toolchain::cargo(board("microbit").target, PACKAGE);
        build
            .args(["build", "--quiet", "--profile", "firmware"])
            .args(["--features", self.features])
            .env("RUSTFLAGS", self.flags);
        toolchain::set_output(&mut build, format!("back-ends/{}", self.name));
        toolchain::executable(&mut build, program).unwrap()
    }
}
