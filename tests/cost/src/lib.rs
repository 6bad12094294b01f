//! What each operation costs on a microcontroller: instructions, masked instructions, bytes.
//!
//! The firmware in tests/firmware/cost calls each operation once between two marks. This package executes it in the
//! machine of `interloper`, counts, and compares with core/COST.md, which it also writes. `cargo xtask cost` shows the
//! result; every `cargo xtask test` compares one build.
//!
//! ```text
//!   config ─► machine ─► count ─► run ─► document ─► pins, windows, targets, growth ─► render
//!        └──► size ──────────────────────────┘
//! ```

mod cell;
mod config;
mod count;
mod document;
mod growth;
mod machine;
mod pins;
mod render;
mod run;
mod size;
mod targets;
mod windows;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

pub use config::{Build, builds};

use crate::{
    config::{PROFILES, compiler},
    document::Document,
    run::{Kind, Measured, Run},
    size::Pair,
};

/// The figures of a measurement.
#[derive(Debug)]
pub struct Costs {
    /// Whether it covers every build: nothing of core/COST.md is kept then.
    is_whole: bool,
    rustc: String,
    runs: Vec<(Build, Run)>,
    sizes: Vec<Pair>,
}

impl Costs {
    /// Builds, executes and counts the firmware in each of `builds`, then weighs the programs of tests/firmware/size.
    ///
    /// Each step is run by `during`, which gets its name.
    pub fn measure(
        builds: Vec<Build>,
        during: impl Fn(&str, &mut dyn FnMut() -> Result<()>) -> Result<()>,
    ) -> Result<Self> {
        let mut costs = Self {
            is_whole: builds == config::builds(true),
            rustc: compiler()?,
            runs: Vec::new(),
            sizes: Vec::new(),
        };
        for build in builds {
            during(&build.name(), &mut || {
                costs.runs.push((build, run::run(&build)?));
                Ok(())
            })?;
        }
        during("sizes", &mut || {
            costs.sizes = size::sizes()?;
            Ok(())
        })?;
        Ok(costs)
    }

    /// What differs from core/COST.md, a sentence each.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is not as [`Costs::pin`] writes it.
    pub fn faults(&self) -> Result<Vec<String>> {
        let text = render::text()?;
        let pinned = Document::parse(&text)?;
        let found = self.document(&pinned);
        let builds = self.runs.iter().map(|(build, _)| build);
        let mut faults: Vec<String> = builds
            .flat_map(|build| pins::faults(&pinned, &found, build))
            .collect();
        if self.rustc == pinned.rustc {
            faults.extend(windows::faults(&found));
            if faults.is_empty() && render::render(&found)? != text {
                faults.push("core/COST.md is not what `cargo xtask cost --pin` writes".to_owned());
            }
        }
        Ok(faults)
    }

    /// Why only the masked windows are compared with core/COST.md, if that is so.
    ///
    /// # Errors
    ///
    /// As for [`Costs::faults`].
    pub fn limit(&self) -> Result<Option<String>> {
        let (pinned, found) = (Document::parse(&render::text()?)?.rustc, &self.rustc);
        Ok((pinned != *found).then(|| {
            format!(
                "core/COST.md is by rustc {pinned}, and this is {found}: instructions and bytes are not compared"
            )
        }))
    }

    /// Writes core/COST.md: as a whole if every build was measured, else with the figures of these builds replaced.
    ///
    /// # Errors
    ///
    /// A part of the builds was measured, and the others' figures are by another compiler.
    pub fn pin(&self) -> Result<()> {
        let pinned = self.pinned()?;
        ensure!(
            self.is_whole || self.rustc == pinned.rustc,
            "core/COST.md is by rustc {}, and this is {}: pin --all",
            pinned.rustc,
            self.rustc
        );
        render::write(&self.document(&pinned))
    }

    /// A line for each target: the operation, the bound, the figure, the verdict.
    ///
    /// # Errors
    ///
    /// As [`Costs::faults`].
    pub fn verdicts(&self) -> Result<Vec<String>> {
        let found = self.document(&self.pinned()?);
        let lines = targets::lines(&found).into_iter();
        let lines = lines.map(|[operation, build, target, measured, verdict]| {
            let verdict = verdict.trim_matches('*');
            format!("{operation} ({build}): {target}; {measured}: {verdict}")
        });
        Ok(lines.collect())
    }

    /// A row for each operation and build: the build, the operation, its tier or what it stands beside, its cost.
    pub fn rows(&self) -> impl Iterator<Item = [String; 4]> {
        self.measured().map(|(build, measured)| {
            let (Kind::Tier(tier) | Kind::For(tier)) = &measured.kind;
            let cost = measured.cell.to_string();
            [build.name(), measured.name.clone(), tier.clone(), cost]
        })
    }

    /// An object for each operation of the library and build.
    #[must_use]
    pub fn json(&self) -> Value {
        let runs = self.runs.iter();
        runs.flat_map(|(build, run)| objects(build, run, &self.rustc))
            .collect()
    }

    fn measured(&self) -> impl Iterator<Item = (&Build, &Measured)> {
        let runs = self.runs.iter();
        runs.flat_map(|(build, run)| run.measured.iter().map(move |it| (build, it)))
    }

    /// The figures that core/COST.md has. A document of which nothing is kept need not be readable.
    fn pinned(&self) -> Result<Document> {
        if self.is_whole {
            return Ok(Document::default());
        }
        Document::parse(&render::text()?)
    }

    /// The document with these figures in it.
    fn document(&self, pinned: &Document) -> Document {
        let mut found = if self.is_whole {
            Document::default()
        } else {
            pinned.clone()
        };
        self.rustc.clone_into(&mut found.rustc);
        for (build, run) in &self.runs {
            found.take(build, run);
        }
        if let Some((_, run)) = self.runs.first() {
            found.ram.clone_from(&run.ram);
        }
        found.sizes.clone_from(&self.sizes);
        found
    }
}

fn objects(build: &Build, run: &Run, rustc: &str) -> Vec<Value> {
    let object = |measured: &Measured| {
        let Kind::Tier(tier) = &measured.kind else {
            return None;
        };
        // The firmware calls the version by hand before other crates'.
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
    run.measured.iter().filter_map(object).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::planted;

    fn costs(is_whole: bool) -> Costs {
        let measured = |name: &str, kind: Kind| Measured {
            kind,
            name: name.to_owned(),
            cell: "12 / 4 / 28".parse().unwrap(),
        };
        let run = Run {
            measured: vec![
                measured("AtomicU32::fetch_add", Kind::Tier("2".to_owned())),
                measured("by hand: add", Kind::For("AtomicU32::fetch_add".to_owned())),
            ],
            ram: Vec::new(),
        };
        Costs {
            is_whole,
            rustc: "1.90.0".to_owned(),
            runs: vec![(builds(true)[1], run)],
            sizes: Vec::new(),
        }
    }

    #[test]
    fn a_part_of_the_builds_keeps_the_figures_of_the_others() {
        let cells = |is_whole| {
            let document = costs(is_whole).document(&planted());
            let mut lines = document.tables.into_values().flatten();
            lines.next().unwrap().cells.map(|it| it.is_some())
        };
        assert_eq!(cells(false), [true, true, false]);
        assert_eq!(cells(true), [false, true, false]);
    }

    #[test]
    fn an_object_has_its_counterpart() {
        let json = costs(false).json();
        assert_eq!(json.as_array().unwrap().len(), 1);
        assert_eq!(json[0]["reference"]["name"], "by hand: add");
        assert_eq!(json[0]["masked_instructions"], 4);
    }
}
