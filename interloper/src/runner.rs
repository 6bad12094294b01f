//! The test program: builds the tables, lists a test for each combination, runs them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::{Context, Result};
use libtest_mimic::{Arguments, Conclusion, Failed};

use crate::{
    audit::{Audited, audit},
    check::{Bench, Checked},
    combination::{Combination, Depth, Expected},
    explorer::{How, Mode},
    image::{Image, Source},
    machine::Core as _,
    pins::{Explored, Files, Row, Seen},
    replay,
    report::{self, record::Record},
    settings::Settings,
    target::with_cores,
};

mod listed;

use listed::Listed;

/// Why a test fails that executes one run.
const REPLAYED: &str = "error: a replay is one run of the test, and does not pass: unset INTERLOPER_REPLAY to \
                        explore all of them";

/// The tables of a test program.
#[derive(Clone, Debug)]
pub struct Tables {
    dir: PathBuf,
    scratch: PathBuf,
    files: Vec<PathBuf>,
    rustc: Option<PathBuf>,
    audit: bool,
    pins: Files,
}

/// A table built for a target.
#[derive(Debug)]
struct Built {
    image: Image,
    table: String,
    target: String,
    /// The first part of the names of its tests.
    place: String,
    cores: u32,
    depth: Depth,
    settings: Settings,
    /// Of each operation, what the tests have shown so far.
    seen: Mutex<BTreeMap<String, Seen>>,
    audited: Mutex<Audited>,
}

