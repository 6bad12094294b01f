//! A table built for one target.

use core::ops::Range;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, ensure};

use super::{Meeting, Parties};
use crate::{
    check::Bench,
    combination::{Combination, Depth},
    explorer::How,
    image::{Build, Image, Source, build},
    layout,
    machine::{Arm, Flash},
    report::{self, record::Frame},
    scenario::{Cast, Scenario},
    table::{Object, Party, Role},
    target::{self, Processor},
};

/// The file of a table, and where it is built.
#[derive(Debug)]
pub struct Table(Source);

/// A table, built for the targets of one processor.
#[derive(Debug)]
pub struct Firmware<C = Arm> {
    image: Image,
    core: C,
}

impl Table {
    /// Reads the table in `file`, relative to `dir`; `scratch` is for the generated packages and what cargo makes of
    /// them, `rustc` the compiler if cargo's own choice has no `core` for the targets.
    ///
    /// # Errors
    ///
    /// If there is no such file, or its manifest is wrong.
    pub fn read(file: &Path, dir: &Path, scratch: &Path, rustc: Option<PathBuf>) -> Result<Self> {
        Source::read(file, dir, scratch, rustc).map(Self)
    }

    /// The builds that the table names, or one for each of its targets.
    ///
    /// # Errors
    ///
    /// None for a table that [`Tables`](crate::Tables) accepts.
    pub fn builds(&self) -> Result<Vec<Build>> {
        self.0.front.builds(target::DEFAULT, None)
    }

    /// Builds it, for one core.
    ///
    /// # Errors
    ///
    /// If cargo fails, or `C` does not execute the code of the target.
    pub fn build<C: Processor>(&self, of: &Build) -> Result<Firmware<C>> {
        let image = build(&self.0, of, false)?;
        let core = C::of_target(of.target(), image.memory.flash())?;
        Ok(Firmware { image, core })
    }
}

impl<C: Processor> Firmware<C> {
    /// The ELF file. It is linked for memory that QEMU's boards `microbit`, `mps2-an385` and `virt` have.
    #[must_use]
    pub fn elf(&self) -> &Path {
        &self.image.file
    }

    /// Its debugging information.
    #[must_use]
    pub fn dwarf(&self) -> &Arc<gimli::Dwarf<gimli::EndianArcSlice<gimli::RunTimeEndian>>> {
        self.image.lines.dwarf()
    }

    /// A core before its first instruction.
    #[must_use]
    pub fn core(&self) -> &C {
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
        layout::statics(&self.image.memory)
    }

    /// The stack of main and of the handlers.
    #[must_use]
    pub fn stack(&self) -> Range<u32> {
        layout::stack(&self.image.memory, 0)
    }

    /// The stack of the functions that write texts.
    #[must_use]
    pub fn text_stack(&self) -> Range<u32> {
        layout::helper_stack(&self.image.memory)
    }

    /// The last text that was written: its length, its FNV-1a hash, the number 1, a word each; then its first bytes.
    #[must_use]
    pub fn text(&self) -> u32 {
        self.image.output
    }

    /// A loop that no operation calls: where the core is when main has returned.
    #[must_use]
    pub fn idle(&self) -> u32 {
        self.image.idle
    }

    /// The names of the objects.
    pub fn objects(&self) -> impl Iterator<Item = &str> {
        self.image.objects.iter().map(|object| object.name.as_str())
    }

    /// The places of an instruction in the source, the innermost inlined function first.
    #[must_use]
    pub fn frames(&self, address: u32) -> Vec<Frame> {
        report::frames(address, &self.image)
    }

    /// The names of the operations of an object.
    ///
    /// # Errors
    ///
    /// If there is no such object.
    pub fn operations(&self, object: &str) -> Result<Vec<&str>> {
        let names = self.object(object)?.parties.iter();
        Ok(names.map(|party| party.name.as_str()).collect())
    }

    /// Each operation that can be main with each handler that may interrupt it, after each `reset`: the tests with one
    /// handler.
    #[must_use]
    pub fn pairs(&self) -> Vec<Parties> {
        let combinations = self.image.objects.iter().flat_map(|object| {
            let all = Combination::all(object, Depth::at_most(1), false).into_iter();
            all.filter(|it| it.parties.len() == 2)
        });
        let pairs = combinations.flat_map(|it| {
            let resets = it.object.resets.iter();
            resets.map(move |reset| Parties {
                object: it.object.name.clone(),
                reset: Some(reset.name.clone()),
                main: it.parties[0].0.name.clone(),
                handlers: vec![it.parties[1].0.name.clone()],
            })
        });
        pairs.collect()
    }

    /// Prepares an object for its parties.
    ///
    /// # Errors
    ///
    /// If a name is not in the table, an operation lacks the role, or the operations run in no order.
    pub fn meeting(&self, parties: &Parties) -> Result<Meeting<'_, C>> {
        let object = self.object(&parties.object)?;
        let reset = match &parties.reset {
            None => object.resets.first(),
            Some(name) => object.resets.iter().find(|reset| reset.name == *name),
        };
        let reset = reset.with_context(|| format!("{}: there is no such reset", object.name))?;
        let main = party(object, &parties.main)?;
        ensure!(
            main.roles.contains(&Role::Main),
            "{}: `{}` is not `main`",
            object.name,
            main.name
        );
        let mut cast: Vec<Cast<'_>> = vec![(main, Role::Main, 0)];
        for name in &parties.handlers {
            let party = party(object, name)?;
            let mut roles = party.roles.iter();
            let role = roles
                .find(|role| matches!(role, Role::Irq(_)))
                .with_context(|| format!("{}: `{name}` is not `irq`", object.name))?;
            cast.push((party, *role, 0));
        }
        let scenario = Scenario::new(object, reset, &cast)?;
        let bench = Bench {
            image: &self.image,
            cores: vec![self.core.clone()],
            how: How::default(),
        };
        Meeting::new(bench, scenario)
    }

    fn object(&self, name: &str) -> Result<&Object> {
        let mut objects = self.image.objects.iter();
        objects
            .find(|object| object.name == name)
            .with_context(|| format!("the table has no object `{name}`"))
    }
}

fn party<'a>(object: &'a Object, name: &str) -> Result<&'a Party> {
    let party = object.party(name);
    party.with_context(|| format!("{}: there is no operation `{name}`", object.name))
}
