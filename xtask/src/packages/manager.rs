//! Package managers, and the name of each package in them.

use std::process::Command;

use runner::command::works;

/// One package, with its name in each package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Package {
    apt: &'static str,
    dnf: &'static str,
    pacman: &'static str,
    brew: &'static str,
}

/// `qemu-system-arm`.
pub const QEMU_ARM: Package = Package {
    apt: "qemu-system-arm",
    dnf: "qemu-system-arm",
    pacman: "qemu-system-arm",
    brew: "qemu",
};

/// `qemu-system-riscv32`.
pub const QEMU_RISCV: Package = Package {
    apt: "qemu-system-misc",
    dnf: "qemu-system-riscv",
    pacman: "qemu-system-riscv",
    brew: "qemu",
};

/// Chromium, a browser.
pub const CHROMIUM: Package = Package {
    apt: "chromium",
    dnf: "chromium",
    pacman: "chromium",
    brew: "chromium",
};

/// valgrind, which has the same name everywhere.
pub const VALGRIND: Package = Package {
    apt: "valgrind",
    dnf: "valgrind",
    pacman: "valgrind",
    brew: "valgrind",
};

/// A package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manager {
    /// Debian, Ubuntu.
    Apt,
    /// Fedora.
    Dnf,
    /// Arch.
    Pacman,
    /// macOS.
    Brew,
}

impl Manager {
    /// The first manager that is installed.
    #[must_use]
    pub fn detect() -> Option<Self> {
        [Self::Apt, Self::Dnf, Self::Pacman, Self::Brew]
            .into_iter()
            .find(|manager| works(Command::new(manager.program()).arg("--version")))
    }

    fn program(self) -> &'static str {
        match self {
            Self::Apt => "apt-get",
            Self::Dnf => "dnf",
            Self::Pacman => "pacman",
            Self::Brew => "brew",
        }
    }

    /// The names of the packages, without duplicates.
    #[must_use]
    pub fn names(self, packages: &[Package]) -> Vec<&'static str> {
        let mut names = Vec::new();
        for package in packages {
            let name = match self {
                Self::Apt => package.apt,
                Self::Dnf => package.dnf,
                Self::Pacman => package.pacman,
                Self::Brew => package.brew,
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The command that installs them, as set-up does; with apt it first updates the lists, which may be empty or old.
    #[must_use]
    pub fn typed(self, names: &[&str]) -> String {
        let names = names.join(" ");
        match self {
            Self::Apt => format!(
                "sudo apt-get update && sudo apt-get install --no-install-recommends {names}"
            ),
            Self::Dnf => format!("sudo dnf install {names}"),
            Self::Pacman => format!("sudo pacman -S {names}"),
            Self::Brew => format!("brew install {names}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_brew_package_stands_for_both_emulators() {
        assert_eq!(Manager::Brew.names(&[QEMU_ARM, QEMU_RISCV]), ["qemu"]);
        assert_eq!(
            Manager::Apt.names(&[QEMU_ARM, QEMU_RISCV]),
            ["qemu-system-arm", "qemu-system-misc"]
        );
    }

    #[test]
    fn a_user_without_root_is_told_what_to_type() {
        for (manager, typed) in [
            (
                Manager::Apt,
                "sudo apt-get update && sudo apt-get install --no-install-recommends qemu-system-arm \
                 qemu-system-misc",
            ),
            (
                Manager::Dnf,
                "sudo dnf install qemu-system-arm qemu-system-riscv",
            ),
            (
                Manager::Pacman,
                "sudo pacman -S qemu-system-arm qemu-system-riscv",
            ),
            (Manager::Brew, "brew install qemu"),
        ] {
            let names = manager.names(&[QEMU_ARM, QEMU_RISCV]);
            assert_eq!(manager.typed(&names), typed);
        }
    }
}
