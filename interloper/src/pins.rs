//! By-products of a test run, compared with files: the masked windows of the operations, and their instructions that no
//! run executes.
//!
//! ```text
//!  test ──► Seen, for each operation that is interrupted ─┬─ masked ──────► Windows ──► faults, or the file anew
//!                                                          └─ unexecuted ──► Reasons ──► faults, or the file anew
//! ```
//!
//! Both files are of the tests on one core. Machine code is that of a compiler, so the figures are compared only if its
//! version is in the file. A third file has the number of tests, which no compiler changes.

mod explored;
mod reasons;
mod windows;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

pub(crate) use {explored::Explored, reasons::Reasons, windows::Windows};

/// What the runs of an operation showed while it was the interrupted one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// The most instructions in a row with interrupts masked.
    pub(crate) masked: u64,
    pub(crate) executed: BTreeSet<u32>,
}

/// One build of a table: its operations, and for each of them the instructions that no run executed, as text.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) place: String,
    pub(crate) seen: BTreeMap<String, Seen>,
    pub(crate) unexecuted: BTreeMap<String, Vec<String>>,
}

/// The files of a test program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    pub(crate) masked: Option<PathBuf>,
    pub(crate) unexecuted: Option<PathBuf>,
    pub(crate) explored: Option<PathBuf>,
}

impl Files {
    pub(crate) fn is_empty(&self) -> bool {
        self.masked.is_none() && self.unexecuted.is_none() && self.explored.is_none()
    }

    /// What differs from the files; with `pin`, writes them instead. `is_complete`: no build was left out.
    pub(crate) fn compare(
        &self,
        (rows, explored): (&[Row], &Explored),
        compiler: &str,
        (is_complete, pin): (bool, bool),
    ) -> Result<Vec<String>> {
        let mut faults = Vec::new();
        if let Some(path) = &self.explored {
            let mut known = Explored::parse(&read(path, pin)?)?;
            if pin {
                known.pin(explored, is_complete);
                write(path, &known.text())?;
            } else {
                faults.extend(known.faults(explored, is_complete));
            }
        }
        let mut is_known = true;
        if let Some(path) = &self.masked {
            let mut windows = Windows::parse(&read(path, pin)?)?;
            is_known = windows.knows(compiler);
            if pin {
                windows.pin(rows, compiler, is_complete);
                write(path, &windows.text())?;
            } else if is_known {
                faults.extend(windows.faults(rows, compiler, is_complete));
            } else {
                println!("not compared: {} has nothing of {compiler}", path.display());
            }
        }
        if let Some(path) = &self.unexecuted {
            let mut reasons = Reasons::parse(&read(path, pin)?)?;
            faults.extend(reasons.explain(rows, is_known && !pin));
            if pin && is_complete {
                write(path, &reasons.text())?;
            } else if is_complete && is_known {
                faults.extend(reasons.idle());
            }
        }
        Ok(faults)
    }
}

fn read(path: &Path, pin: bool) -> Result<String> {
    match fs::read_to_string(path) {
        Err(_) if pin => Ok(String::new()),
        text => text.with_context(|| format!("cannot read {}", path.display())),
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
