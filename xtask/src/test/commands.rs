//! What each stage runs.

use core::{error::Error, fmt};
use std::{env, fs, process::Command};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use runner::{
    command::{run, text},
    toolchain::{flags, host_cargo, wrapper::set_flags},
};

use super::terminals::with_terminals;
use crate::{
    cost, look,
    packages::Manager,
    setup::{self, Say},
};

/// Why a stage did not run on this machine.
#[derive(Debug)]
pub(super) struct Skipped(String);

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NOT RUN: {}", self.0)
    }
}

impl Error for Skipped {}

/// What a stage returns that lacks something which this machine cannot get: a failure in CI.
pub(super) fn lacking(error: anyhow::Error, in_ci: bool) -> anyhow::Error {
    if in_ci {
        error
    } else {
        Skipped(format!("{error:#}")).into()
    }
}

/// In CI, and only there, warnings are errors and the lock file must not change.
fn in_ci() -> bool {
    env::var_os("INDIVISIBLE_CI").is_some_and(|value| value == "1")
}

/// `cargo COMMAND` for the host's target. The alias in `.cargo/config.toml` names the target too, so that the
/// artefacts of building xtask are shared.
fn cargo(command: &str) -> Command {
    let mut cargo = host_cargo();
    cargo.args([command, "--target", "host-tuple"]);
    if in_ci() {
        cargo.arg("--locked");
    }
    cargo
}

/// `cargo test`, which runs every test program, even after one has failed.
fn cargo_test() -> Command {
    let mut test = cargo("test");
    test.arg("--no-fail-fast");
    test
}

/// What the other stages need, so that a user who has to permit an installation is asked at the beginning.
pub(super) fn prepare() -> Result<()> {
    setup::setup(Say::Changes)?;
    if let Err(error) = setup::chromium() {
        // One stage needs it, and reports that it is missing.
        eprintln!("setup: {error:#}");
    }
    Ok(())
}

/// The measured firmware is a workspace of its own, and so are the runner's and each example.
pub(super) fn fmt() -> Result<()> {
    let root = runner::root();
    let mut manifests = vec![
        root.join("runner/tests/every-end/Cargo.toml"),
        root.join("tests/firmware/cost/Cargo.toml"),
        root.join("tests/firmware/size/Cargo.toml"),
    ];
    for example in fs::read_dir(root.join("examples"))? {
        let manifest = example?.path().join("Cargo.toml");
        manifests.extend(manifest.exists().then_some(manifest));
    }
    let fmt = |args: &[&str]| {
        let mut fmt = host_cargo();
        fmt.args(["fmt", "--check"]).args(args);
        fmt
    };
    run(&mut fmt(&["--all"]))?;
    for manifest in manifests {
        // With `--all`, the packages that it depends on would be formatted again, each time.
        run(fmt(&["--manifest-path"]).arg(manifest))?;
    }
    Ok(())
}

pub(super) fn clippy() -> Result<()> {
    let mut workspace = cargo("clippy");
    workspace.args(["--workspace", "--all-targets"]);
    // What no test needs, and so no other stage compiles.
    workspace.args([
        "--features",
        "benchmarks/criterion,interloper/gallery,referee/gallery",
    ]);
    let mut sections = cargo("clippy");
    sections.args(["--package", "indivisible", "--lib"]);
    sections.args(["--features", "critical-section,std,waker"]);
    sections.env("RUSTFLAGS", flags("RUSTFLAGS", SECTIONS));
    for mut clippy in [workspace, sections] {
        if in_ci() {
            clippy.args(["--", "-D", "warnings"]);
        }
        run(&mut clippy)?;
    }
    Ok(())
}

pub(super) fn doc() -> Result<()> {
    let mut doc = cargo("doc");
    doc.args(["--workspace", "--no-deps"]);
    if in_ci() {
        doc.env("RUSTDOCFLAGS", flags("RUSTDOCFLAGS", "-D warnings"));
    }
    run(&mut doc)
}

/// `cargo test` of the whole workspace. Where a stage selects other packages, `shared-features` gives their dependencies the
/// same features: otherwise they would be compiled again.
fn tests() -> Command {
    let mut test = cargo_test();
    test.arg("--workspace");
    test
}

