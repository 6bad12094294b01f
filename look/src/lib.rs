//! The examples of the chapter, with an interrupt before each instruction: as a record, as a page, as text.
//!
//! ```text
//!  firmware/ ──interloper──► runs ──assemble──► record::Build ──explain──► record::Look ──┬─page──► indivisible.html
//!                                                                                        ├─land──► a terminal
//!                                                                                        └─svg───► docs/
//! ```

#![forbid(unsafe_code)]

mod assemble;
mod catalog;
mod cycles;
mod explain;
mod firmware;
pub mod land;
pub mod page;
pub mod record;
mod source;
pub mod svg;
#[cfg(test)]
mod testing;
mod words;

use anyhow::Result;

pub use firmware::Toolchain;

use assemble::Shared;
use catalog::{Cores, GROUPS, Group, Version};
use firmware::{Built, TARGETS};
use record::{Case, Look, SCHEMA};

/// Runs every landing of every example.
///
/// # Errors
///
/// If the firmware does not build, or lacks an example.
pub fn look(toolchain: &Toolchain) -> Result<Look> {
    some(toolchain, |_| true)
}

/// The same for the examples whose name is chosen.
///
/// # Errors
///
/// As for [`look`].
pub fn some(toolchain: &Toolchain, is_chosen: impl Fn(&str) -> bool) -> Result<Look> {
    let built = TARGETS
        .iter()
        .map(|(target, _)| Built::new(toolchain, target))
        .collect::<Result<Vec<_>>>()?;
    let mut shared = Shared::default();
    let mut cases = Vec::new();
    for group in GROUPS {
        for version in group
            .versions
            .iter()
            .filter(|version| is_chosen(&group.case_id(version)))
        {
            cases.push(case((group, version), &built, &mut shared)?);
        }
    }
    Ok(Look {
        schema: SCHEMA,
        rustc: rustc_version(toolchain),
        profile: "opt-level \"s\", lto \"fat\"".to_owned(),
        frames: shared.frames,
        sentences: shared.sentences,
        targets: TARGETS
            .iter()
            .map(|&(id, core)| record::Target {
                id: id.to_owned(),
                core: core.to_owned(),
                cycles: core == "Cortex-M0",
            })
            .collect(),
        groups: GROUPS.iter().map(group).collect(),
        cases,
    })
}

fn group(group: &Group) -> record::Group {
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    record::Group {
        id: group.id(),
        title: group.title.to_owned(),
        section: group.section.to_owned(),
        asks: group.asks.to_owned(),
        lanes: texts(group.lanes()),
        does: texts(group.does),
        answers: texts(group.answers),
    }
}

fn case(
    (group, version): (&Group, &Version),
    built: &[Built],
    shared: &mut Shared,
) -> Result<Case> {
    let file = firmware::table().with_file_name(format!("{}.rs", group.module));
    let fns = version
        .fns
        .iter()
        .map(|names| shared.sources.functions(&file, version.module, names))
        .collect::<Result<_>>()?;
    let mut builds = Vec::new();
    for (target, built) in built.iter().enumerate() {
        if target == 0 || version.cores == Cores::Both {
            builds.push(assemble::assemble(
                (group, version),
                (target, target == 0),
                built,
                shared,
            )?);
        }
    }
    Ok(Case {
        id: group.case_id(version),
        group: group.id(),
        kind: version.kind,
        name: version.name.to_owned(),
        says: version.says.to_owned(),
        file: format!("look/firmware/{}.rs", group.module),
        statics: shared.sources.statics(&file, version.module),
        fns,
        builds,
    })
}

/// The version of the compiler, as it prints it.
fn rustc_version(toolchain: &Toolchain) -> String {
    let rustc = toolchain.rustc.clone().unwrap_or_else(|| "rustc".into());
    let output = std::process::Command::new(rustc).arg("--version").output();
    let text = output
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    text.split(' ').nth(1).unwrap_or("unknown").to_owned()
}
