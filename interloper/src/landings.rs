//! Every landing of interrupts in an operation, one run each, with everything that its instructions do: what pictures
//! are made of.
//!
//! A test needs the outcomes alone, and leaves out the landings that make no difference; here none is left out.

use core::ops::Range;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    check::{Bench, Stage},
    explorer::{How, Request as Raised, observe},
    failure::Kind,
    helper::{Helper, TextId},
    image::{Build, Image, Source, build},
    layout::STATICS,
    machine::{Access, Arm, Flash},
    oracle::{Observed, Orders},
    report::record::Frame,
    scenario::{Cast, Scenario},
    table::Role,
    target::{self, Architecture},
};

/// A table, built for an Arm target.
#[derive(Debug)]
pub struct Firmware {
    image: Image,
    core: Arm,
}

/// Parties of an object that meet: main, and the handlers that interrupt it.
pub struct Meeting<'a> {
    bench: Bench<'a, Arm>,
    stage: Stage<'a, Arm>,
    own: Orders,
}

/// The interrupt of a handler becomes pending at this point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// The handler: 1 for the first.
    pub handler: usize,
    /// Before which instruction of main; where main ends or sleeps before, there.
    pub before: usize,
}

/// An executed instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// 0 for main, 1 for the first handler.
    pub lane: usize,
    /// The address of the instruction.
    pub address: u32,
    /// What it touches.
    pub access: Access,
    /// The bytes that it touches, if they are a part of a word.
    pub part: Option<Range<u32>>,
    /// The words that it touches, with their values after it.
    pub words: Vec<(u32, u32)>,
    /// Whether interrupts are masked before it, and after it.
    pub masked: (bool, bool),
    /// Whether its operation returns.
    pub returns: bool,
    /// Whether the core sleeps after it.
    pub sleeps: bool,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Every party returned.
    Returned,
    /// Main sleeps, and no interrupt is left.
    Asleep,
    /// It stopped, for this reason.
    Stopped(String),
}

/// A run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// What was executed.
    pub steps: Vec<Step>,
    /// For each request, how many instructions of main come before the handler.
    pub taken: Vec<Option<usize>>,
    /// For each request, whether main slept at that point.
    pub asleep: Vec<bool>,
    /// How it ended.
    pub end: End,
    /// The answer of each party that returned.
    pub answers: Vec<Option<String>>,
    /// The state at the end.
    pub state: Option<String>,
    /// Whether each allowed order explains the run.
    pub explained: Vec<bool>,
}

/// The parties one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Which is the first, the second.
    pub lanes: Vec<usize>,
    /// The answer of each.
    pub answers: Vec<Option<String>>,
    /// The state at the end.
    pub state: Option<String>,
}

impl Firmware {
    /// Builds the table in `file`; `scratch` is for the generated package and what cargo makes of it.
    ///
    /// # Errors
    ///
    /// If cargo fails, or the target is not one of Arm's.
    pub fn build(
        file: &Path,
        dir: &Path,
        scratch: &Path,
        rustc: Option<PathBuf>,
        target: &str,
    ) -> Result<Self> {
        let Architecture::Arm(profile) = target::architecture(target)? else {
            bail!("{target} is not one of Arm's")
        };
        let source = Source::read(file, dir, scratch, rustc)?;
        let image = build(&source, &Build::of_target(target), false)?;
        let core = Arm::new(profile, image.memory.flash());
        Ok(Self { image, core })
    }

    /// Its debugging information.
    #[must_use]
    pub fn dwarf(&self) -> &Arc<gimli::Dwarf<gimli::EndianArcSlice<gimli::RunTimeEndian>>> {
        self.image.lines.dwarf()
    }

    /// A core before its first instruction: it has the assembly of the firmware.
    #[must_use]
    pub fn core(&self) -> &Arm {
        &self.core
    }

    /// The code.
    #[must_use]
    pub fn flash(&self) -> &Flash {
        self.image.memory.flash()
    }

    /// Where the statics lie.
    #[must_use]
    pub fn statics(&self) -> Range<u32> {
        STATICS..self.image.memory.ram().end
    }

    /// The names of the objects.
    pub fn objects(&self) -> impl Iterator<Item = &str> {
        self.image.objects.iter().map(|object| object.name.as_str())
    }

    /// The places of an instruction in the source, the innermost inlined function first.
    #[must_use]
    pub fn frames(&self, address: u32) -> Vec<Frame> {
        crate::report::frames(address, &self.image)
    }

    /// The names of the operations of an object that can be main.
    ///
    /// # Errors
    ///
    /// If there is no such object.
    pub fn operations(&self, object: &str) -> Result<Vec<&str>> {
        let names = self.object(object)?.parties.iter();
        Ok(names.map(|party| party.name.as_str()).collect())
    }