/// The explorer, which the workspace's profile optimizes.
const EXPLORER: &str = "interloper";

/// Its unit tests run without optimization: they take a quarter of the time to compile.
const UNOPTIMIZED: &str = "profile.dev.package.interloper.opt-level=0";

/// `cargo test` of the explorer.
fn tests_of_explorer() -> Command {
    let mut test = cargo_test();
    // A package that is published cannot depend on `shared-features`.
    test.args(["--package", EXPLORER, "--package", "shared-features"]);
    test
}

pub(super) fn host() -> Result<()> {
    let mut others = tests();
    others.args(["--exclude", EXPLORER]);
    run(&mut with_terminals(others))?;
    let mut optimized = tests_of_explorer();
    for name in targets(is_of_explorer).context("the tests of interloper")? {
        optimized.args(["--test", &name]);
    }
    run(&mut optimized)?;
    run(tests_of_explorer().args(["--lib", "--config", UNOPTIMIZED]))?;
    // On other systems set-up only prints the command to install packages.
    if Manager::detect() == Some(Manager::Apt) {
        run(tests().args(["--exclude", EXPLORER, "--lib", "--", "--ignored"]))?;
    }
    Ok(())
}

/// `cargo test` of the packages whose tests depend on the library's mode.
fn tests_of_modes() -> Command {
    let mut test = cargo_test();
    for package in ["indivisible", "scenarios", "integration-tests"] {
        test.args(["-p", package]);
    }
    test
}

/// Changes are sections on this machine, too.
const SECTIONS: &str = "--cfg indivisible_force_sections";

pub(super) fn sections() -> Result<()> {
    let in_sections = |args: &[&str]| {
        let mut test = tests_of_modes();
        test.args(args)
            .env("RUSTDOCFLAGS", flags("RUSTDOCFLAGS", SECTIONS));
        set_flags(&mut test, SECTIONS)?;
        run(&mut test)
    };
    // The other tests do not depend on the mode.
    in_sections(&["--lib", "--test", "library"])?;
    in_sections(&["--doc"])
}

/// The tests that neither `host` nor `page` runs.
pub(super) fn firmware() -> Result<()> {
    let mut test = tests();
    for name in targets(needs_qemu).context("the tests that need QEMU")? {
        test.args(["--test", &name]);
    }
    run(&mut test)
}

/// The test that needs a browser.
const BROWSER: &str = "browser";

/// A target of kind `test`.
struct TestTarget {
    package: String,
    name: String,
    /// `cargo test` runs it, if it has the features for it.
    is_run: bool,
    needs_features: bool,
}

/// The workspace's targets of kind `test` that are `wanted`.
fn targets(wanted: impl Fn(&TestTarget) -> bool) -> Result<Vec<String>> {
    let mut metadata = host_cargo();
    metadata.args(["metadata", "--no-deps", "--format-version", "1"]);
    targets_in(&text(&mut metadata)?, wanted)
}

/// The names of those in the output of `cargo metadata`; there must be one.
fn targets_in(metadata: &str, wanted: impl Fn(&TestTarget) -> bool) -> Result<Vec<String>> {
    let metadata: Value = serde_json::from_str(metadata)?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut names = Vec::new();
    for package in list(&metadata["packages"]) {
        for target in list(&package["targets"]) {
            let found = TestTarget {
                package: word(&package["name"]),
                name: word(&target["name"]),
                is_run: target["test"] == true,
                needs_features: !list(&target["required-features"]).is_empty(),
            };
            if list(&target["kind"]).iter().any(|it| it == "test") && wanted(&found) {
                names.push(found.name);
            }
        }
    }
    ensure!(!names.is_empty(), "the workspace has no such test");
    Ok(names)
}

fn is_of_explorer(it: &TestTarget) -> bool {
    it.package == EXPLORER && it.is_run && !it.needs_features
}

/// The other tests that run under their names only.
fn needs_qemu(it: &TestTarget) -> bool {
    !it.is_run && it.name != BROWSER
}

pub(super) fn page() -> Result<()> {
    setup::chromium().map_err(|error| lacking(error, in_ci()))?;
    let record = look::default_page().with_file_name("record.json");
    look::look(None, Some(&record), false)?;
    run(tests()
        .args(["--test", BROWSER])
        .env("INDIVISIBLE_PAGE", look::default_page())
        .env("INDIVISIBLE_RECORD", record))
}

