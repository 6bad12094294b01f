//! Every test, in stages.

mod terminals;

use core::{error::Error, fmt, time::Duration};
use std::{env, fs, process::Command, time::Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde_json::Value;

use runner::{
    command::{run, text},
    toolchain::{flags, host_cargo},
};

use self::terminals::with_terminals;
use crate::{
    cost, look,
    models::{self, Extent, mutants},
    output::table,
    packages::Manager,
    setup::{self, Say},
};

struct Stage {
    name: &'static str,
    about: &'static str,
    run: fn() -> Result<()>,
}

const STAGES: &[Stage] = &[
    Stage {
        name: "setup",
        about: "the bare-metal targets and QEMU",
        run: || setup::setup(Say::Changes),
    },
    Stage {
        name: "fmt",
        about: "formatting",
        run: fmt,
    },
    Stage {
        name: "clippy",
        about: "lints; errors only in CI",
        run: clippy,
    },
    Stage {
        name: "doc",
        about: "documentation; its warnings are errors only in CI",
        run: doc,
    },
    Stage {
        name: "host",
        about: "all tests on this machine",
        run: host,
    },
    Stage {
        name: "sections",
        about: "the library's tests again, with critical sections instead of compare-and-swap",
        run: sections,
    },
    Stage {
        name: "models",
        about: "every interleaving, weak memory, and a handful of mutants that they must kill",
        run: models,
    },
    Stage {
        name: "firmware",
        about: "transcripts from QEMU, and the runner's own tests",
        run: firmware,
    },
    Stage {
        name: "page",
        about: "the page of landings in a browser",
        run: page,
    },
    Stage {
        name: "cost",
        about: "instructions of every operation, and how many of them with interrupts masked",
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
pub fn test(selection: &Selection, keep_going: bool) -> Result<()> {
    let start = Instant::now();
    let (times, result) = run_stages(select(STAGES, selection)?, keep_going);
    let mut table = table(["stage", "result", "time"]);
    table.add_rows(times);
    println!("{table}\ntotal {}", seconds(start.elapsed()));
    result
}

/// The rows of the table, and an error that names every stage that failed.
fn run_stages(stages: &[Stage], keep_going: bool) -> (Vec<[String; 3]>, Result<()>) {
    let (mut times, mut failed) = (Vec::new(), Vec::new());
    for stage in stages {
        println!("== {}: {}", stage.name, stage.about);
        let start = Instant::now();
        let result = (stage.run)();
        let word = match &result {
            Ok(()) => "passed",
            Err(error) if error.is::<Skipped>() => "SKIPPED",
            Err(_) => "FAILED",
        };
        println!("== {}: {word} in {}", stage.name, seconds(start.elapsed()));
        times.push([
            stage.name.to_owned(),
            word.to_owned(),
            seconds(start.elapsed()),
        ]);
        if let Err(error) = result {
            if error.is::<Skipped>() {
                println!("== {}: {error}", stage.name);
                continue;
            }
            failed.push(format!("stage {} failed: {error:#}", stage.name));
            if !keep_going {
                break;
            }
        }
    }
    let result = if failed.is_empty() {
        Ok(())
    } else {
        Err(anyhow!("{}", failed.join("\n")))
    };
    (times, result)
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

/// The features of the tests that need QEMU.
const IN_QEMU: &str = "integration-tests/qemu,runner/qemu";
/// The feature of the tests that need a browser.
const IN_A_BROWSER: &str = "look/browser";

fn clippy() -> Result<()> {
    let mut clippy = cargo("clippy");
    clippy.args(["--workspace", "--all-targets"]);
    // Tests that a feature keeps out of other stages are linted like the rest.
    clippy.args(["--features", IN_QEMU, "--features", IN_A_BROWSER]);
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

fn host() -> Result<()> {
    let mut test = cargo("test");
    test.arg("--workspace");
    run(&mut with_terminals(test))?;
    // On other systems set-up only prints the command to install packages.
    if Manager::detect() == Some(Manager::Apt) {
        run(cargo("test").args(["-p", "xtask", "--lib", "--", "--ignored"]))?;
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
            .env("RUSTFLAGS", flags("RUSTFLAGS", cfg))
            .env("RUSTDOCFLAGS", flags("RUSTDOCFLAGS", cfg));
        run(&mut test)
    };
    // The other tests do not depend on the mode.
    in_sections(&["--lib", "--test", "library"])?;
    in_sections(&["--doc"])
}

fn models() -> Result<()> {
    models::models(Extent::Bounded)?;
    mutants::mutants(mutants::Selection::Handful)
}

/// The tests that the stage `host` cannot run, and no others.
fn firmware() -> Result<()> {
    let mut metadata = host_cargo();
    metadata.args(["metadata", "--no-deps", "--format-version", "1"]);
    let mut test = cargo("test");
    test.args(["-p", "integration-tests", "-p", "referee", "-p", "runner"])
        .args(["--features", IN_QEMU]);
    for name in tests_in_qemu(&text(&mut metadata)?)? {
        test.args(["--test", &name]);
    }
    run(&mut test)
}

/// The tests that require the feature `qemu`, in the output of `cargo metadata`.
fn tests_in_qemu(metadata: &str) -> Result<Vec<String>> {
    let metadata: Value = serde_json::from_str(metadata)?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let packages = list(&metadata["packages"]);
    let targets = packages.iter().flat_map(|it| list(&it["targets"]));
    let names: Vec<_> = targets
        .filter(|it| list(&it["kind"]).iter().any(|kind| kind == "test"))
        .filter(|it| {
            list(&it["required-features"])
                .iter()
                .any(|feature| feature == "qemu")
        })
        .filter_map(|it| it["name"].as_str().map(str::to_owned))
        .collect();
    ensure!(!names.is_empty(), "no test requires QEMU");
    Ok(names)
}

fn page() -> Result<()> {
    setup::chromium().map_err(|error| lacking(error, in_ci()))?;
    let record = look::default_page().with_file_name("record.json");
    look::look(None, Some(&record), false)?;
    run(cargo("test")
        .args([
            "-p",
            "look",
            "--features",
            IN_A_BROWSER,
            "--test",
            "browser",
        ])
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

    const PLANTED: &[Stage] = &[
        Stage {
            name: "one",
            about: "fails",
            run: || bail!("planted"),
        },
        Stage {
            name: "two",
            about: "passes",
            run: || Ok(()),
        },
        Stage {
            name: "three",
            about: "fails",
            run: || bail!("planted, too"),
        },
    ];

    #[test]
    fn the_first_failure_ends_it_unless_it_keeps_going() {
        let (times, result) = run_stages(PLANTED, false);
        assert_eq!(times.len(), 1);
        assert_eq!(result.unwrap_err().to_string(), "stage one failed: planted");
        let (times, result) = run_stages(PLANTED, true);
        assert_eq!(times.len(), 3);
        let error = result.unwrap_err().to_string();
        assert_eq!(
            error,
            "stage one failed: planted\nstage three failed: planted, too"
        );
        assert!(run_stages(&PLANTED[1..2], true).1.is_ok());
    }

    #[test]
    fn a_stage_that_is_skipped_has_not_passed() {
        let stages = [Stage {
            name: "four",
            about: "lacks something",
            run: || Err(lacking(anyhow!("no browser"), false)),
        }];
        let (times, result) = run_stages(&stages, false);
        assert_eq!(times[0][1], "SKIPPED");
        assert!(result.is_ok());
        let in_ci = lacking(anyhow!("no browser"), true);
        assert!(!in_ci.is::<Skipped>());
        assert_eq!(in_ci.to_string(), "no browser");
    }

    #[test]
    fn tests_are_selected_by_their_required_feature() {
        let target = |name: &str, kind: &str, features: &str| {
            format!("{{\"name\":\"{name}\",\"kind\":[\"{kind}\"]{features}}}")
        };
        let qemu = ",\"required-features\":[\"qemu\"]";
        let metadata = |targets: &[String]| {
            format!("{{\"packages\":[{{\"targets\":[{}]}}]}}", targets.join(","))
        };
        let all = [
            target("boards", "test", qemu),
            target("tidy", "test", ""),
            target("tool", "bin", qemu),
        ];
        assert_eq!(tests_in_qemu(&metadata(&all)).unwrap(), ["boards"]);
        assert!(tests_in_qemu(&metadata(&all[1..])).is_err());
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
