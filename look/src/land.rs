//! Pictures in a terminal: one landing, or a line for each version.

mod answers;
mod error;
mod lines;
mod names;
mod paint;
mod picture;
pub(crate) mod rows;
#[cfg(test)]
mod tests;

pub use error::error;
pub use lines::{LEGEND, lines, marks};
pub use names::{names, unknown};
pub use paint::Paint;
pub use picture::picture;

use anyhow::{Result, bail};

use crate::record::{Build, Case, Group, Landing, Look, Verdict};

/// A landing, and what it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The record.
    pub look: &'a Look,
    /// The question.
    pub group: &'a Group,
    /// The version.
    pub case: &'a Case,
    /// What it was built for.
    pub build: &'a Build,
    /// The landing.
    pub landing: &'a Landing,
}

/// The landing of a version that comes before an address of main; without an address, the most telling one.
///
/// # Errors
///
/// If there is no such version, or no such point.
pub fn find<'a>(look: &'a Look, example: &str, address: Option<u32>) -> Result<Scene<'a>> {
    let Some(case) = look.cases.iter().find(|case| case.id == example) else {
        bail!("{}", unknown(example))
    };
    let Some(group) = look.groups.iter().find(|group| group.id == case.group) else {
        bail!("the record has no group {}", case.group)
    };
    let scene = |build, landing| Scene {
        look,
        group,
        case,
        build,
        landing,
    };
    let Some(address) = address else {
        let build = &case.builds[0];
        return Ok(scene(build, telling(build)));
    };
    for build in &case.builds {
        let at_address = |landing: &&Landing| address_of(build, landing) == Some(address);
        if let Some(landing) = build.landings.iter().find(at_address) {
            return Ok(scene(build, landing));
        }
    }
    let addresses = case.builds.iter().flat_map(|build| {
        build
            .landings
            .iter()
            .filter_map(|landing| address_of(build, landing))
    });
    let addresses: Vec<_> = addresses.map(|it| format!("{it:#x}")).collect();
    bail!(
        "main of `{example}` has no point before {address:#x}\n  help: the points are before {}",
        addresses.join(", ")
    )
}

/// The address before which the last interrupt becomes pending.
fn address_of(build: &Build, landing: &Landing) -> Option<u32> {
    let at = *landing.at.last()?;
    let step = build.seqs[0].get(at).filter(|_| at < build.ends)?;
    Some(build.code[build.steps[*step].code].address)
}

/// The landing that shows most: a wrong one, else one that main notices, else one that is masked.
fn telling(build: &Build) -> &Landing {
    let rank = |landing: &&Landing| match landing.kind {
        Verdict::Wrong => 0,
        Verdict::Again => 1,
        Verdict::Masked => 2,
        Verdict::Ok => 3,
    };
    let first = build.landings.iter().min_by_key(rank);
    first.expect("a build has landings")
}
