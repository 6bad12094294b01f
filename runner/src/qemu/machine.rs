//! The machines, one row each.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use crate::emulators;

/// An emulated board.
#[derive(Debug, PartialEq, Eq)]
pub struct Machine {
    /// Its name in QEMU.
    pub name: &'static str,
    /// The target of its firmware.
    pub target: &'static str,
    /// The emulator.
    pub program: &'static str,
    /// Further arguments of the emulator.
    pub args: &'static [&'static str],
    /// `e_machine` of its ELF files.
    pub(super) elf_machine: u16,
    /// Whether its instructions can be counted: QEMU counts those of several cores only if they take turns.
    pub counts_instructions: bool,
    /// Meaningless lines on standard error that every run has.
    pub(super) noise: &'static [&'static str],
}

const EM_ARM: u16 = 40;
const EM_RISCV: u16 = 243;

/// Every machine of the project.
pub const MACHINES: &[Machine] = &[
    Machine {
        name: "microbit",
        target: "thumbv6m-none-eabi",
        program: "qemu-system-arm",
        args: &[],
        elf_machine: EM_ARM,
        counts_instructions: true,
        noise: &[],
    },
    Machine {
        name: "lm3s6965evb",
        target: "thumbv7m-none-eabi",
        program: "qemu-system-arm",
        args: &[],
        elf_machine: EM_ARM,
        counts_instructions: true,
        noise: &["Timer with period zero, disabling"],
    },
    Machine {
        name: "mps2-an385",
        target: "thumbv7m-none-eabi",
        program: "qemu-system-arm",
        args: &[],
        elf_machine: EM_ARM,
        counts_instructions: true,
        noise: &[],
    },
    Machine {
        name: "virt",
        target: "riscv32imc-unknown-none-elf",
        program: "qemu-system-riscv32",
        args: &["-cpu", "rv32,a=false", "-bios", "none"],
        elf_machine: EM_RISCV,
        counts_instructions: true,
        noise: &[],
    },
    Machine {
        name: "mps2-an521",
        target: "thumbv8m.main-none-eabi",
        program: "qemu-system-arm",
        args: &[],
        elf_machine: EM_ARM,
        counts_instructions: false,
        noise: &[],
    },
];

impl Machine {
    /// The machine of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        MACHINES.iter().find(|machine| machine.name == name)
    }

    /// The emulator with this firmware.
    #[must_use]
    pub fn emulator(&self, elf: &Path) -> Command {
        let mut qemu = Command::new(self.program);
        emulators::make_available(&mut qemu);
        qemu.args(["-machine", self.name])
            .args(self.args)
            .arg("-kernel")
            .arg(elf)
            .stdin(Stdio::null());
        qemu
    }

    /// The error of an emulator that does not start.
    #[must_use]
    pub fn absence(&self) -> String {
        let program = self.program;
        format!("{program} does not start; `cargo xtask setup` installs it")
    }
}
