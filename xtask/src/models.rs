//! The models of tests/models, under both checkers and in both modes of the library.

mod extent;
pub mod mutants;
mod tree;
mod world;

use core::time::Duration;
use std::{collections::BTreeSet, path::Path};

use anyhow::{Context, Result, bail};

pub use self::extent::Extent;
use self::{
    tree::Tree,
    world::{End, WORLDS, World},
};
use crate::{output::table, progress::during};

/// Far more than any of the four takes.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// Runs every model in every world, and prints a table; with `Full` also the outcomes.
pub fn models(extent: Extent) -> Result<()> {
    models_of(&runner::root(), extent)
}

/// Runs the bounded models, and then the handful of mutants, in one copy of the sources: each world is compiled once, and
/// for each mutant only what it changes.
pub fn models_and_handful() -> Result<()> {
    let tree = Tree::new()?;
    models_of(tree.dir(), Extent::Bounded)?;
    mutants::handful(&tree)
}

/// The models of the workspace in `dir`.
fn models_of(dir: &Path, extent: Extent) -> Result<()> {
    let mut table = table(["checker", "mode", "model", "executions", "outcomes", "time"]);
    let mut failed = Vec::new();
    for world in WORLDS {
        let name = format!("models, {world}");
        let binaries = during(&format!("{name}: building"), || world.build(dir))?;
        let binary = binaries
            .get(world.test_target())
            .with_context(|| format!("cargo built no test {}", world.test_target()))?;
        let mut rows = Vec::new();
        let end = during(&name, || {
            world::run(binary, &["--nocapture"], extent, LIMIT, |line| {
                rows.extend(row(line));
            })
        })?;
        if extent == Extent::Full {
            for row in &rows {
                println!("{}: {}", row.model, row.outcomes.join(" "));
            }
        }
        table.add_rows(rows.iter().map(|row| row.cells(world)));
        if rows.is_empty() || end != End::Passed {
            failed.push(format!("{world}: {end}, {} models ended", rows.len()));
        }
        // The checker's own tests, with their planted faults.
        if let Some(own) = binaries.get("models") {
            let end = during(&name, || world::run(own, &[], extent, LIMIT, |_| {}))?;
            if end != End::Passed {
                failed.push(format!("the tests of {world} itself: {end}"));
            }
        }
    }
    println!("{table}");
    if !failed.is_empty() {
        bail!("{}", failed.join("; "));
    }
    Ok(())
}

/// The report of a model: see `report` in tests/models.
struct Row {
    model: String,
    executions: String,
    outcomes: Vec<String>,
    time: String,
}

impl Row {
    fn cells(&self, world: World) -> [String; 6] {
        let different: BTreeSet<_> = self.outcomes.iter().collect();
        [
            world.checker.to_string(),
            world.mode.to_string(),
            self.model.clone(),
            self.executions.clone(),
            different.len().to_string(),
            self.time.clone(),
        ]
    }
}

/// libtest may have printed the beginning of the line.
fn row(line: &str) -> Option<Row> {
    let (_, line) = line.split_once("model\t")?;
    let mut fields = line.split('\t').map(str::to_owned);
    Some(Row {
        model: fields.next()?,
        executions: fields.next()?,
        time: fields.next()?,
        outcomes: fields.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::row;

    #[test]
    fn a_line_of_a_model_is_distinguished_from_others() {
        let seen = row("test id::two ... model\ttwo | one\t12\t0.1 s\ta, b\tc").unwrap();
        assert_eq!(
            (seen.model.as_str(), seen.executions.as_str()),
            ("two | one", "12")
        );
        assert_eq!(seen.outcomes, ["a, b", "c"]);
        assert!(row("test id::two ... ok").is_none());
        assert!(row("model\tcut off").is_none());
    }
}