pub(super) fn cost() -> Result<()> {
    let options = cost::Options {
        quiet: true,
        ..Default::default()
    };
    if !cost::cost(&options)? {
        bail!("an operation differs from core/COST.md");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// A compilation of a dependency: its package, its kind, and whether it is for a build script or a macro.
    type Unit = (String, String, bool);

    /// The features with which cargo would compile each dependency; there must be more dependencies than `few`.
    fn compiled(command: &mut Command, few: usize) -> BTreeMap<Unit, BTreeSet<String>> {
        command.args(["--unit-graph", "-Zunstable-options"]);
        let graph = text(command.env("RUSTC_BOOTSTRAP", "1")).unwrap();
        let graph: Value = serde_json::from_str(&graph).unwrap();
        let units = graph["units"].as_array().unwrap().iter();
        let is_dependency = |it: &&Value| {
            let package = it["pkg_id"].as_str().unwrap();
            package.starts_with("registry+") && it["mode"] == "build"
        };
        let mut compiled = BTreeMap::<_, BTreeSet<_>>::new();
        for unit in units.filter(is_dependency) {
            let key = (
                unit["pkg_id"].to_string(),
                unit["target"]["kind"].to_string(),
                unit["platform"].is_null(),
            );
            let features = compiled.entry(key).or_default();
            features.insert(unit["features"].to_string());
        }
        assert!(compiled.len() > few, "{compiled:#?}");
        compiled
    }

    /// What `selection` would compile again after `whole`.
    fn again(
        selection: &BTreeMap<Unit, BTreeSet<String>>,
        whole: &BTreeMap<Unit, BTreeSet<String>>,
    ) -> Vec<String> {
        let differs = selection.iter().filter_map(|(unit, features)| {
            let others = whole.get(unit).cloned().unwrap_or_default();
            let is_same = features.is_subset(&others);
            (!is_same).then(|| format!("{unit:?}: {features:?}, and in the workspace {others:?}"))
        });
        differs.collect()
    }

    #[test]
    fn each_selection_compiles_the_same_dependencies() {
        let whole = compiled(&mut tests(), 50);
        let modes = compiled(tests_of_modes().args(["--lib", "--test", "library"]), 50);
        let xtask = compiled(cargo("build").args(["--package", "xtask"]), 50);
        let explorer = compiled(
            tests_of_explorer().args(["--lib", "--config", UNOPTIMIZED]),
            20,
        );
        let complaints = [modes, xtask, explorer].map(|it| again(&it, &whole));
        let complaints = complaints.concat();
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
        // It does without `shared-features`.
        let other = compiled(cargo("build").args(["--package", "host-demo"]), 50);
        assert!(!again(&other, &whole).is_empty());
    }

    #[test]
    fn tests_of_other_machines_and_of_the_explorer_are_found() {
        let target = |name: &str, kind: &str, test: bool, features: &str| {
            format!(
                "{{\"name\":\"{name}\",\"kind\":[\"{kind}\"],\"test\":{test},\"required-features\":[{features}]}}"
            )
        };
        let package = |name: &str, targets: &[String]| {
            format!(
                "{{\"name\":\"{name}\",\"targets\":[{}]}}",
                targets.join(",")
            )
        };
        let metadata = |packages: &[String]| format!("{{\"packages\":[{}]}}", packages.join(","));
        let tests = package(
            "tests",
            &[
                target("browser", "test", false, ""),
                target("boards", "test", false, ""),
                target("tidy", "test", true, ""),
                target("tool", "bin", false, ""),
            ],
        );
        let explorer = package(
            EXPLORER,
            &[
                target("tables", "test", true, ""),
                target("gallery", "test", true, "\"gallery\""),
            ],
        );
        let both = metadata(&[tests.clone(), explorer.clone()]);
        assert_eq!(targets_in(&both, needs_qemu).unwrap(), ["boards"]);
        assert_eq!(targets_in(&both, is_of_explorer).unwrap(), ["tables"]);
        assert!(targets_in(&metadata(&[explorer]), needs_qemu).is_err());
        assert!(targets_in(&metadata(&[tests]), is_of_explorer).is_err());
    }
}
