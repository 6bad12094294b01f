//! The tests of the tables, one for each combination of parties.

use std::sync::{Arc, Mutex};

use anyhow::{Result, ensure};
use libtest_mimic::{Failed, Trial};

use super::Built;
use crate::{
    combination::{Combination, Depth},
    image::{Build, Source, build},
    pins::Explored,
    settings::Settings,
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
}

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
            Ok(builds) => {
                for build in builds {
                    let start = format!("{}::{prefix}", place(&build));
                    if self
                        .wanted
                        .as_ref()
                        .is_some_and(|name| !name.starts_with(&start))
                    {
                        continue;
                    }
                    if let Err(error) = self.add_build(source, settings, &build, &prefix) {
                        let place = place(&build);
                        self.fail(format!("{place}::{}::build", source.name()), &error);
                    }
                }
            }
            Err(error) => self.fail(format!("{}::build", source.name()), &error),
        }
    }

    fn add_build(
        &mut self,
        source: &Source,
        settings: &Settings,
        build: &Build,
        prefix: &str,
    ) -> Result<()> {
        target::architecture(&build.target)?;
        let one = built(source, settings, build, 1)?;
        ensure!(
            !one.image.objects.is_empty(),
            "the table declares no object"
        );
        self.add_tests(&one, prefix);
        let wants_cores = |object| !Combination::all(object, Depth::at_most(0), true).is_empty();
        if build.two_cores
            && one.image.objects.iter().any(wants_cores)
            && target::has_two_cores(&build.target)
        {
            let two = built(source, settings, build, 2)?;
            self.add_tests(&two, prefix);
            self.built.push(two);
        }
        self.built.push(one);
        Ok(())
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

fn built(source: &Source, settings: &Settings, of: &Build, cores: u32) -> Result<Arc<Built>> {
    let depth = match settings.depth {
        _ if cores == 2 => {
            Depth::at_most(settings.beside_cores.unwrap_or(of.handlers_beside_cores))
        }
        Some(most) => Depth::at_most(most),
        None => Depth::default_of(of.handlers),
    };
    Ok(Arc::new(Built {
        depth,
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
