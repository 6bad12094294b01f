//! Debian's package manager.
//!
//! The package lists of a new machine are empty, and those of another one may be old. [`Apt`] therefore refreshes
//! them once, before the first query or installation that depends on them.

use core::cell::OnceCell;
use std::{
    io::{IsTerminal, stdin},
    process::{Command, Stdio},
};

use anyhow::{Result, bail};

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
        let install = ["install", "-y", "--no-install-recommends"];
        let plan = text(
            self.get(&install)
                .arg("--simulate")
                .args(names)
                .stdout(Stdio::piped()),
        )?;
        refuse_removals(&plan, names)?;
        during("apt-get install", || run(self.get(&install).args(names)))
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
    let removed = removals(plan);
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

/// The packages that `apt-get --simulate` would remove.
fn removals(plan: &str) -> Vec<&str> {
    plan.lines()
        .filter_map(|line| line.strip_prefix("Remv ")?.split_whitespace().next())
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
pub(crate) mod tests {
    use super::*;
    use std::{
        env, fs,
        path::{Path, PathBuf},
    };

    #[test]
    fn removals_are_read_from_a_simulation() {
        let plan = "Remv qemu-utils [1:10.0]\nInst libfdt1 (1.6 Debian)\nConf libfdt1 (1.6)\n";
        assert_eq!(removals(plan), ["qemu-utils"]);
        assert!(removals("Inst libfdt1 (1.6 Debian)\n").is_empty());
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

    /// A machine whose only repository is a directory, and whose lists are empty.
    pub(crate) struct Machine(PathBuf);

    impl Machine {
        pub(crate) fn new(name: &str) -> Self {
            let dir = env::temp_dir().join(format!("indivisible-{name}-{}", std::process::id()));
            for part in ["repository", "lists/partial", "cache"] {
                fs::create_dir_all(dir.join(part)).unwrap();
            }
            fs::write(dir.join("status"), "").unwrap();
            let source = format!(
                "deb [trusted=yes] file:{} ./\n",
                Self::part(&dir, "repository")
            );
            fs::write(dir.join("sources.list"), source).unwrap();
            Self(dir)
        }

        fn part(dir: &Path, name: &str) -> String {
            dir.join(name).display().to_string()
        }

        pub(crate) fn offer(&self, packages: &[(&str, &str)]) {
            let entry = |(name, version): &(&str, &str)| {
                format!(
                    "Package: {name}\nVersion: {version}\nArchitecture: all\nFilename: ./{name}.deb\nSize: 1\nSHA256: \
                     {}\nDescription: planted\n",
                    "0".repeat(64)
                )
            };
            let entries: Vec<_> = packages.iter().map(entry).collect();
            fs::write(self.0.join("repository/Packages"), entries.join("\n")).unwrap();
        }

        /// The directories belong to the user: no command needs root.
        pub(crate) fn apt(&self) -> Apt {
            let option =
                |(name, value): (&str, String)| ["-o".to_owned(), format!("{name}={value}")];
            let part = |name| Self::part(&self.0, name);
            let options = [
                ("Dir::State::Lists", part("lists")),
                ("Dir::State::status", part("status")),
                ("Dir::Cache", part("cache")),
                ("Dir::Etc::SourceList", part("sources.list")),
                ("Dir::Etc::SourceParts", "-".to_owned()),
                // As root, apt would read as a user without access to this directory.
                ("APT::Sandbox::User", "root".to_owned()),
            ];
            Apt {
                privilege: Privilege::Root,
                options: options.into_iter().flat_map(option).collect(),
                refreshed: OnceCell::new(),
            }
        }
    }

    impl Drop for Machine {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    #[ignore = "needs apt; `cargo xtask test` runs it where there is one"]
    fn a_machine_with_empty_lists_learns_of_a_package() {
        let machine = Machine::new("empty-lists");
        machine.offer(&[("rustc-web", "1.96.0+dfsg1-1")]);
        let apt = machine.apt();
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
                machine.apt().candidate("rustc-web").as_deref(),
                Some(version)
            );
        }
    }
}
