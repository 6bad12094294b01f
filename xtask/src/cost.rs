//! What each operation costs on a microcontroller: instructions, masked instructions, bytes.
//!
//! The firmware in tests/firmware/cost calls each once between two marks. This half executes it in the machine of
//! `interloper`, counts, and compares with core/COST.md, which it also writes.

mod cell;
mod config;
mod count;
mod document;
mod growth;
mod machine;
mod pins;
mod run;
mod size;
mod targets;
mod windows;

use std::path::Path;

use anyhow::{Result, bail, ensure};
use comfy_table::Table;
use serde_json::{Value, json};

use self::{
    config::{Build, PROFILES, builds, compiler},
    document::Document,
    run::{Kind, Measured, Run},
};
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
    /// Where to write the rows.
    pub json: Option<&'a Path>,
    /// Take what is measured for right, and write core/COST.md.
    pub pin: bool,
    /// Say no more than what differs.
    pub quiet: bool,
}

/// Measures, prints, and says what differs from core/COST.md; true if nothing does.
pub fn cost(options: &Options<'_>) -> Result<bool> {
    setup::setup(Say::Changes)?;
    let builds = builds(options.all);
    let runs = builds.iter().map(|build| {
        let run = during(&format!("cost, {}", build.name()), || run::run(build))?;
        Ok((*build, run))
    });
    let runs: Vec<(Build, Run)> = runs.collect::<Result<_>>()?;
    let rustc = compiler()?;
    if let Some(path) = options.json {
        let rows = runs
            .iter()
            .flat_map(|(build, run)| rows(build, run, &rustc));
        write_json(path, &rows.collect())?;
    }

    let text = document::text();
    let pinned = match &text {
        Ok(text) => Document::parse(text),
        Err(_) => Ok(Document::default()),
    };
    // Written anew as a whole, it need not be readable before.
    let pinned = if options.all && options.pin {
        pinned.unwrap_or_default()
    } else {
        pinned?
    };
    let found = found(&pinned, &runs, &rustc, options.all)?;
    if !options.quiet {
        println!("{}", shown(&runs));
        for [operation, build, target, measured, verdict] in targets::lines(&found) {
            let verdict = verdict.trim_matches('*');
            println!("{operation} ({build}): {target}; {measured}: {verdict}");
        }
    }
    if options.pin {
        ensure!(
            options.all || rustc == pinned.rustc,
            "core/COST.md is by rustc {}, and this is {rustc}: pin --all",
            pinned.rustc
        );
        found.write()?;
        return Ok(true);
    }
    let mut faults: Vec<String> = runs
        .iter()
        .flat_map(|(build, _)| pins::faults(&pinned, &found, build))
        .collect();
    if rustc == pinned.rustc {
        faults.extend(windows::faults(&found));
    }
    if faults.is_empty() && rustc == pinned.rustc && found.render()? != text? {
        faults.push("core/COST.md is not what `cargo xtask cost --pin` writes".to_owned());
    }
    faults.iter().for_each(|fault| println!("{fault}"));
    Ok(faults.is_empty())
}

/// The document with these runs in it; nothing of another's figures if they are all there is.
fn found(pinned: &Document, runs: &[(Build, Run)], rustc: &str, all: bool) -> Result<Document> {
    let mut found = if all {
        Document::default()
    } else {
        pinned.clone()
    };
    rustc.clone_into(&mut found.rustc);
    for (build, run) in runs {
        found.take(build, run);
    }
    let Some((_, run)) = runs.first() else {
        bail!("nothing to measure")
    };
    found.ram.clone_from(&run.ram);
    found.sizes = during("cost, sizes", size::sizes)?;
    Ok(found)
}

/// A row for each operation of the library's.
fn rows(build: &Build, run: &Run, rustc: &str) -> Vec<Value> {
    let row = |measured: &Measured| {
        let Kind::Tier(tier) = &measured.kind else {
            return None;
        };
        // By hand first, since what is by hand comes first.
        let is_beside = |it: &&Measured| it.kind == Kind::For(measured.name.clone());
        let reference = run.measured.iter().find(is_beside).map(|it| {
            json!({
                "name": it.name,
                "instructions": it.cell.instructions,
                "masked_instructions": it.cell.masked(),
                "windows": it.cell.windows,
                "bytes": it.cell.bytes,
            })
        });
        Some(json!({
            "rustc": rustc,
            "target": build.target(),
            "backend": build.back_end.name(),
            "profile": PROFILES[build.profile].0,
            "op": measured.name,
            "tier": tier,
            "instructions": measured.cell.instructions,
            "masked_instructions": measured.cell.masked(),
            "windows": measured.cell.windows,
            "bytes": measured.cell.bytes,
            "reference": reference,
        }))
    };
    run.measured.iter().filter_map(row).collect()
}

/// A line for each operation and build.
fn shown(runs: &[(Build, Run)]) -> Table {
    let mut table = table([
        "build",
        "operation",
        "tier, or beside",
        "instructions / masked / bytes",
    ]);
    for (build, run) in runs {
        for measured in &run.measured {
            let (Kind::Tier(tier) | Kind::For(tier)) = &measured.kind;
            table.add_row([
                build.name(),
                measured.name.clone(),
                tier.clone(),
                measured.cell.to_string(),
            ]);
        }
    }
    table
}
