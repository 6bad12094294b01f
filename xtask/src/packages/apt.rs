//! Debian's package manager.
//!
//! The package lists of a new machine are empty, and those of another one may be old. [`Apt`] therefore refreshes
//! them once, before the first query or installation that depends on them.

#[cfg(test)]
pub(super) mod machine;
mod unpack;

use core::cell::OnceCell;
use std::{
    fs,
    io::{IsTerminal, stdin},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Result, bail, ensure};

use super::manager::Manager;
use runner::command::{run, text, works};

use crate::progress::during;

/// The way in which this process can become root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Privilege {
    Root,
    Sudo,
    None,
}

impl Privilege {
    fn detect() -> Self {
        if text(Command::new("id").arg("-u")).is_ok_and(|uid| uid == "0") {
            Self::Root
        } else if works(Command::new("sudo").args(["-n", "true"]))
            || (stdin().is_terminal() && works(Command::new("sudo").arg("--version")))
        {
            Self::Sudo
        } else {
            Self::None
        }
    }
}

const INSTALL: &[&str] = &[
    "install",
    "-y",
    "--no-install-recommends",
    // The plan would have other words for a removal.
    "-o",
    "APT::Get::Purge=false",
];

/// apt-get and apt-cache.
#[derive(Debug)]
pub struct Apt {
    privilege: Privilege,
    /// Options of every command.
    options: Vec<String>,
    refreshed: OnceCell<()>,
}

impl Apt {
    /// The apt of this machine, with the privilege of this process.
    #[must_use]
    pub fn detect() -> Self {
        let options = ["-o", "DPkg::Lock::Timeout=120"].map(str::to_owned).into();
        Self {
            privilege: Privilege::detect(),
            options,
            refreshed: OnceCell::new(),
        }
    }

    /// The upstream version that apt would install.
    #[must_use]
    pub fn candidate(&self, name: &str) -> Option<String> {
        self.refresh();
        let mut policy = Command::new("apt-cache");
        policy
            .args(&self.options)
            .args(["policy", name])
            .env("LC_ALL", "C");
        candidate_in(&text(&mut policy).ok()?)
    }

    /// Installs the packages.
    pub fn install(&self, names: &[&str]) -> Result<()> {
        if self.privilege == Privilege::None {
            bail!(
                "installing {} needs root or sudo; please have an administrator run `{}`",
                names.join(", "),
                Manager::Apt.typed(names)
            );
        }
        self.refresh();
        eprintln!("setup:   apt-get install {}", names.join(" "));
        eprintln!("setup:   undo: apt-get autoremove {}", names.join(" "));
        refuse_removals(&self.plan(names)?, names)?;
        during("apt-get install", || {
            run(self.get(INSTALL).arg("--no-remove").args(names))
        })
    }

    /// The packages that the installation of `names` would remove.
    pub fn removals(&self, names: &[&str]) -> Result<Vec<String>> {
        self.refresh();
        let plan = self.plan(names)?;
        Ok(removed(&plan).into_iter().map(str::to_owned).collect())
    }

    /// Unpacks `names`, and what they need and is not installed, into `dir`, in place of their installation. `dir/bin`
    /// has the programs `programs`.
    pub fn unpack(&self, names: &[&str], programs: &[&str], dir: &Path) -> Result<()> {
        let plan = self.plan(names)?;
        let needed = installed(&plan);
        ensure!(
            !needed.is_empty(),
            "{} are installed, and do not work",
            names.join(", ")
        );
        let packages = dir.with_extension("packages");
        unpack::make_empty(&packages)?;
        let mut download = Command::new("apt-get");
        download
            .arg("-qq")
            .args(&self.options)
            // As root, apt would download as a user without access to this directory.
            .args(["-o", "APT::Sandbox::User=root", "download"])
            .args(needed)
            .current_dir(&packages);
        run(&mut download)?;
        unpack::unpack(&packages, programs, dir)?;
        fs::remove_dir_all(packages)?;
        Ok(())
    }

    /// The steps of an installation, one a line.
    fn plan(&self, names: &[&str]) -> Result<String> {
        let mut simulate = self.get(INSTALL);
        text(
            simulate
                .arg("--simulate")
                .args(names)
                .stdout(Stdio::piped()),
        )
    }

    fn refresh(&self) {
        self.refreshed.get_or_init(|| {
            if self.privilege == Privilege::None {
                eprintln!(
                    "setup:   without root or sudo, the package lists stay as old as they are"
                );
                return;
            }
            eprintln!("setup:   apt-get update");
            if let Err(error) = during("apt-get update", || run(&mut self.get(&["update"]))) {
                eprintln!("setup:   the package lists stay as old as they are: {error}");
            }
        });
    }

    fn get(&self, args: &[&str]) -> Command {
        let mut command = if self.privilege == Privilege::Sudo {
            let mut sudo = Command::new("sudo");
            sudo.arg("env");
            sudo
        } else {
            Command::new("env")
        };
        command
            .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"])
            .args(&self.options)
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command
    }
}

/// Fails if the simulated installation of `names` removes a package, as that of one version of QEMU removes the packages of
/// another one.
fn refuse_removals(plan: &str, names: &[&str]) -> Result<()> {
    let removed = removed(plan);
    if !removed.is_empty() {
        bail!(
            "to install {}, apt would remove {}, which the set-up does not decide; please run `{}`",
            names.join(", "),
            removed.join(", "),
            Manager::Apt.typed(names)
        );
    }
    Ok(())
}

/// The packages that the plan removes.
fn removed(plan: &str) -> Vec<&str> {
    packages(plan, "Remv ")
}

