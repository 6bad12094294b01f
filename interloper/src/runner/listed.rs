//! The tests of the tables, one for each combination of parties.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use anyhow::{Result, anyhow, ensure};
use libtest_mimic::{Failed, Trial};

use super::Built;
use crate::{
    combination::{Combination, Depth},
    image::{Build, Source, build},
    pins::Explored,
    settings::Settings,
    table::{Object, Party},
    target,
};

/// The tests, and the tables that they belong to.
#[derive(Default)]
pub(super) struct Listed {
    pub(super) trials: Vec<Trial>,
    pub(super) built: Vec<Arc<Built>>,
    pub(super) explored: Explored,
    /// Why tests are missing.
    pub(super) broken: Vec<String>,
    /// The one test that is run: what does not belong to it is not built.
    pub(super) wanted: Option<String>,
    /// The names and the targets of all builds.
    pub(super) chosen: BTreeSet<String>,
}

/// The operations of a table, and whether each takes part in a test of some build.
#[derive(Default)]
struct Operations(BTreeMap<String, bool>);

impl Listed {
    /// A table that does not build is a test that fails.
    pub(super) fn fail(&mut self, name: String, error: &anyhow::Error) {
        self.broken.push(format!("{name}: {error:#}"));
        let message = format!("error: {error:#}");
        let trial = Trial::test(name, move || Err(Failed::from(message)));
        self.trials.push(trial);
    }

    /// The tests of a table; their names have that of the table if there are several.
    pub(super) fn add(&mut self, source: &Source, settings: &Settings, named: bool) {
        let prefix = if named {
            format!("{}::", source.name())
        } else {
            String::new()
        };
        let builds = source
            .front
            .builds(target::DEFAULT, settings.targets.as_deref());
        match builds {
            Ok(builds) => self.add_builds(source, settings, &builds, &prefix),
            Err(error) => self.fail(format!("{}::build", source.name()), &error),
        }
    }

    fn add_builds(&mut self, source: &Source, settings: &Settings, builds: &[Build], prefix: &str) {
        let untested = format!("{}::untested", source.name());
        let wants_all = self.wanted.as_ref().is_none_or(|name| *name == untested);
        // Targets that the user chooses may leave out the builds for two cores.
        let may_have_cores = settings.targets.is_some() || builds.iter().any(has_two_cores);
        let mut operations = Operations::default();
        for build in builds {
            self.chosen
                .extend([build.name.clone(), build.target.clone()]);
            let start = format!("{}::{prefix}", place(build));
            let wanted = self.wanted.as_ref();
            if !wants_all && wanted.is_some_and(|name| !name.starts_with(&start)) {
                continue;
            }
            match self.add_build(source, settings, build, prefix) {
                Ok(one) => {
                    for object in &one.image.objects {
                        operations.take(object, one.depth, false);
                        if may_have_cores {
                            operations.take(object, depth(settings, build, 2), true);
                        }
                    }
                }
                Err(error) => {
                    let place = place(build);
                    self.fail(format!("{place}::{}::build", source.name()), &error);
                }
            }
        }
        if wants_all && let Err(error) = operations.check() {
            self.fail(untested, &error);
        }
    }

    /// Each target that the user names has to choose a build.
    pub(super) fn check_targets(&mut self, settings: &Settings) {
        for target in settings.targets.iter().flatten() {
            if !self.chosen.contains(target) {
                let error = anyhow!("no table has the build or the target `{target}`");
                self.fail(format!("INTERLOPER_TARGETS::{target}"), &error);
            }
        }
    }

    fn add_build(
        &mut self,
        source: &Source,
        settings: &Settings,
        build: &Build,
        prefix: &str,
    ) -> Result<Arc<Built>> {
        target::architecture(&build.target)?;
        let one = built(source, settings, build, 1)?;
        ensure!(
            !one.image.objects.is_empty(),
            "the table declares no object"
        );
        self.add_tests(&one, prefix);
        let wants_cores = |object| !Combination::all(object, Depth::at_most(0), true).is_empty();
        if has_two_cores(build) && one.image.objects.iter().any(wants_cores) {
            let two = built(source, settings, build, 2)?;
            self.add_tests(&two, prefix);
            self.built.push(two);
        }
        self.built.push(Arc::clone(&one));
        Ok(one)
    }

    fn add_tests(&mut self, built: &Arc<Built>, prefix: &str) {
        let (depth, cores) = (built.depth, built.cores == 2);
        for (index, object) in built.image.objects.iter().enumerate() {
            let all = Combination::all(object, depth, cores);
            for (number, combination) in all.iter().enumerate() {
                let name = format!("{}::{prefix}{}", built.place, combination.name());
                self.explored
                    .add(&built.place, built.cores as usize, combination.handlers());
                let (built, test) = (Arc::clone(built), name.clone());
                self.trials.push(Trial::test(name, move || {
                    let object = &built.image.objects[index];
                    let combination = &Combination::all(object, depth, cores)[number];
                    built
                        .run(&test, combination)
                        .map_err(|error| Failed::from(format!("error: {error:#}")))?
                }));
            }
        }
    }
}

impl Operations {
    /// Notes the operations of an object that take part in its tests.
    fn take(&mut self, object: &Object, depth: Depth, cores: bool) {
        let name = |party: &Party| format!("{}::{}", object.name, party.name);
        for party in &object.parties {
            self.0.entry(name(party)).or_default();
        }
        let tests = Combination::all(object, depth, cores);
        for (party, _) in tests.iter().flat_map(|test| &test.parties) {
            self.0.insert(name(party), true);
        }
    }

    fn check(&self) -> Result<()> {
        let untested = self.0.iter().filter(|(_, is_tested)| !**is_tested);
        let untested: Vec<_> = untested.map(|(name, _)| format!("`{name}`")).collect();
        ensure!(
            untested.is_empty(),
            "no test has {}\n  help: a test is a `main` operation with one that is `irq` or, on two cores, `core`; operations \
             with the same `handle` exclude each other, and `handlers`, INTERLOPER_DEPTH and INTERLOPER_BESIDE_CORES limit \
             the number of handlers",
            untested.join(", ")
        );
        Ok(())
    }
}

/// Whether parties of a build may run on a second core.
fn has_two_cores(build: &Build) -> bool {
    build.two_cores && target::has_two_cores(&build.target)
}

fn depth(settings: &Settings, of: &Build, cores: u32) -> Depth {
    match settings.depth {
        _ if cores == 2 => {
            Depth::at_most(settings.beside_cores.unwrap_or(of.handlers_beside_cores))
        }
        Some(most) => Depth::at_most(most),
        None => Depth::default_of(of.handlers),
    }
}

fn built(source: &Source, settings: &Settings, of: &Build, cores: u32) -> Result<Arc<Built>> {
    Ok(Arc::new(Built {
        depth: depth(settings, of, cores),
        image: build(source, of, cores == 2)?,
        table: source.file.display().to_string(),
        target: of.target.clone(),
        place: place(of),
        cores,
        settings: settings.clone(),
        seen: Mutex::default(),
        audited: Mutex::default(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_that_chooses_no_build_is_an_error() {
        let settings = Settings {
            targets: Some(vec!["wide".into(), "wiide".into()]),
            ..Settings::default()
        };
        let mut listed = Listed {
            chosen: ["wide", "thumbv6m-none-eabi"].map(str::to_owned).into(),
            ..Listed::default()
        };
        listed.check_targets(&settings);
        let error = "INTERLOPER_TARGETS::wiide: no table has the build or the target `wiide`";
        assert_eq!(listed.broken, [error]);
    }
}
