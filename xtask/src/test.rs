//! Every test, in stages.

mod lanes;
mod process;
mod terminals;

use core::{error::Error, fmt, time::Duration};
use std::{
    env, fs,
    io::stdout,
    process::{Command, ExitCode},
    thread::available_parallelism,
    time::Instant,
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use runner::{
    command::{run, text},
    toolchain::{flags, host_cargo},
};

use self::{
    lanes::{Ended, Outcome, Print},
    terminals::with_terminals,
};
use crate::{
    cost, look, models,
    output::table,
    packages::Manager,
    setup::{self, Say},
    wrapper::set_flags,
};

struct Stage {
    name: &'static str,
    about: &'static str,
    lane: Lane,
    run: fn() -> Result<()>,
}

/// The stages that run one after the other. Two stages that compile with the same profile are in one lane: cargo would
/// make one wait for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lane {
    /// Before all others.
    First,
    /// Programs of this machine.
    Host,
    /// Models, and firmware.
    Other,
}

const STAGES: &[Stage] = &[
    Stage {
        name: "setup",
        about: "the bare-metal targets and QEMU",
        lane: Lane::First,
        run: || setup::setup(Say::Changes),
    },
    Stage {
        name: "fmt",
        about: "formatting",
        lane: Lane::Host,
        run: fmt,
    },
    Stage {
        name: "clippy",
        about: "lints; errors only in CI",
        lane: Lane::Host,
        run: clippy,
    },
    Stage {
        name: "doc",
        about: "documentation; its warnings are errors only in CI",
        lane: Lane::Host,
        run: doc,
    },
    Stage {
        name: "host",
        about: "all tests on this machine",
        lane: Lane::Host,
        run: host,
    },
    Stage {
        name: "sections",
        about: "the library's tests again, with critical sections instead of compare-and-swap",
        lane: Lane::Host,
        run: sections,
    },
    Stage {
        name: "models",
        about: "every interleaving, weak memory, and a handful of mutants that they must kill",
        lane: Lane::Other,
        run: models::models_and_handful,
    },
    Stage {
        name: "firmware",
        about: "transcripts from QEMU, and the runner's own tests",
        lane: Lane::Other,
        run: firmware,
    },
    Stage {
        name: "page",
        about: "the page of landings in a browser",
        lane: Lane::Host,
        run: page,
    },
    Stage {
        name: "cost",
        about: "instructions of every operation, and how many of them with interrupts masked",
        lane: Lane::Other,
        run: cost,
    },
];

/// Why a stage did not run on this machine.
#[derive(Debug)]
struct Skipped(String);

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NOT RUN: {}", self.0)
    }
}

impl Error for Skipped {}

/// What a stage returns that lacks something which this machine cannot get: a failure in CI.
fn lacking(error: anyhow::Error, in_ci: bool) -> anyhow::Error {
    if in_ci {
        error
    } else {
        Skipped(format!("{error:#}")).into()
    }
}

/// Whether there is a stage of this name.
#[must_use]
pub fn has_stage(name: &str) -> bool {
    STAGES.iter().any(|stage| stage.name == name)
}

/// The stages to run.
#[derive(Debug, Clone)]
pub enum Selection {
    /// Every stage.
    All,
    /// One stage.
    Only(String),
    /// One stage and all later ones.
    From(String),
}

/// Runs the selected stages, and prints a table of their times. Stops at the first failure, unless `keep_going`.
///
/// Stages of different lanes run side by side where there are processors for it, each in a process of its own. A single
/// stage runs in this process, and so with the terminal.
pub fn test(selection: &Selection, keep_going: bool) -> Result<()> {
    let start = Instant::now();
    let stages = select(STAGES, selection)?;
    let stop = (!keep_going).then_some(process::stop as fn());
    let ended = if let [stage] = stages {
        let run = |_, _: Print<'_>| outcome(&(stage.run)());
        run_stages(stages, stop, run)
    } else {
        let run = |at: usize, print: Print<'_>| process::run(stages[at].name, print);
        run_stages(stages, stop, run)
    }?;
    let mut table = table(["stage", "result", "time"]);
    table.add_rows(ended.iter().map(|it| row(stages, it)));
    println!("{table}\ntotal {}", seconds(start.elapsed()));
    failures(stages, &ended)
}

