//! One test: every run of a combination, judged.

use anyhow::{Result, bail};

use crate::{
    combination::{Combination, Expected},
    explorer::{Counts, Found, How, Mode, explore},
    failure::{Failure, Kind, Landing},
    helper::Helper,
    image::Image,
    machine::{Core, DeadStack, Memory},
    oracle::{Machine, Orders, Verdict},
    scenario::{Cast, Scenario},
    table::reset_clause,
};

/// Where a combination is executed, and how.
#[derive(Debug)]
pub(crate) struct Bench<'a, C> {
    pub(crate) image: &'a Image,
    /// As many as the image was built for.
    pub(crate) cores: Vec<C>,
    pub(crate) how: How,
}

/// A prepared object, and the parties that meet there.
pub(crate) struct Stage<'a, C> {
    pub(crate) scenario: Scenario<'a>,
    /// After the reset.
    pub(crate) memory: Memory,
    pub(crate) helper: Helper<C>,
    pub(crate) orders: Orders,
}

/// What was found on one stage.
pub(crate) struct Scene<'a, C> {
    pub(crate) stage: Stage<'a, C>,
    pub(crate) found: Found,
    /// The failures of the search, and the outcomes that no order explains.
    pub(crate) failures: Vec<Failure>,
    /// The extras that occurred: the unit and the number of the extra.
    pub(crate) extras: Vec<(usize, usize)>,
}

/// What must occur in some run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// This unit gives an answer that fits this pattern.
    Extra { unit: String, pattern: String },
    /// This party, which has the clause `sleeps`, sleeps.
    Sleep { party: String },
}

/// What was found of a combination.
pub(crate) struct Checked<'a, C> {
    pub(crate) scenes: Vec<Scene<'a, C>>,
    /// What the table declares and no variant showed.
    pub(crate) missing: Vec<Missing>,
}