impl Tables {
    /// No tables yet. Paths count from `dir`; `scratch` is for generated packages and what cargo makes of them.
    ///
    /// [`main!`](crate::main) passes `CARGO_MANIFEST_DIR` and `CARGO_TARGET_TMPDIR`.
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>, scratch: impl AsRef<Path>) -> Self {
        let scratch = scratch.as_ref().join("interloper");
        Self {
            dir: dir.into(),
            scratch,
            files: Vec::new(),
            rustc: None,
            audit: false,
            pins: Files::default(),
        }
    }

    /// Adds the table in `file`.
    #[must_use]
    pub fn table(mut self, file: impl Into<PathBuf>) -> Self {
        self.files.push(file.into());
        self
    }

    /// Builds the tables with this compiler. `INTERLOPER_RUSTC` takes precedence.
    #[must_use]
    pub fn rustc(mut self, rustc: impl Into<PathBuf>) -> Self {
        self.rustc = Some(rustc.into());
        self
    }

    /// Explores each test with and without the reductions, and compares.
    #[must_use]
    pub fn audit(mut self) -> Self {
        self.audit = true;
        self
    }

    /// Compares the longest masked window of each operation with those in `file`: an operation that keeps interrupts
    /// masked for longer, or not as long, fails the run. `INTERLOPER_PIN=1` writes the file.
    ///
    /// The tests of one core count, if none is filtered out.
    #[must_use]
    pub fn masked(mut self, file: impl AsRef<Path>) -> Self {
        self.pins.masked = Some(self.dir.join(file));
        self
    }

    /// Compares the instructions that no test executes with the reasons in `file`: four columns, separated by tabs, of an
    /// operation, a part of the code, the most instructions of one operation, and why they are not executed.
    /// `INTERLOPER_PIN=1` writes the third.
    #[must_use]
    pub fn unexecuted(mut self, file: impl AsRef<Path>) -> Self {
        self.pins.unexecuted = Some(self.dir.join(file));
        self
    }

    /// Compares the number of tests of each build, by cores and handlers, with those in `file`. `INTERLOPER_PIN=1`
    /// writes the file.
    #[must_use]
    pub fn explored(mut self, file: impl AsRef<Path>) -> Self {
        self.pins.explored = Some(self.dir.join(file));
        self
    }

    /// Builds the tables and runs the tests that the command line selects; the arguments are those of libtest.
    #[must_use]
    pub fn run(self) -> ExitCode {
        let arguments = Arguments::from_args();
        let settings = match Settings::from_env() {
            Ok(settings) => Settings {
                audit: settings.audit || self.audit,
                ..settings
            },
            Err(error) => {
                eprintln!("error: {error:#}");
                return ExitCode::FAILURE;
            }
        };
        let wanted = arguments.filter.clone().filter(|_| arguments.exact);
        let Listed {
            trials,
            built,
            explored,
            broken,
            ..
        } = self.trials(&settings, wanted);
        let selected = trials.iter().filter(|it| !arguments.is_filtered_out(it));
        let selected = selected.count();
        if settings.replay.is_some() && selected > 1 && !arguments.list {
            eprintln!(
                "error: INTERLOPER_REPLAY repeats a run of one test, and {selected} are selected: \
                 select one with `--exact`, or unset INTERLOPER_REPLAY"
            );
            return ExitCode::FAILURE;
        }
        let conclusion = libtest_mimic::run(&arguments, trials);
        if settings.audit && !arguments.list {
            let mut audited = Audited::default();
            built
                .iter()
                .for_each(|built| audited += *lock(&built.audited));
            println!("{audited}");
        }
        let has_run_it = arguments.exact && conclusion.num_passed > 0;
        if !broken.is_empty() && !arguments.list && !has_run_it && !conclusion.has_failed() {
            // The filter names tests that a broken table does not list.
            broken.iter().for_each(|error| eprintln!("error: {error}"));
            return ExitCode::FAILURE;
        }
        if let Some(reason) = self.is_not_pinned(&conclusion, &settings) {
            if settings.pin && !arguments.list {
                eprintln!("note: INTERLOPER_PIN=1 writes no file: {reason}");
            }
            return conclusion.exit_code();
        }
        match self.compare((&built, &explored), &settings) {
            Ok(faults) if faults.is_empty() => ExitCode::SUCCESS,
            Ok(faults) => {
                faults.iter().for_each(|fault| eprintln!("error: {fault}"));
                ExitCode::FAILURE
            }
            Err(error) => {
                eprintln!("error: {error:#}");
                ExitCode::FAILURE
            }
        }
    }

    fn trials(&self, settings: &Settings, wanted: Option<String>) -> Listed {
        let mut listed = Listed {
            wanted,
            ..Listed::default()
        };
        for file in &self.files {
            match self.source(file, settings) {
                Ok(source) => listed.add(&source, settings, self.files.len() > 1),
                Err(error) => listed.fail(format!("{}::table", file.display()), &error),
            }
        }
        listed.check_targets(settings);
        listed
    }

    fn source(&self, file: &Path, settings: &Settings) -> Result<Source> {
        let rustc = settings.rustc.clone().or_else(|| self.rustc.clone());
        Source::read(file, &self.dir, &self.scratch, rustc)
    }

    /// Why the files of by-products are neither compared nor written, if they are not.
    fn is_not_pinned(&self, conclusion: &Conclusion, settings: &Settings) -> Option<&'static str> {
        let reasons = [
            (conclusion.num_filtered_out > 0, "tests are filtered out"),
            (
                settings.depth.is_some() || settings.beside_cores.is_some(),
                "INTERLOPER_DEPTH or INTERLOPER_BESIDE_CORES changes the tests",
            ),
            (settings.replay.is_some(), "INTERLOPER_REPLAY is set"),
            (conclusion.has_failed(), "a test failed"),
            (conclusion.num_passed == 0, "there is no test"),
            (self.pins.is_empty(), "the test program names none"),
        ];
        let reason = reasons.into_iter().find(|(applies, _)| *applies);
        reason.map(|(_, reason)| reason)
    }

    /// What differs from the files of by-products.
    fn compare(
        &self,
        (all, explored): (&[Arc<Built>], &Explored),
        settings: &Settings,
    ) -> Result<Vec<String>> {
        let image = &all.first().context("there is no table")?.image;
        let unnamed = || format!("{} does not name its compiler", image.file.display());
        let compiler = image.compiler.as_ref().with_context(unnamed)?;
        let rows = all
            .iter()
            .filter(|built| built.cores == 1)
            .map(|built| built.row());
        let rows: Vec<Row> = rows.collect::<Result<_>>()?;
        let is_complete = settings.targets.is_none();
        self.pins
            .compare((&rows, explored), compiler, (is_complete, settings.pin))
    }
}