    /// Prepares an object for main and handlers.
    ///
    /// # Errors
    ///
    /// If an operation does not exist or lacks the role, or the operations run in no order.
    pub fn meeting(&self, object: &str, main: &str, handlers: &[&str]) -> Result<Meeting<'_>> {
        let object = self.object(object)?;
        let party = |name: &str| {
            let party = object.party(name);
            party.with_context(|| format!("{}: there is no operation `{name}`", object.name))
        };
        let mut cast: Vec<Cast<'_>> = vec![(party(main)?, Role::Main, 0)];
        ensure!(
            cast[0].0.roles.contains(&Role::Main),
            "{}: `{main}` is not `main`",
            object.name
        );
        for name in handlers {
            let party = party(name)?;
            let role = party
                .roles
                .iter()
                .find(|role| matches!(role, Role::Irq(_)))
                .with_context(|| format!("{}: `{name}` is not `irq`", object.name))?;
            cast.push((party, *role, 0));
        }
        let scenario = Scenario::new(object, &object.resets[0], &cast).context("too many calls")?;
        let bench = Bench {
            image: &self.image,
            cores: vec![self.core.clone()],
            how: How::default(),
        };
        let mut stage = bench.stage(scenario)?;
        let mut alone = stage.scenario.clone();
        for unit in &mut alone.units {
            (unit.right_run, unit.right_show) = (unit.run, unit.show);
        }
        let own = Orders::run(&alone, &self.core, &stage.memory, &mut stage.helper);
        Ok(Meeting { bench, stage, own })
    }

    fn object(&self, name: &str) -> Result<&crate::table::Object> {
        let mut objects = self.image.objects.iter();
        objects
            .find(|object| object.name == name)
            .with_context(|| format!("the table has no object `{name}`"))
    }
}

impl Meeting<'_> {
    /// What the parties may answer.
    #[must_use]
    pub fn orders(&self) -> Vec<Order> {
        orders(&self.stage, &self.stage.orders)
    }

    /// What they answer one after the other; it differs from [`orders`](Self::orders) where a version is wrong without
    /// an interrupt.
    #[must_use]
    pub fn own_orders(&self) -> Vec<Order> {
        orders(&self.stage, &self.own)
    }

    /// The word at an address before main begins.
    #[must_use]
    pub fn initial_word(&self, address: u32) -> Option<u32> {
        self.stage.memory.word(address)
    }

    /// Runs main with these interrupts; `None` if one of them is not enabled at its point.
    pub fn run(&mut self, requests: &[Request]) -> Option<Run> {
        let Stage {
            scenario,
            memory,
            helper,
            ..
        } = &mut self.stage;
        let raised: Vec<_> = requests
            .iter()
            .map(|request| Raised {
                actor: request.handler,
                before: request.before,
            })
            .collect();
        let image = self.bench.image;
        let seen = observe(scenario, image, &self.bench.cores, memory, helper, &raised);
        if seen.is_refused {
            return None;
        }
        let steps = seen.seen.into_iter().map(|it| Step {
            lane: it.actor,
            address: it.pc,
            access: it.access,
            part: it.part,
            words: it.words,
            masked: it.masked,
            returns: it.returns,
            sleeps: it.sleeps,
        });
        Some(Run {
            steps: steps.collect(),
            taken: seen.taken,
            asleep: seen.asleep,
            end: match &seen.stopped {
                None => End::Returned,
                Some(Kind::Asleep) => End::Asleep,
                Some(kind) => End::Stopped(kind.to_string()),
            },
            answers: answers(&self.stage, &seen.observed),
            state: text(&self.stage.helper, seen.observed.state),
            explained: match seen.stopped {
                None => self
                    .stage
                    .orders
                    .explaining(&self.stage.scenario, &seen.observed),
                Some(_) => vec![false; self.stage.orders.orders.len()],
            },
        })
    }
}

impl core::fmt::Debug for Meeting<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Meeting")
            .field("object", &self.stage.scenario.object.name)
            .finish_non_exhaustive()
    }
}

fn text(helper: &Helper<Arm>, text: Option<TextId>) -> Option<String> {
    text.map(|text| helper.get(text).to_owned())
}

/// The answers of the parties: a party here makes one call.
fn answers(stage: &Stage<'_, Arm>, observed: &Observed) -> Vec<Option<String>> {
    let units = 0..stage.scenario.units.len();
    let answers = units.map(|unit| observed.answers[unit].map(|answer| answer.text));
    answers.map(|answer| text(&stage.helper, answer)).collect()
}

fn orders(stage: &Stage<'_, Arm>, orders: &Orders) -> Vec<Order> {
    let orders = orders.orders.iter().map(|order| Order {
        lanes: order.sequence.clone(),
        answers: (0..stage.scenario.units.len())
            .map(|unit| text(&stage.helper, order.answers[unit]))
            .collect(),
        state: text(&stage.helper, order.state),
    });
    orders.collect()
}