impl<'a, C: Core> Bench<'a, C> {
    /// Explores every variant of a combination.
    pub(crate) fn check(&self, combination: &Combination<'a>) -> Result<Checked<'a, C>> {
        let mut scenes = Vec::new();
        for reset in &combination.object.resets {
            for cast in self.casts(combination) {
                let scenario = Scenario::new(combination.object, reset, &cast)?;
                let mut stage = self.stage(scenario)?;
                let Stage {
                    scenario,
                    memory,
                    helper,
                    ..
                } = &mut stage;
                let cores = &self.cores[..scenario.cores()];
                let found = explore(scenario, self.image, cores, memory, helper, self.how);
                scenes.push(judge(stage, found));
            }
        }
        // Two parties are the smallest combination: there an extra or a sleep must occur.
        let missing = if combination.parties.len() == 2 && combination.expected == Expected::Holds {
            missing(&scenes)
        } else {
            Vec::new()
        };
        Ok(Checked { scenes, missing })
    }

    /// The casts of a combination on these cores.
    pub(crate) fn casts(&self, combination: &Combination<'a>) -> Vec<Vec<Cast<'a>>> {
        combination.casts(self.cores[0].masks_priorities())
    }

    /// The same, searched in another way.
    pub(crate) fn with(&self, how: How) -> Self {
        Self {
            image: self.image,
            cores: self.cores.clone(),
            how,
        }
    }

    /// Prepares the object, and runs the parties in every order.
    pub(crate) fn stage(&self, scenario: Scenario<'a>) -> Result<Stage<'a, C>> {
        let core = &self.cores[0];
        let mut memory = self.image.memory.clone();
        if self.how.mode == Mode::Exhaustive {
            // Without reductions, words below the stack pointer stay as in hardware.
            memory = memory.with_dead_stack(DeadStack::Kept);
        }
        if self.cores.len() > 1 {
            memory = memory.with_sio();
        }
        let mut helper = Helper::new(&self.cores, self.image.output, self.image.panicked);
        if let Some(reset) = scenario.reset.run {
            let cores = vec![core.clone()];
            let mut machine = Machine { cores, memory };
            if let Err(kind) = machine.run_alone(0, reset, &helper) {
                let clause = reset_clause(&scenario.reset.name);
                bail!("{clause} does not end well: {kind}");
            }
            memory = machine.memory;
        }
        let cores = &self.cores[..scenario.cores()];
        let orders = Orders::run(&scenario, cores, &memory, &mut helper);
        if let Some(kind) = &orders.unknown {
            bail!("it is not known what the operations answer in each order: {kind}");
        }
        if orders.orders.is_empty() {
            match &orders.impossible {
                Some(kind) => bail!("the operations run in no order: {kind}"),
                None => bail!("the operations run in no order"),
            }
        }
        Ok(Stage {
            scenario,
            memory,
            helper,
            orders,
        })
    }
}

impl<C> Checked<'_, C> {
    /// Every failure, with its scene.
    pub(crate) fn failures(&self) -> impl Iterator<Item = (&Scene<'_, C>, &Failure)> {
        self.scenes
            .iter()
            .flat_map(|scene| scene.failures.iter().map(move |failure| (scene, failure)))
    }

    /// Whether a run failed.
    pub(crate) fn has_failed(&self) -> bool {
        self.failures().next().is_some() || !self.missing.is_empty()
    }

    /// Whether the search gave up.
    pub(crate) fn gave_up(&self) -> bool {
        self.failures()
            .any(|(_, failure)| matches!(failure.kind, Kind::Limit(_)))
    }

    /// The sums and the maxima of all scenes.
    pub(crate) fn counts(&self) -> Counts {
        self.scenes
            .iter()
            .fold(Counts::default(), |sum, scene| sum.and(scene.found.counts))
    }
}

fn judge<C>(stage: Stage<'_, C>, found: Found) -> Scene<'_, C> {
    let (mut failures, mut extras) = (found.failures.clone(), Vec::new());
    for (seen, (count, path)) in &found.outcomes {
        match stage.orders.judge(&stage.scenario, seen) {
            Verdict::Ordered => {}
            Verdict::Extra { units } => {
                for unit in (0..stage.scenario.units.len()).filter(|unit| units >> unit & 1 != 0) {
                    let bits = seen.answers[unit].map_or(0, |answer| answer.extras);
                    extras.extend(
                        (0..32)
                            .filter(|extra| bits >> extra & 1 != 0)
                            .map(|extra| (unit, extra)),
                    );
                }
            }
            Verdict::Wrong => failures.push(Failure {
                kind: Kind::NoOrder(Box::new(seen.clone())),
                path: path.clone(),
                count: *count,
                at: None,
            }),
        }
    }
    // The simplest first: it is the one that is shown.
    failures.sort_by_key(|failure| {
        let last = failure.path.last().map(|landing| landing.step);
        (failure.path.iter().map(Landing::weight).sum::<u32>(), last)
    });
    Scene {
        stage,
        found,
        failures,
        extras,
    }
}

fn missing<C>(scenes: &[Scene<'_, C>]) -> Vec<Missing> {
    let mut missing = Vec::new();
    let Some(scene) = scenes.first() else {
        return missing;
    };
    let scenario = &scene.stage.scenario;
    for (unit, it) in scenario.units.iter().enumerate() {
        for (extra, pattern) in it.extras.iter().enumerate() {
            if !scenes
                .iter()
                .any(|scene| scene.extras.contains(&(unit, extra)))
            {
                missing.push(Missing::Extra {
                    unit: scenario.unit_name(unit),
                    pattern: pattern.pattern.clone(),
                });
            }
        }
    }
    // A wait that polls is a failure already.
    if scenes.iter().all(|scene| scene.failures.is_empty()) {
        let slept = scenes
            .iter()
            .fold(0, |slept, scene| slept | scene.found.slept);
        let awake = |actor: &usize| scenario.sleeps(*actor) && slept >> actor & 1 == 0;
        let awake = (0..scenario.actors.len()).filter(awake);
        missing.extend(awake.map(|actor| Missing::Sleep {
            party: scenario.actor_name(actor),
        }));
    }
    missing
}