/// Runs one stage in this process, for [`test()`], and ends with that process. The exit code is that of its outcome.
pub fn stage(name: &str) -> Result<ExitCode> {
    process::end_with_the_parent();
    let [stage] = select(STAGES, &Selection::Only(name.to_owned()))? else {
        bail!("{name} is not one stage");
    };
    match (stage.run)() {
        Err(error) if error.is::<Skipped>() => {
            println!("{error}");
            Ok(process::SKIPPED.into())
        }
        other => other.map(|()| ExitCode::SUCCESS),
    }
}

fn outcome(result: &Result<()>) -> Outcome {
    match result {
        Ok(()) => Outcome::Passed,
        Err(error) if error.is::<Skipped>() => Outcome::Skipped(error.to_string()),
        Err(error) => Outcome::Failed(format!("{error:#}")),
    }
}

/// Runs the first lane, then the others; the first failure calls `stop`, if there is one. A machine with one processor has one lane.
fn run_stages(
    stages: &[Stage],
    stop: Option<fn()>,
    run: impl Fn(usize, Print<'_>) -> Outcome + Sync,
) -> Result<Vec<Ended>> {
    let names: Vec<_> = stages.iter().map(|it| it.name).collect();
    let with_heading = |at: usize, print: Print<'_>| {
        let Stage { name, about, .. } = stages[at];
        print(format!("== {name}: {about}\n").as_bytes());
        let start = Instant::now();
        let outcome = run(at, print);
        let end = format!(
            "== {name}: {} in {}\n",
            word(&outcome),
            seconds(start.elapsed())
        );
        print(end.as_bytes());
        if let Outcome::Skipped(reason) = &outcome {
            print(format!("== {name}: {reason}\n").as_bytes());
        }
        outcome
    };
    let of = |lane| (0..stages.len()).filter(move |at| stages[*at].lane == lane);
    let first: Vec<_> = of(Lane::First).collect();
    let others = if available_parallelism().map_or(1, usize::from) > 1 {
        vec![of(Lane::Host).collect(), of(Lane::Other).collect()]
    } else {
        vec![(0..stages.len()).filter(|at| !first.contains(at)).collect()]
    };
    let mut ended = Vec::new();
    for lanes in [vec![first], others] {
        let is_over = |it: &Ended| matches!(it.outcome, Outcome::Failed(_));
        if stop.is_none() || !ended.iter().any(is_over) {
            ended.extend(lanes::run(
                &lanes,
                &names,
                stop,
                with_heading,
                &mut stdout(),
            )?);
        }
    }
    Ok(ended)
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Skipped(_) => "SKIPPED",
        Outcome::Failed(_) => "FAILED",
    }
}

fn row(stages: &[Stage], ended: &Ended) -> [String; 3] {
    let name = stages[ended.stage].name.to_owned();
    [name, word(&ended.outcome).to_owned(), seconds(ended.time)]
}

/// An error that names every stage that failed.
fn failures(stages: &[Stage], ended: &[Ended]) -> Result<()> {
    let reasons = ended.iter().filter_map(|it| match &it.outcome {
        Outcome::Failed(why) => Some(format!("stage {} failed: {why}", stages[it.stage].name)),
        _ => None,
    });
    let reasons: Vec<_> = reasons.collect();
    ensure!(reasons.is_empty(), "{}", reasons.join("\n"));
    Ok(())
}

