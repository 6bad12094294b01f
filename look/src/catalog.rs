//! The words about each example: the only ones written by hand.

use crate::record::{Format, Kind};

mod counters;
mod flags;
mod owners;

/// A question of the chapter, and the versions that answer it.
#[derive(Debug)]
pub(crate) struct Group {
    /// The module of the firmware; with `-` for `_`, its name in links.
    pub(crate) module: &'static str,
    pub(crate) title: &'static str,
    pub(crate) section: &'static str,
    pub(crate) asks: &'static str,
    /// What each lane does.
    pub(crate) does: &'static [&'static str],
    /// The answer of each lane, and the state.
    pub(crate) answers: &'static [&'static str],
    pub(crate) versions: &'static [Version],
}

/// A version of an example.
#[derive(Debug)]
pub(crate) struct Version {
    /// The module in that of the group.
    pub(crate) module: &'static str,
    pub(crate) kind: Kind,
    pub(crate) name: &'static str,
    pub(crate) says: &'static str,
    /// The functions that each lane calls.
    pub(crate) fns: &'static [&'static [&'static str]],
    pub(crate) cores: Cores,
    /// How the words are written whose names end like this.
    pub(crate) formats: &'static [(&'static str, Format)],
}

/// On which cores a version is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cores {
    /// The Cortex-M0: the M3 executes the same loads and stores.
    M0,
    /// Both: the machine code of the M3 has other means.
    Both,
}

impl Group {
    /// The names of the lanes.
    pub(crate) fn lanes(&self) -> &'static [&'static str] {
        match self.does.len() {
            2 => &["main", "handler"],
            _ => &["main", "handler 1", "handler 2"],
        }
    }

    /// Its name in links.
    pub(crate) fn id(&self) -> String {
        self.module.replace('_', "-")
    }

    /// The name of a version in links and on the command line.
    pub(crate) fn case_id(&self, version: &Version) -> String {
        format!("{}-{}", self.id(), version.module)
    }
}

const fn wrong(
    module: &'static str,
    name: &'static str,
    says: &'static str,
    fns: &'static [&'static [&'static str]],
    cores: Cores,
) -> Version {
    Version {
        module,
        kind: Kind::Wrong,
        name,
        says,
        fns,
        cores,
        formats: &[],
    }
}

const fn right(
    module: &'static str,
    name: &'static str,
    says: &'static str,
    fns: &'static [&'static [&'static str]],
    cores: Cores,
) -> Version {
    Version {
        kind: Kind::Right,
        ..wrong(module, name, says, fns, cores)
    }
}

const fn formatted(version: Version, formats: &'static [(&'static str, Format)]) -> Version {
    Version { formats, ..version }
}

/// The examples, in the order of the chapter.
pub(crate) const GROUPS: &[Group] = &[
    flags::STOP,
    flags::PROGRESS,
    flags::SLEEP,
    flags::LAZY,
    counters::INCREMENT,
    counters::STATISTICS,
    counters::PEAK,
    counters::SHARDS,
    owners::ASSERT_ID,
    owners::LAST_ID,
    owners::ABA,
    owners::ABA_TWICE,
    counters::UPDATE,
    owners::KEY,
    owners::ONCE,
    counters::LATEST,
    flags::REASON,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_group_has_wrong_beside_right_and_a_name_for_each_answer() {
        for group in GROUPS {
            let has = |kind| group.versions.iter().any(|version| version.kind == kind);
            assert!(has(Kind::Wrong) && has(Kind::Right), "{}", group.module);
            assert_eq!(
                group.answers.len(),
                group.does.len() + 1,
                "{}",
                group.module
            );
            for version in group.versions {
                assert_eq!(
                    version.fns.len(),
                    group.does.len(),
                    "{}",
                    group.case_id(version)
                );
            }
        }
    }

    #[test]
    fn names_are_unique() {
        let ids = || {
            GROUPS
                .iter()
                .flat_map(|group| group.versions.iter().map(|it| group.case_id(it)))
        };
        assert_eq!(ids().collect::<BTreeSet<_>>().len(), ids().count());
    }
}
