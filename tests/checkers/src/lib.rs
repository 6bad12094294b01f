//! Runs the models of tests/models under both checkers and in both modes of the library, and its mutants.
//!
//! ```text
//!   extent ─► world ─► lib        the models, as they are
//!               │
//!       tree ───┴────► mutants    the models, after a patch to the library
//! ```

mod extent;
mod mutants;
mod tree;
mod world;

use core::time::Duration;
use std::{collections::BTreeSet, path::Path};

use anyhow::{Context, Result};

pub use self::{
    extent::Extent,
    mutants::{Killed, Selection, mutants},
};
use self::{
    tree::Tree,
    world::{End, WORLDS, World},
};

/// Shows that a step is running.
pub trait Show {
    /// Runs `work`, the step of this name.
    fn during<R>(&self, name: &str, work: impl FnOnce() -> R) -> R;
}

/// The reports of the models, and what failed.
#[derive(Debug, Default)]
pub struct Models {
    rows: Vec<(World, Row)>,
    failed: Vec<String>,
}

/// Far more than any of the four worlds takes.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// Runs every model in every world.
///
/// # Errors
///
/// The models do not compile or do not start.
pub fn models(extent: Extent, show: &impl Show) -> Result<Models> {
    models_of(&runner::root(), extent, show)
}

/// Runs the bounded models, and then the handful of mutants, in one copy of the sources: each world is compiled once, and
/// for each mutant only what it changes. `passed` gets the models, and its error ends the run. Returns the number of mutants.
///
/// # Errors
///
/// As [`models()`] and [`mutants()`].
pub fn models_and_handful(
    show: &impl Show,
    passed: impl FnOnce(Models) -> Result<()>,
    each: impl FnMut(&Killed<'_>),
) -> Result<usize> {
    let tree = Tree::new()?;
    passed(models_of(tree.dir(), Extent::Bounded, show)?)?;
    mutants::handful(&tree, show, each)
}

/// The models of the workspace in `dir`.
fn models_of(dir: &Path, extent: Extent, show: &impl Show) -> Result<Models> {
    let mut models = Models::default();
    for world in WORLDS {
        let name = format!("models, {world}");
        let binaries = show.during(&format!("{name}: building"), || world.build(dir))?;
        let binary = binaries
            .get(world.test_target())
            .with_context(|| format!("cargo built no test {}", world.test_target()))?;
        let mut rows = Vec::new();
        let end = show.during(&name, || {
            world::run(binary, &["--nocapture"], extent, LIMIT, |line| {
                rows.extend(row(line));
            })
        })?;
        if rows.is_empty() || end != End::Passed {
            let failed = format!("{world}: {end}, {} models ended", rows.len());
            models.failed.push(failed);
        }
        models.rows.extend(rows.into_iter().map(|row| (world, row)));
        // The checker's own tests, with their planted faults.
        let own = binaries
            .get("models")
            .context("cargo built no tests of the checkers")?;
        let end = show.during(&name, || world::run(own, &[], extent, LIMIT, |_| {}))?;
        if end != End::Passed {
            let failed = format!("the tests of {world} itself: {end}");
            models.failed.push(failed);
        }
    }
    Ok(models)
}

impl Models {
    /// A row for each model and world: checker, mode, model, executions, different outcomes, time.
    pub fn rows(&self) -> impl Iterator<Item = [String; 6]> {
        self.rows.iter().map(|(world, row)| row.cells(*world))
    }

    /// The name of each model, and all of its outcomes.
    pub fn outcomes(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.rows
            .iter()
            .map(|(_, row)| (&*row.model, &*row.outcomes))
    }

    /// The worlds in which a model failed or none ran, a sentence each.
    #[must_use]
    pub fn failed(&self) -> &[String] {
        &self.failed
    }
}

/// The report of a model: see `report` in tests/models.
#[derive(Debug)]
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
