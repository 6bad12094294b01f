//! Runs the package `checkers`, and prints what its models and mutants report.

use anyhow::{Result, ensure};
use checkers::{Extent, Killed, Models, Selection, Show};

use crate::{output::table, progress::during};

struct Progress;

impl Show for Progress {
    fn during<R>(&self, name: &str, work: impl FnOnce() -> R) -> R {
        during(name, work)
    }
}

/// Runs every model with more preemptions, and prints a table and the outcomes.
pub fn models() -> Result<()> {
    let models = checkers::models(Extent::Full, &Progress)?;
    for (model, outcomes) in models.outcomes() {
        println!("{model}: {}", outcomes.join(" "));
    }
    print(&models)
}

/// Runs the bounded models, and then the handful of mutants.
pub fn models_and_handful() -> Result<()> {
    let print = |models| print(&models);
    print_number(checkers::models_and_handful(&Progress, print, print_end)?);
    Ok(())
}

/// Runs the mutants whose name contains `name`, or all.
pub fn mutants(name: Option<&str>) -> Result<()> {
    let selection = name.map_or(Selection::All, Selection::Named);
    print_number(checkers::mutants(selection, &Progress, print_end)?);
    Ok(())
}

/// Prints the table; fails unless all have passed.
fn print(models: &Models) -> Result<()> {
    let head = ["checker", "mode", "model", "executions", "outcomes", "time"];
    println!("{}", table(head).add_rows(models.rows()));
    let failed = models.failed();
    ensure!(failed.is_empty(), "{}", failed.join("; "));
    Ok(())
}

fn print_end(of: &Killed<'_>) {
    println!("{of}");
}

fn print_number(mutants: usize) {
    println!("{mutants} mutants, each killed by every test that it names");
}
