//! The system's packages: their names by package manager, and their installation on Debian and its derivatives.
//!
//! Only apt is ever run. On other systems the command is printed.

mod apt;
mod manager;

use anyhow::{Result, bail};

pub use self::{
    apt::Apt,
    manager::{CHROMIUM, Manager, Package, QEMU_ARM, QEMU_RISCV, VALGRIND},
};

/// The packages' names here; Debian's if no supported manager is installed.
#[must_use]
pub fn names(packages: &[Package]) -> Vec<&'static str> {
    Manager::detect().unwrap_or(Manager::Apt).names(packages)
}

/// The command to install them, as advice.
#[must_use]
pub fn advice(packages: &[Package]) -> String {
    let manager = Manager::detect().unwrap_or(Manager::Apt);
    format!("please run `{}`", manager.typed(&manager.names(packages)))
}

/// Installs packages by name through apt; with another manager, fails with the command to type.
pub fn install(apt: &Apt, names: &[&str]) -> Result<()> {
    match Manager::detect() {
        Some(Manager::Apt) => apt.install(names),
        Some(manager) => bail!("please install what is missing: `{}`", manager.typed(names)),
        None => bail!(
            "no supported package manager here; please install the packages that Debian calls {}",
            names.join(", ")
        ),
    }
}

/// The packages that apt would remove to install `names`; none with another manager, which is never run.
pub fn removals(apt: &Apt, names: &[&str]) -> Result<Vec<String>> {
    match Manager::detect() {
        Some(Manager::Apt) => apt.removals(names),
        _ => Ok(Vec::new()),
    }
}

#[cfg(test)]
pub(crate) use apt::machine::Machine;
