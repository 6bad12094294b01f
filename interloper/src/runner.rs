//! The test program: builds the tables, lists a test for each combination, runs them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Failed, Trial};

use crate::{
    audit::audit,
    check::Bench,
    combination::Combination,
    explorer::How,
    image::{Build, Image, Source, build},
    replay,
    report::{self, record::Record},
    settings::Settings,
    target::{self, with_cores},
};

/// The most handlers of a test, unless `INTERLOPER_DEPTH` sets another number.
const DEPTH: usize = 2;

/// The tables of a test program.
#[derive(Clone, Debug)]
pub struct Tables {
    dir: PathBuf,
    scratch: PathBuf,
    files: Vec<PathBuf>,
    rustc: Option<PathBuf>,
    audit: bool,
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
    /// The most handlers of a test.
    depth: usize,
    settings: Settings,
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
        let trials = self.trials(&settings);
        libtest_mimic::run(&arguments, trials).exit_code()
    }

    fn trials(&self, settings: &Settings) -> Vec<Trial> {
        let mut trials = Vec::new();
        for file in &self.files {
            let rustc = settings.rustc.clone().or_else(|| self.rustc.clone());
            match Source::read(file, &self.dir, &self.scratch, rustc) {
                Ok(source) => trials.extend(trials_of(&source, settings, self.files.len() > 1)),
                Err(error) => trials.push(failed(format!("{}::table", file.display()), &error)),
            }
        }
        trials
    }
}

/// A table that does not build is a test that fails.
fn failed(name: String, error: &anyhow::Error) -> Trial {
    let message = format!("error: {error:#}");
    Trial::test(name, move || Err(Failed::from(message)))
}

/// The tests of a table; their names have that of the table if there are several.
fn trials_of(source: &Source, settings: &Settings, named: bool) -> Vec<Trial> {
    let prefix = if named {
        format!("{}::", source.name())
    } else {
        String::new()
    };
    let builds = source
        .front
        .builds(target::DEFAULT, settings.targets.as_deref());
    let builds = match builds {
        Ok(builds) => builds,
        Err(error) => return vec![failed(format!("{}::build", source.name()), &error)],
    };
    let mut trials = Vec::new();
    for build in builds {
        if let Err(error) = trials_for(source, settings, &build, &prefix, &mut trials) {
            let place = place(&build);
            trials.push(failed(format!("{place}::{}::build", source.name()), &error));
        }
    }
    trials
}

fn trials_for(
    source: &Source,
    settings: &Settings,
    build: &Build,
    prefix: &str,
    trials: &mut Vec<Trial>,
) -> Result<()> {
    target::architecture(&build.target)?;
    let one = built(source, settings, build, 1)?;
    ensure!(
        !one.image.objects.is_empty(),
        "the table declares no object"
    );
    trials.extend(tests(&one, prefix));
    let wants_cores = |object| !Combination::all(object, 0, true).is_empty();
    if build.two_cores
        && one.image.objects.iter().any(wants_cores)
        && target::has_two_cores(&build.target)
    {
        trials.extend(tests(&built(source, settings, build, 2)?, prefix));
    }
    Ok(())
}

fn built(source: &Source, settings: &Settings, of: &Build, cores: u32) -> Result<Arc<Built>> {
    let depth = settings.depth.unwrap_or(DEPTH);
    let beside_cores = source.front.options.handlers_beside_cores;
    Ok(Arc::new(Built {
        depth: if cores == 2 {
            depth.min(beside_cores)
        } else {
            depth
        },
        image: build(source, of, cores == 2)?,
        table: source.file.display().to_string(),
        target: of.target.clone(),
        place: place(of),
        cores,
        settings: settings.clone(),
    }))
}

/// `thumbv6m` for `thumbv6m-none-eabi`; with the name of the build, if it has one.
fn place(build: &Build) -> String {
    let target = build.target.split('-').next().unwrap_or_default();
    let name = Some(&*build.name).filter(|name| !name.is_empty());
    [target]
        .into_iter()
        .chain(name)
        .collect::<Vec<_>>()
        .join("::")
}

fn tests(built: &Arc<Built>, prefix: &str) -> Vec<Trial> {
    let depth = built.depth;
    let mut trials = Vec::new();
    for (index, object) in built.image.objects.iter().enumerate() {
        for (number, combination) in Combination::all(object, depth, built.cores == 2)
            .iter()
            .enumerate()
        {
            let name = format!("{}::{prefix}{}", built.place, combination.name());
            let (built, test) = (Arc::clone(built), name.clone());
            trials.push(Trial::test(name, move || {
                let object = &built.image.objects[index];
                let combination = &Combination::all(object, depth, built.cores == 2)[number];
                built
                    .run(&test, combination)
                    .map_err(|error| Failed::from(format!("error: {error:#}")))?
            }));
        }
    }
    trials
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
                        spurious: true,
                    },
                };
                if let Some(text) = &self.settings.replay {
                    return replay::replay(&bench, combination, text).map(|listing| {
                        println!("{test}\n{listing}");
                        Ok(())
                    });
                }
                let mut checked = if self.settings.audit {
                    audit(&bench, combination)?
                } else {
                    bench.check(combination)?
                };
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