/// The packages that the plan installs, or replaces by another version.
fn installed(plan: &str) -> Vec<&str> {
    packages(plan, "Inst ")
}

fn packages<'a>(plan: &'a str, step: &str) -> Vec<&'a str> {
    plan.lines()
        .filter_map(|line| line.strip_prefix(step)?.split_whitespace().next())
        .collect()
}

/// The candidate in the output of `apt-cache policy` for one package, without its packaging suffix. The output
/// is empty for a package that is in no list.
fn candidate_in(policy: &str) -> Option<String> {
    let version = policy
        .lines()
        .find_map(|line| line.trim().strip_prefix("Candidate: "))?;
    let upstream = version.split(['+', '-']).next()?;
    (version != "(none)").then(|| upstream.to_owned())
}

#[cfg(test)]
impl Apt {
    /// The apt of a planted machine.
    pub(crate) fn on(machine: &machine::Machine) -> Self {
        Self {
            privilege: Privilege::Root,
            options: machine.options(),
            refreshed: OnceCell::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{machine::Machine, *};

    #[test]
    fn a_plan_is_read_from_a_simulation() {
        let plan = "Remv qemu-utils [1:10.0]\nInst libfdt1 (1.6 Debian)\nConf libfdt1 (1.6)\n";
        assert_eq!(removed(plan), ["qemu-utils"]);
        assert_eq!(installed(plan), ["libfdt1"]);
        assert!(removed("Inst libfdt1 (1.6 Debian)\n").is_empty());
    }

    #[test]
    fn every_removal_is_refused_and_named() {
        let plan = "Remv qemu-utils [1:10.0]\nRemv qemu-block-extra [1:10.0]\nInst qemu-system-arm (1:10.1)\n";
        let error = refuse_removals(plan, &["qemu-system-arm"]).unwrap_err();
        let error = error.to_string();
        assert!(error.contains("qemu-utils, qemu-block-extra"), "{error}");
        assert!(error.contains("install"), "{error}");
        refuse_removals("Inst qemu-system-arm (1:10.1)\n", &["qemu-system-arm"]).unwrap();
    }

    #[test]
    fn a_candidate_is_read_from_a_policy() {
        let policy = |candidate: &str| {
            format!(
                "rustc-web:\n  Installed: 1.85.0\n  Candidate: {candidate}\n  Version table:\n     \
                 1.85.0+dfsg3-1 500\n"
            )
        };
        let read = |candidate: &str| candidate_in(&policy(candidate));
        assert_eq!(read("1.96.0+dfsg1-1~deb12u2").as_deref(), Some("1.96.0"));
        assert_eq!(read("1.96.0-1").as_deref(), Some("1.96.0"));
        assert_eq!(read("(none)"), None);
        assert_eq!(candidate_in(""), None);
    }

    #[test]
    #[ignore = "needs apt; `cargo xtask test` runs it where there is one"]
    fn a_machine_with_empty_lists_learns_of_a_package() {
        let machine = Machine::new("empty-lists");
        machine.offer(&[("rustc-web", "1.96.0+dfsg1-1")]);
        let apt = Apt::on(&machine);
        assert_eq!(apt.candidate("rustc-web").as_deref(), Some("1.96.0"));
        assert_eq!(apt.candidate("unheard-of"), None);
    }

    #[test]
    #[ignore = "needs apt; `cargo xtask test` runs it where there is one"]
    fn a_machine_with_old_lists_learns_of_a_newer_version() {
        let machine = Machine::new("old-lists");
        for version in ["1.85.0", "1.96.0"] {
            machine.offer(&[("rustc-web", version)]);
            assert_eq!(
                Apt::on(&machine).candidate("rustc-web").as_deref(),
                Some(version)
            );
        }
    }

    #[test]
    #[ignore = "needs apt; `cargo xtask test` runs it where there is one"]
    fn what_excludes_an_installed_package_is_unpacked_with_its_libraries() {
        let control = |name: &str, more: &str| {
            format!(
                "Package: {name}\nVersion: 1\nArchitecture: all\nMaintainer: planted\n{more}Description: planted\n"
            )
        };
        let machine = Machine::new("unpack");
        machine.has("utils", "2");
        machine.offer_built(
            &control("emulator", "Depends: library\nBreaks: utils\n"),
            &[
                (
                    "usr/bin/emulator",
                    "#!/bin/sh\ncat \"${LD_LIBRARY_PATH%%:*}/library\"\necho \"$@\"\n",
                ),
                ("usr/bin/other", "#!/bin/sh\n"),
            ],
        );
        machine.offer_built(
            &control("library", ""),
            &[("usr/lib/planted-linux-gnu/library", "found\n")],
        );
        let apt = Apt::on(&machine);
        assert_eq!(apt.removals(&["emulator"]).unwrap(), ["utils"]);
        assert_eq!(apt.removals(&["library"]).unwrap(), [""; 0]);

        let dir = machine.directory();
        // A second time, it replaces the first.
        for _ in 0..2 {
            apt.unpack(&["emulator"], &["emulator"], &dir).unwrap();
            let mut emulator = Command::new(dir.join("bin/emulator"));
            let printed = text(emulator.args(["-kernel", "a b"])).unwrap();
            assert_eq!(printed, "found\n-kernel a b");
        }
        assert!(!dir.join("root/usr/bin/other").exists());
        let absent = apt.unpack(&["library"], &["emulator"], &dir).unwrap_err();
        assert!(absent.to_string().contains("no package contains emulator"));
        assert!(dir.join("bin/emulator").exists());
    }
}
