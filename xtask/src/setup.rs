//! Prepares a new machine to build the firmware and to run it.
//!
//! Two steps: the bare-metal targets, and QEMU. Each step first checks whether anything is missing, and
//! does nothing otherwise. The packages of all steps are installed together, so that a user without the
//! permission to install sees all their names at once. Every action is printed, with the packages that it
//! installs and the command that undoes it.

mod compiler;

use std::{env, process::Command, time::Instant};

use anyhow::{Context, Result, bail};

use runner::{
    browser,
    command::{run, works},
    emulators,
    toolchain::{self, TARGETS, embedded_toolchain, local_config, sysroot},
};

use crate::{
    packages::{self, Apt, Package},
    progress::during,
};

struct Step {
    name: &'static str,
    missing: fn() -> Vec<&'static str>,
    /// The system packages that the step needs, by name.
    packages: fn(&[&'static str], &Apt) -> Result<Vec<&'static str>>,
    /// The rest of the step, after the packages are installed.
    act: fn(&[&'static str], &Apt) -> Result<()>,
}

const STEPS: &[Step] = &[
    Step {
        name: "bare-metal targets",
        missing: missing_targets,
        packages: packages_for_targets,
        act: add_targets,
    },
    Step {
        name: "QEMU",
        missing: missing_emulators,
        packages: packages_for_emulators,
        act: unpack_emulators,
    },
];

/// For the tests of one stage alone, and large: only the test command installs it.
const BROWSER: Step = Step {
    name: "Chromium",
    missing: missing_browser,
    packages: |_, _| Ok(packages::names(&[packages::CHROMIUM])),
    act: |_, _| Ok(()),
};

/// Whether to print steps without a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Say {
    /// A line per step.
    All,
    /// Only the changes.
    Changes,
}

/// Installs what is missing.
pub fn setup(say: Say) -> Result<()> {
    install(STEPS, say)
}

/// Installs what is missing to build firmware: nothing of it runs in an emulator.
pub fn targets(say: Say) -> Result<()> {
    install(&STEPS[..1], say)
}

/// Installs a browser if there is none.
pub fn chromium() -> Result<()> {
    install(&[BROWSER], Say::Changes)
}

fn install(steps: &[Step], say: Say) -> Result<()> {
    // Two set-ups at once (tests, a second terminal) would build into the same directory.
    let _lock = runner::lock(&runner::root().join("target"), "setup")?;
    let apt = Apt::detect();
    let mut todo = Vec::new();
    let mut names = Vec::new();
    for step in steps {
        let missing = (step.missing)();
        if missing.is_empty() {
            if say == Say::All {
                eprintln!("setup: {}: in order", step.name);
            }
            continue;
        }
        eprintln!("setup: {}: missing {}", step.name, missing.join(", "));
        names.extend((step.packages)(&missing, &apt)?);
        todo.push((step, missing));
    }
    if !names.is_empty() {
        timed("packages", || packages::install(&apt, &names))?;
    }
    for (step, missing) in todo {
        timed(step.name, || (step.act)(&missing, &apt))?;
        let missing = (step.missing)();
        if !missing.is_empty() {
            bail!(
                "{}: done, and still missing: {}",
                step.name,
                missing.join(", ")
            );
        }
    }
    Ok(())
}

fn timed(name: &str, act: impl FnOnce() -> Result<()>) -> Result<()> {
    let start = Instant::now();
    act().with_context(|| format!("setup, {name}"))?;
    eprintln!(
        "setup: {name}: done in {:.1} s",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Whether nothing is missing.
#[must_use]
pub fn is_complete() -> bool {
    STEPS.iter().all(|step| (step.missing)().is_empty())
}

/// Prints what is missing and changes nothing; true if nothing is.
#[must_use]
pub fn check() -> bool {
    let mut complete = true;
    for step in STEPS {
        let missing = (step.missing)();
        if missing.is_empty() {
            println!("{}: in order", step.name);
        } else {
            complete = false;
            println!("{}: missing {}", step.name, missing.join(", "));
        }
    }
    complete
}

fn missing_targets() -> Vec<&'static str> {
    if local_config().exists() && !sysroot::is_current() {
        return TARGETS.to_vec();
    }
    toolchain::missing_targets(&toolchain::rustc())
}

/// `RUSTUP_AUTO_INSTALL=0` is rustup's own switch against downloads without the user's request.
fn rustup_may_fetch() -> bool {
    env::var_os("RUSTUP_AUTO_INSTALL").is_none_or(|value| value != "0")
        && !local_config().exists()
        && works(Command::new("rustup").arg("--version"))
}

fn packages_for_targets(_: &[&'static str], apt: &Apt) -> Result<Vec<&'static str>> {
    if rustup_may_fetch() {
        Ok(Vec::new())
    } else {
        compiler::missing_packages(apt)
    }
}

fn add_targets(missing: &[&'static str], apt: &Apt) -> Result<()> {
    if rustup_may_fetch() {
        let names = missing.join(" ");
        eprintln!("setup:   rustup target add {names}");
        eprintln!("setup:   undo: rustup target remove {names}");
        let mut add = Command::new("rustup");
        add.args(["target", "add"])
            .args(missing)
            .current_dir(runner::root());
        match run(&mut add) {
            Ok(()) => return Ok(()),
            Err(error) => eprintln!("setup:   {error}; continuing without rustup"),
        }
        let names = compiler::missing_packages(apt)?;
        if !names.is_empty() {
            packages::install(apt, &names)?;
        }
    }
    eprintln!("setup:   building `core` from the system's Rust sources: once, about a minute");
    eprintln!(
        "setup:   undo: rm -r {} {}",
        embedded_toolchain().display(),
        local_config().display()
    );
    during("building `core`", sysroot::build)
}

/// The emulators that the project uses, each with its package.
const EMULATORS: [(&str, Package); 2] = [
    ("qemu-system-arm", packages::QEMU_ARM),
    ("qemu-system-riscv32", packages::QEMU_RISCV),
];

fn missing_emulators() -> Vec<&'static str> {
    let is_missing = |program: &&str| {
        let mut emulator = Command::new(program);
        emulators::make_available(&mut emulator);
        !works(emulator.arg("--version"))
    };
    let programs = EMULATORS.iter().map(|(program, _)| *program);
    programs.filter(is_missing).collect()
}

fn missing_browser() -> Vec<&'static str> {
    if browser::installed().is_some() {
        Vec::new()
    } else {
        vec![browser::NAMES[0]]
    }
}

/// Those to install; none if [`unpack_emulators`] unpacks them.
fn packages_for_emulators(missing: &[&'static str], apt: &Apt) -> Result<Vec<&'static str>> {
    let names = packages_of(missing);
    // Where no plan can be made, the installation names all packages, and the reason.
    let removals = packages::removals(apt, &names).unwrap_or_default();
    if removals.is_empty() {
        return Ok(names);
    }
    let (names, removals) = (names.join(", "), removals.join(", "));
    eprintln!("setup:   to install {names}, apt would remove {removals}: unpacking them instead");
    Ok(Vec::new())
}

/// Packages of one version of QEMU exclude those of another one, which this machine may have for other purposes.
fn unpack_emulators(_: &[&'static str], apt: &Apt) -> Result<()> {
    if missing_emulators().is_empty() {
        return Ok(());
    }
    // All of them, since they replace those that have been unpacked before.
    let programs = EMULATORS.map(|(program, _)| program);
    let dir = emulators::unpacked();
    eprintln!("setup:   undo: rm -r {}", dir.display());
    during("unpacking QEMU", || {
        apt.unpack(&packages_of(&programs), &programs, &dir)
    })
}

fn packages_of(emulators: &[&str]) -> Vec<&'static str> {
    let wanted = EMULATORS
        .iter()
        .filter(|(program, _)| emulators.contains(program));
    packages::names(&wanted.map(|(_, package)| *package).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_fails_is_named() {
        let error = timed("QEMU", || bail!("no network")).unwrap_err();
        assert_eq!(format!("{error:#}"), "setup, QEMU: no network");
    }

    #[test]
    fn only_packages_of_missing_programs_are_requested() {
        assert_eq!(packages_of(&[]), [""; 0]);
        let [arm, riscv] = ["qemu-system-arm", "qemu-system-riscv32"];
        let one = packages_of(&[riscv]);
        let both = packages_of(&[arm, riscv]);
        assert_eq!(one.len(), 1);
        assert!(both.ends_with(&one), "{both:?}");
    }
}
