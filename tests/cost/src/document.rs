//! The figures of core/COST.md, which are the pins: tables of cells.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};

use crate::{
    cell::Cell,
    config::{Build, PROFILES, builds},
    run::{Kind, Run},
    size::Pair,
};

/// One line of a table: an operation, or its counterpart in another crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) name: String,
    /// The operation's tier, or the name of the operation that it stands beside.
    pub(crate) tier: String,
    /// By profile; none where it was not measured.
    pub(crate) cells: [Option<Cell>; PROFILES.len()],
}

/// Everything in the document that is measured.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Document {
    pub(crate) rustc: String,
    /// By heading, in the order of the firmware.
    pub(crate) tables: BTreeMap<String, Vec<Line>>,
    pub(crate) ram: Vec<(String, u32)>,
    pub(crate) sizes: Vec<Pair>,
}

pub(crate) const RAM: &str = "RAM of each object";
pub(crate) const SIZES: &str = "Flash and RAM of a firmware";
pub(crate) const MEASURED_WITH: &str = "Measured with rustc ";

impl Document {
    /// The first line of this name in a table.
    pub(crate) fn line(&self, heading: &str, name: &str) -> Option<&Line> {
        self.tables.get(heading)?.iter().find(|it| it.name == name)
    }

    /// Takes what a run measured in place of what was there for its build.
    pub(crate) fn take(&mut self, build: &Build, run: &Run) {
        let lines = self.tables.entry(build.heading()).or_default();
        for line in &mut *lines {
            line.cells[build.profile] = None;
        }
        for measured in &run.measured {
            let (Kind::Tier(tier) | Kind::For(tier)) = &measured.kind;
            let same = |it: &&mut Line| it.name == measured.name && it.tier == *tier;
            let cell = Some(measured.cell.clone());
            match lines.iter_mut().find(same) {
                Some(line) => line.cells[build.profile] = cell,
                None => {
                    let mut line = Line {
                        name: measured.name.clone(),
                        tier: tier.clone(),
                        cells: [const { None }; PROFILES.len()],
                    };
                    line.cells[build.profile] = cell;
                    lines.push(line);
                }
            }
        }
        lines.retain(|line| line.cells.iter().any(Option::is_some));
    }

    /// Reads the text that `render` writes.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let rustc = text
            .lines()
            .find_map(|line| line.strip_prefix(MEASURED_WITH)?.strip_suffix('.'));
        let mut document = Self {
            rustc: rustc.context("core/COST.md names no compiler")?.to_owned(),
            ..Self::default()
        };
        let headings: Vec<String> = builds(true).iter().map(Build::heading).collect();
        let mut section = "";
        for line in text.lines() {
            if let Some(heading) = line.strip_prefix("## ") {
                section = heading;
                continue;
            }
            let Some(fields) = fields(line) else { continue };
            let fields: Vec<&str> = fields.iter().map(|it| &**it).collect();
            if headings.iter().any(|it| it == section) {
                let lines = document.tables.entry(section.to_owned()).or_default();
                lines
                    .push(parse_line(&fields).with_context(|| format!("in core/COST.md: {line}"))?);
            } else if section == RAM {
                let [name, size] = fields[..] else {
                    bail!("in core/COST.md: {line}")
                };
                document.ram.push((name.to_owned(), size.parse()?));
            } else if section == SIZES {
                let pair = Pair::parse(&fields);
                document
                    .sizes
                    .push(pair.with_context(|| format!("in core/COST.md: {line}"))?);
            }
        }
        Ok(document)
    }
}

/// The fields of a table's row; none for its head, or a line of text.
fn fields(line: &str) -> Option<Vec<String>> {
    let row = line.strip_prefix("| ")?.strip_suffix(" |")?;
    let fields: Vec<_> = row
        .split(" | ")
        .map(|it| it.trim_matches('`').to_owned())
        .collect();
    let is_head = ["operation", "object", "program"].contains(&&*fields[0]);
    (!is_head).then_some(fields)
}

fn parse_line(fields: &[&str]) -> Result<Line> {
    let [name, tier, cells @ ..] = fields else {
        bail!("too short")
    };
    ensure!(cells.len() == PROFILES.len(), "not a cell for each profile");
    let mut line = Line {
        name: (*name).to_owned(),
        tier: (*tier).to_owned(),
        cells: [const { None }; PROFILES.len()],
    };
    for (cell, text) in line.cells.iter_mut().zip(cells) {
        *cell = if *text == "–" {
            None
        } else {
            Some(text.parse()?)
        };
    }
    Ok(line)
}

/// One operation in one build, and a line of everything else.
#[cfg(test)]
pub(crate) fn planted() -> Document {
    let line = Line {
        name: "AtomicU32::fetch_add".to_owned(),
        tier: "2".to_owned(),
        cells: [Some("11 / 4 / 28".parse().unwrap()), None, None],
    };
    Document {
        rustc: "1.90.0".to_owned(),
        tables: BTreeMap::from([("thumbv6m, critical-section".to_owned(), vec![line])]),
        ram: vec![("StopFlag".to_owned(), 1)],
        sizes: vec![
            Pair::parse(&[
                "StopFlag",
                "thumbv6m, critical-section",
                "8 / 0 / 1",
                "8 / 0 / 1",
            ])
            .unwrap(),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_replaces_its_build_and_no_other() {
        let mut document = planted();
        let build = builds(false).remove(0);
        document.take(&build, &Run::default());
        assert!(document.tables.values().all(Vec::is_empty));
        let mut document = planted();
        let other = builds(true).remove(1);
        document.take(&other, &Run::default());
        assert_eq!(document, planted());
    }
}
