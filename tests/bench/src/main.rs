//! Runs the chosen contests and prints a table of their rows: `cargo xtask bench`.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, ensure};
use benchmarks::{
    contest::Effort, contests, growth, instructions, report::Report, row::Row, sizes::sizes,
};
use clap::{Args, Parser};

/// The benchmarks behind `cargo xtask bench`.
#[derive(Parser)]
enum Task {
    /// Measure the time of our types and every peer
    Time {
        #[command(flatten)]
        choice: Choice,
        /// Short rounds: they show that everything runs, their ratios are unreliable
        #[arg(long)]
        quick: bool,
    },
    /// Count instructions, under valgrind
    Count {
        #[command(flatten)]
        choice: Choice,
    },
    /// Perform the operations of one side, for valgrind to count
    Perform {
        /// The side
        side: String,
        /// The number of operations
        ops: u64,
    },
}

#[derive(Args)]
struct Choice {
    /// Only contests whose name contains this
    #[arg(long)]
    only: Option<String>,
    /// Write the rows to this file
    #[arg(long)]
    json: Option<PathBuf>,
}

impl Choice {
    fn has(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| name.contains(only))
    }
}

fn main() -> Result<()> {
    match Task::parse() {
        Task::Time { choice, quick } => {
            let effort = if quick { Effort::QUICK } else { Effort::FULL };
            report(&choice, |report| time(&choice, &effort, report))
        }
        Task::Count { choice } => report(&choice, |report| {
            instructions::count(|name| choice.has(name), |row| report.rows.push(row.clone()))
        }),
        Task::Perform { side, ops } => instructions::perform(&side, ops),
    }
}

fn time(choice: &Choice, effort: &Effort, report: &mut Report) -> Result<()> {
    let is_wanted = |name: &str| choice.has(name);
    let mut keep = |row: &Row| report.rows.push(row.clone());
    for contest in contests::timed().iter().filter(|it| is_wanted(it.name)) {
        contest.run(effort, &mut keep)?;
    }
    growth::flat(effort, is_wanted, &mut keep)?;
    growth::grow(effort, is_wanted, &mut keep)?;
    report.sizes = sizes();
    report.sizes.retain(|(name, _)| is_wanted(name));
    Ok(())
}

fn report(choice: &Choice, measure: impl FnOnce(&mut Report) -> Result<()>) -> Result<()> {
    let mut report = Report::default();
    measure(&mut report)?;
    ensure!(
        !report.is_empty(),
        "no benchmark has {:?} in its name",
        choice.only.as_deref().unwrap_or_default()
    );
    if let Some(path) = &choice.json {
        fs::write(path, format!("{:#}\n", report.json()))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    print!("{report}");
    Ok(())
}
