//! The list of stages.

use anyhow::{Context, Result};

use super::commands::{clippy, cost, doc, firmware, fmt, host, page, prepare, sections};
use crate::models;

pub(super) struct Stage {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) lane: Lane,
    pub(super) run: fn() -> Result<()>,
}

/// The stages that run one after the other. Two stages that compile with the same profile are in one lane: cargo would
/// make one wait for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// Before all others.
    First,
    /// Programs of this machine.
    Host,
    /// Models and firmware.
    Other,
    /// Short ones at the end: the lane that has ended first takes the next one.
    Rest,
}

pub(super) const STAGES: &[Stage] = &[
    Stage {
        name: "setup",
        about: "the bare-metal targets, QEMU, and a browser",
        lane: Lane::First,
        run: prepare,
    },
    Stage {
        name: "fmt",
        about: "formatting",
        lane: Lane::Host,
        run: fmt,
    },
    Stage {
        name: "clippy",
        about: "lints; errors only in CI",
        lane: Lane::Host,
        run: clippy,
    },
    Stage {
        name: "doc",
        about: "documentation; its warnings are errors only in CI",
        lane: Lane::Host,
        run: doc,
    },
    Stage {
        name: "host",
        about: "all tests on this machine",
        lane: Lane::Host,
        run: host,
    },
    Stage {
        name: "sections",
        about: "the library's tests again, with critical sections instead of compare-and-swap",
        lane: Lane::Host,
        run: sections,
    },
    Stage {
        name: "models",
        about: "every interleaving, weak memory, and a handful of mutants that they must kill",
        lane: Lane::Other,
        run: models::models_and_handful,
    },
    Stage {
        name: "firmware",
        about: "transcripts from QEMU, and the runner's own tests",
        lane: Lane::Other,
        run: firmware,
    },
    Stage {
        name: "page",
        about: "the page of landings in a browser",
        lane: Lane::Rest,
        run: page,
    },
    Stage {
        name: "cost",
        about: "instructions of every operation, and how many of them with interrupts masked",
        lane: Lane::Rest,
        run: cost,
    },
];

/// Whether there is a stage of this name.
#[must_use]
pub fn has_stage(name: &str) -> bool {
    STAGES.iter().any(|stage| stage.name == name)
}

/// The stages to run.
#[derive(Debug, Clone)]
pub enum Selection {
    /// Every stage.
    All,
    /// One stage.
    Only(String),
    /// One stage and all later ones.
    From(String),
}

pub(super) fn select<'a>(stages: &'a [Stage], selection: &Selection) -> Result<&'a [Stage]> {
    let position = |name: &str| {
        stages
            .iter()
            .position(|stage| stage.name == name)
            .with_context(|| {
                let known: Vec<_> = stages.iter().map(|stage| stage.name).collect();
                format!("there is no stage {name}; there are {}", known.join(", "))
            })
    };
    match selection {
        Selection::All => Ok(stages),
        Selection::Only(name) => position(name).map(|at| &stages[at..=at]),
        Selection::From(name) => position(name).map(|at| &stages[at..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(selection: &Selection) -> Result<Vec<&'static str>> {
        Ok(select(STAGES, selection)?
            .iter()
            .map(|stage| stage.name)
            .collect())
    }

    #[test]
    fn stages_are_selected_by_name() {
        assert_eq!(names(&Selection::All).unwrap().len(), STAGES.len());
        assert_eq!(names(&Selection::Only("doc".into())).unwrap(), ["doc"]);
        let from = names(&Selection::From("sections".into())).unwrap();
        assert_eq!(from[..2], ["sections", "models"]);
    }

    #[test]
    fn the_workflow_runs_every_stage() {
        let path = runner::root().join(".github/workflows/ci.yml");
        let workflow = std::fs::read_to_string(path).unwrap();
        let (_, stages) = workflow.split_once("stages:\n").unwrap();
        let (stages, _) = stages.split_once("steps:").unwrap();
        let run = stages.split_whitespace().filter(|it| *it != "-");
        let all = STAGES.iter().map(|it| it.name).filter(|it| *it != "setup");
        assert!(run.eq(all), "{stages}");
    }

    #[test]
    fn an_unknown_stage_is_an_error_and_not_an_empty_success() {
        let error = names(&Selection::Only("docs".into()))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("no stage docs") && error.contains("doc, host"),
            "{error}"
        );
    }
}