impl Built {
    /// Runs one test; the inner error is the report of its failures.
    fn run(&self, test: &str, combination: &Combination<'_>) -> Result<Result<(), Failed>> {
        let record = with_cores!(
            &self.target,
            self.image.memory.flash(),
            self.cores,
            |cores| {
                let bench = Bench {
                    image: &self.image,
                    cores,
                    how: How {
                        mode: self.settings.mode,
                        limits: self.settings.limits,
                        // Where equal states are not merged, a loop around one has no end.
                        spurious: self.settings.mode != Mode::Exhaustive,
                    },
                };
                if let Some(text) = &self.settings.replay {
                    let listing = replay::replay(&bench, combination, text)?;
                    return Ok(Err(format!("{listing}{REPLAYED}").into()));
                }
                let mut checked = if self.settings.audit {
                    let (checked, audited) = audit(&bench, combination)?;
                    *lock(&self.audited) += audited;
                    checked
                } else {
                    bench.check(combination)?
                };
                self.note(combination, &checked);
                report::describe(
                    (test, &self.table, &self.target),
                    combination,
                    &bench,
                    &mut checked,
                )
            }
        );
        if let Some(dir) = &self.settings.json {
            write_json(dir, &record)?;
        }
        if record.passed {
            return Ok(Ok(()));
        }
        if std::env::var_os("GITHUB_ACTIONS").is_some()
            && let Some(annotation) = report::annotation(&record)
        {
            println!("{annotation}");
        }
        Ok(Err(report::message(&record).into()))
    }
}

impl Built {
    /// Keeps what a test shows of the operation that is interrupted.
    fn note<C>(&self, combination: &Combination<'_>, checked: &Checked<'_, C>) {
        if combination.expected != Expected::Holds || self.cores > 1 {
            return;
        }
        let operation = format!(
            "{}::{}",
            combination.object.name, combination.parties[0].0.name
        );
        let mut seen = lock(&self.seen);
        let seen = seen.entry(operation).or_default();
        for scene in &checked.scenes {
            seen.masked = seen.masked.max(scene.found.counts.masked);
            seen.executed.extend(&scene.found.executed_by_main);
        }
    }

    /// What its tests have shown.
    fn row(&self) -> Result<Row> {
        let seen = lock(&self.seen);
        let unexecuted = seen.iter().map(|(operation, seen)| {
            let never = self.unexecuted(&seen.executed);
            Ok((operation.clone(), never?))
        });
        Ok(Row {
            place: self.place.clone(),
            unexecuted: unexecuted.collect::<Result<_>>()?,
            seen: seen.clone(),
        })
    }

    /// The instructions of the executed functions that are not among these, with their places in the source.
    fn unexecuted(&self, executed: &BTreeSet<u32>) -> Result<Vec<String>> {
        let (code, flash) = (&self.image.code, self.image.memory.flash());
        let functions = executed.iter().filter_map(|&at| code.function_at(at));
        let functions: BTreeSet<_> = functions.map(|it| (it.start, it.end)).collect();
        let all = functions
            .iter()
            .flat_map(|&(start, end)| code.instructions(&(start..end), flash));
        let never = all.filter(|at| !executed.contains(at));
        with_cores!(&self.target, flash, 1, |cores| {
            let text = |at| {
                let frames = self.image.lines.frames(at).into_iter().map(|frame| {
                    let file = frame.file.rsplit('/').next().unwrap_or_default().to_owned();
                    format!("{} ({file}:{})", frame.function, frame.line)
                });
                let frames = frames.collect::<Vec<_>>().join(" < ");
                format!("{} @ {frames}", cores[0].name_at(at).unwrap_or("?"))
            };
            Ok(never.map(text).collect())
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn write_json(dir: &Path, record: &Record) -> Result<()> {
    fs::create_dir_all(dir)?;
    let name: String = record
        .test
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    let file = dir.join(name + ".json");
    fs::write(&file, serde_json::to_string_pretty(record)?)
        .with_context(|| format!("cannot write {}", file.display()))
}
