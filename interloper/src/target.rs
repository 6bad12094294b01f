//! The targets, and the cores that execute their code.

use anyhow::{Result, bail};

use crate::machine::{Arm, Core, Flash, Profile, Reservation, Riscv};

/// The targets of a table that names none.
pub(crate) const DEFAULT: &[&str] = &[
    "thumbv6m-none-eabi",
    "thumbv7m-none-eabi",
    "riscv32imc-unknown-none-elf",
];

/// Calls a generic function with the cores that execute the code of a target: `with_cores!(target, flash, two, f(…))`.
macro_rules! with_cores {
    ($target:expr, $flash:expr, $count:expr, |$cores:ident| $body:expr) => {
        match $crate::target::architecture($target)? {
            $crate::target::Architecture::Arm(profile) => {
                let $cores = $crate::target::arm(profile, $flash, $count);
                $body
            }
            $crate::target::Architecture::Riscv => {
                let $cores = $crate::target::riscv($flash, $count);
                $body
            }
        }
    };
}
pub(crate) use with_cores;

/// An instruction set that the machine executes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Architecture {
    Arm(Profile),
    Riscv,
}

/// The instruction set of a target.
pub(crate) fn architecture(target: &str) -> Result<Architecture> {
    Ok(match target {
        "thumbv6m-none-eabi" => Architecture::Arm(Profile::Armv6M),
        "thumbv7m-none-eabi" => Architecture::Arm(Profile::Armv7M),
        "thumbv8m.main-none-eabi" => Architecture::Arm(Profile::Armv8M),
        "riscv32imc-unknown-none-elf" | "riscv32imac-unknown-none-elf" => Architecture::Riscv,
        _ => bail!(
            "no machine executes {target}\n  help: the targets are thumbv6m-none-eabi, thumbv7m-none-eabi, \
             thumbv8m.main-none-eabi, riscv32imc-unknown-none-elf and riscv32imac-unknown-none-elf"
        ),
    })
}

/// Whether two cores of this target can share a critical section: it needs a lock.
pub(crate) fn has_two_cores(target: &str) -> bool {
    // RISC-V without the A extension has neither an atomic instruction nor the RP2040's spin locks.
    matches!(architecture(target), Ok(Architecture::Arm(_)))
}

/// A core that executes the code of some of the targets.
pub trait Processor: Core {
    /// The core for a target, with the code in `flash`.
    ///
    /// # Errors
    ///
    /// If it executes another instruction set.
    fn of_target(target: &str, flash: &Flash) -> Result<Self>;
}

impl Processor for Arm {
    fn of_target(target: &str, flash: &Flash) -> Result<Self> {
        match architecture(target)? {
            Architecture::Arm(profile) => Ok(Self::new(profile, flash)),
            Architecture::Riscv => bail!("{target} is not one of Arm's"),
        }
    }
}

impl Processor for Riscv {
    fn of_target(target: &str, flash: &Flash) -> Result<Self> {
        match architecture(target)? {
            Architecture::Riscv => Ok(Self::new(Reservation::Cleared, flash)),
            Architecture::Arm(_) => bail!("{target} is not RISC-V"),
        }
    }
}

pub(crate) fn arm(profile: Profile, flash: &Flash, count: u32) -> Vec<Arm> {
    (0..count)
        .map(|id| Arm::new(profile, flash).with_id(id))
        .collect()
}

pub(crate) fn riscv(flash: &Flash, count: u32) -> Vec<Riscv> {
    (0..count)
        .map(|id| Riscv::new(Reservation::Cleared, flash).with_id(id))
        .collect()
}