fn select<'a>(stages: &'a [Stage], selection: &Selection) -> Result<&'a [Stage]> {
    let position = |name: &str| {
        stages
            .iter()
            .position(|stage| stage.name == name)
            .with_context(|| {
                let known: Vec<_> = stages.iter().map(|stage| stage.name).collect();
                format!("there is no stage {name}; there are {}", known.join(", "))
            })
    };
    match selection {
        Selection::All => Ok(stages),
        Selection::Only(name) => position(name).map(|at| &stages[at..=at]),
        Selection::From(name) => position(name).map(|at| &stages[at..]),
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
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

/// The measured firmware is a workspace of its own, and so is each example.
fn fmt() -> Result<()> {
    let root = runner::root();
    let mut manifests = vec![
        root.join("Cargo.toml"),
        root.join("tests/firmware/Cargo.toml"),
    ];
    for example in fs::read_dir(root.join("examples"))? {
        manifests.push(example?.path().join("Cargo.toml"));
    }
    for manifest in manifests {
        let mut fmt = host_cargo();
        fmt.args(["fmt", "--all", "--check", "--manifest-path"]);
        run(fmt.arg(manifest))?;
    }
    Ok(())
}

fn clippy() -> Result<()> {
    let mut clippy = cargo("clippy");
    clippy.args(["--workspace", "--all-targets"]);
    if in_ci() {
        clippy.args(["--", "-D", "warnings"]);
    }
    run(&mut clippy)
}

fn doc() -> Result<()> {
    let mut doc = cargo("doc");
    doc.args(["--workspace", "--no-deps"]);
    if in_ci() {
        doc.env("RUSTDOCFLAGS", flags("RUSTDOCFLAGS", "-D warnings"));
    }
    run(&mut doc)
}

/// `cargo test`. Each stage selects tests of the whole workspace: another set of packages would have other features, and
/// their dependencies would be compiled again.
fn tests() -> Command {
    let mut test = cargo("test");
    test.arg("--workspace");
    test
}

fn host() -> Result<()> {
    run(&mut with_terminals(tests()))?;
    // On other systems set-up only prints the command to install packages.
    if Manager::detect() == Some(Manager::Apt) {
        run(tests().args(["--lib", "--", "--ignored"]))?;
    }
    Ok(())
}

fn sections() -> Result<()> {
    let cfg = "--cfg indivisible_force_sections";
    let in_sections = |args: &[&str]| {
        let mut test = cargo("test");
        for package in ["indivisible", "scenarios", "integration-tests"] {
            test.args(["-p", package]);
        }
        test.args(args)
            .env("RUSTDOCFLAGS", flags("RUSTDOCFLAGS", cfg));
        set_flags(&mut test, cfg)?;
        run(&mut test)
    };
    // The other tests do not depend on the mode.
    in_sections(&["--lib", "--test", "library"])?;
    in_sections(&["--doc"])
}

/// The tests that neither `host` nor `page` runs.
fn firmware() -> Result<()> {
    let mut metadata = host_cargo();
    metadata.args(["metadata", "--no-deps", "--format-version", "1"]);
    let mut test = tests();
    for name in tests_in_qemu(&text(&mut metadata)?)? {
        test.args(["--test", &name]);
    }
    run(&mut test)
}

/// The test that needs a browser.
const BROWSER: &str = "browser";

/// The other tests that run under their names only, in the output of `cargo metadata`.
fn tests_in_qemu(metadata: &str) -> Result<Vec<String>> {
    let metadata: Value = serde_json::from_str(metadata)?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let packages = list(&metadata["packages"]);
    let targets = packages.iter().flat_map(|it| list(&it["targets"]));
    let names: Vec<_> = targets
        .filter(|it| list(&it["kind"]).iter().any(|kind| kind == "test"))
        .filter(|it| it["test"] == false)
        .filter_map(|it| it["name"].as_str().map(str::to_owned))
        .filter(|it| it != BROWSER)
        .collect();
    ensure!(!names.is_empty(), "no test needs QEMU");
    Ok(names)
}

fn page() -> Result<()> {
    setup::chromium().map_err(|error| lacking(error, in_ci()))?;
    let record = look::default_page().with_file_name("record.json");
    look::look(None, Some(&record), false)?;
    run(tests()
        .args(["--test", BROWSER])
        .env("INDIVISIBLE_PAGE", look::default_page())
        .env("INDIVISIBLE_RECORD", record))
}

fn cost() -> Result<()> {
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
    use anyhow::anyhow;

    fn names(selection: &Selection) -> Result<Vec<&'static str>> {
        Ok(select(STAGES, selection)?
            .iter()
            .map(|stage| stage.name)
            .collect())
    }

    #[test]
    fn stages_are_selected_by_name() {
        assert_eq!(names(&Selection::All).unwrap().len(), STAGES.len());
        assert_eq!(names(&Selection::Only("doc".into())).unwrap(), ["doc"]);
        let from = names(&Selection::From("sections".into())).unwrap();
        assert_eq!(from[..2], ["sections", "models"]);
    }

    const fn planted(name: &'static str, lane: Lane) -> Stage {
        let run = || Ok(());
        let about = "";
        Stage {
            name,
            about,
            lane,
            run,
        }
    }

    const PLANTED: &[Stage] = &[
        planted("one", Lane::First),
        planted("two", Lane::Host),
        planted("three", Lane::Other),
    ];

    /// Runs them; those with these names fail.
    fn run_planted(stop: Option<fn()>, fails: &[&str]) -> Vec<Ended> {
        let run = |at: usize, _: Print<'_>| {
            if fails.contains(&PLANTED[at].name) {
                outcome(&Err(anyhow!("planted")))
            } else {
                Outcome::Passed
            }
        };
        run_stages(PLANTED, stop, run).unwrap()
    }

    #[test]
    fn the_first_failure_ends_it_unless_it_keeps_going() {
        let ended = run_planted(Some(|| ()), &["one", "three"]);
        assert_eq!(ended.len(), 1);
        let error = failures(PLANTED, &ended).unwrap_err().to_string();
        assert_eq!(error, "stage one failed: planted");
        let ended = run_planted(None, &["one", "three"]);
        assert_eq!(ended.len(), 3);
        let error = failures(PLANTED, &ended).unwrap_err().to_string();
        assert_eq!(
            error,
            "stage one failed: planted\nstage three failed: planted"
        );
        assert!(failures(PLANTED, &run_planted(Some(|| ()), &[])).is_ok());
    }

    #[test]
    fn a_stage_that_is_skipped_has_not_passed() {
        let skipped = outcome(&Err(lacking(anyhow!("no browser"), false)));
        assert_eq!(word(&skipped), "SKIPPED");
        let failed = outcome(&Err(lacking(anyhow!("no browser"), true)));
        assert_eq!(failed, Outcome::Failed("no browser".into()));
    }

    #[test]
    fn tests_of_other_machines_are_found() {
        let target = |name: &str, kind: &str, test: bool| {
            format!("{{\"name\":\"{name}\",\"kind\":[\"{kind}\"],\"test\":{test}}}")
        };
        let metadata = |targets: &[String]| {
            format!("{{\"packages\":[{{\"targets\":[{}]}}]}}", targets.join(","))
        };
        let all = [
            target("browser", "test", false),
            target("boards", "test", false),
            target("tidy", "test", true),
            target("tool", "bin", false),
        ];
        assert_eq!(tests_in_qemu(&metadata(&all)).unwrap(), ["boards"]);
        assert!(tests_in_qemu(&metadata(&all[2..])).is_err());
    }

    #[test]
    fn the_workflow_runs_every_stage() {
        let path = runner::root().join(".github/workflows/ci.yml");
        let workflow = std::fs::read_to_string(path).unwrap();
        let (_, stages) = workflow.split_once("stages:\n").unwrap();
        let (stages, _) = stages.split_once("steps:").unwrap();
        let run = stages.split_whitespace().filter(|it| *it != "-");
        let all = STAGES.iter().map(|it| it.name).filter(|it| *it != "setup");
        assert!(run.eq(all), "{stages}");
    }

    #[test]
    fn an_unknown_stage_is_an_error_and_not_an_empty_success() {
        let error = names(&Selection::Only("docs".into()))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("no stage docs") && error.contains("doc, host"),
            "{error}"
        );
    }
}
