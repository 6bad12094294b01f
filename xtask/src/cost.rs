//! Runs the package `cost`, and prints its figures.

use std::path::Path;

use anyhow::Result;
use cost::{Costs, builds};

use crate::{
    output::{table, write_json},
    progress::during,
    setup::{self, Say},
};

/// What to measure.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// Every build, in place of the main board's smallest.
    pub all: bool,
    /// A file for the figures.
    pub json: Option<&'a Path>,
    /// Accept the figures: write core/COST.md.
    pub pin: bool,
    /// Print only what differs from core/COST.md.
    pub quiet: bool,
}

/// Measures, prints, and compares with core/COST.md; true if nothing differs.
pub fn cost(options: &Options<'_>) -> Result<bool> {
    setup::setup(Say::Changes)?;
    let costs = Costs::measure(builds(options.all), |step, work| {
        during(&format!("cost, {step}"), work)
    })?;
    if let Some(path) = options.json {
        write_json(path, &costs.json())?;
    }
    if !options.quiet {
        let head = [
            "build",
            "operation",
            "tier, or beside",
            "instructions / masked / bytes",
        ];
        println!("{}", table(head).add_rows(costs.rows()));
    }
    if options.pin {
        costs.pin()?;
    }
    if !options.quiet {
        costs.verdicts()?.iter().for_each(|line| println!("{line}"));
    }
    let faults = if options.pin {
        Vec::new()
    } else {
        costs.faults()?
    };
    costs.limit()?.iter().for_each(|limit| println!("{limit}"));
    faults.iter().for_each(|fault| println!("{fault}"));
    Ok(faults.is_empty())
}
