//! The examples, built for each core.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use interloper::landings::{Build, Firmware, Parties, Table};

use crate::{source::root, words::Words};

/// The cores, and what executes on each.
pub(crate) const TARGETS: [(&str, &str); 2] = [
    ("thumbv6m-none-eabi", "Cortex-M0"),
    ("thumbv7m-none-eabi", "Cortex-M3"),
];

/// Where the firmware is built, and by which compiler.
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// A directory for generated packages and what cargo makes of them.
    pub scratch: PathBuf,
    /// A compiler with `core` for the targets, if cargo's own choice is not one.
    pub rustc: Option<PathBuf>,
}

/// The firmware for a core, with the names of its words.
pub(crate) struct Built {
    pub(crate) firmware: Firmware,
    pub(crate) words: Words,
}

impl Built {
    /// Builds it, or finds it built.
    pub(crate) fn new(toolchain: &Toolchain, target: &str) -> Result<Self> {
        let root = root();
        let (scratch, rustc) = (&toolchain.scratch, toolchain.rustc.clone());
        let table = Table::read(&table(), &root, scratch, rustc)?;
        let firmware: Firmware = table.build(&Build::of_target(target))?;
        Ok(Self {
            words: Words::new(firmware.dwarf().clone())?,
            firmware,
        })
    }

    /// The object of a version, and the operations of its lanes.
    pub(crate) fn parties(&self, group: &str, version: &str) -> Result<Parties> {
        let prefix = format!("{group}::{version}::");
        let object = self
            .firmware
            .objects()
            .find(|name| name.starts_with(&prefix));
        let object = object
            .with_context(|| format!("the firmware has no {prefix}*"))?
            .to_owned();
        let operations = self.firmware.operations(&object)?;
        let named: Vec<_> = ["handler", "first", "second"]
            .into_iter()
            .filter(|name| operations.contains(name))
            .collect();
        // One operation for both lanes.
        let handlers = if named.is_empty() {
            vec!["main"]
        } else {
            named
        };
        Ok(Parties {
            reset: None,
            main: "main".to_owned(),
            handlers: handlers.into_iter().map(str::to_owned).collect(),
            object,
        })
    }
}

/// The file of the examples.
pub(crate) fn table() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("firmware/chapter.rs")
}
