//! One operation interrupted by another: a line of the result.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{config::Config, decode::Function, image::Image, report::Hang, trace::Executed};

#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub(super) object: String,
    pub(super) op: String,
    pub(super) isr_op: String,
    /// Of which wrong version it is a row.
    pub(super) twin_of: Option<String>,
    /// That one takes more interrupts than there are.
    pub(super) is_deep: bool,
    /// The interrupted operation waits for the handler, with interrupts masked.
    pub(super) sleeps: bool,
    /// Where interrupts could land.
    pub(super) boundaries: Executed,
    pub(super) landed: BTreeSet<u32>,
    /// Reached only after an interrupt, where none lands at this depth.
    pub(super) after: Executed,
    pub(super) windows: BTreeMap<u32, u32>,
    pub(super) landings: u64,
    pub(super) failures: u64,
    pub(super) failing: BTreeSet<u32>,
    pub(super) first_failure: Option<String>,
    pub(super) missing_extras: BTreeSet<String>,
    pub(super) hang: Option<Hang>,
    pub(super) hangs_as_known: bool,
    /// Its wrong versions.
    pub(super) twins: Vec<Twin>,
    /// Of the operation, whatever interrupts it: never executed, and why.
    pub(super) unexecuted: BTreeMap<u32, Option<String>>,
}

/// A wrong version, and where it was caught.
#[derive(Debug, Clone, Default)]
pub(super) struct Twin {
    pub(super) name: String,
    pub(super) addresses: BTreeSet<u32>,
    pub(super) hangs: bool,
    /// It takes more interrupts than there are.
    pub(super) is_deep: bool,
}

impl Twin {
    /// Whether it was caught; a deep one if it was left alone.
    pub(super) fn is_as_it_should_be(&self) -> bool {
        self.is_caught() != self.is_deep
    }

    fn is_caught(&self) -> bool {
        self.hangs || !self.addresses.is_empty()
    }
}

impl Row {
    pub(super) fn name(&self) -> String {
        format!("{}::{}", self.object, self.op)
    }

    /// Boundaries that are always masked.
    pub(super) fn masked(&self) -> BTreeSet<u32> {
        let masked = self.boundaries.iter().filter(|(_, is_open)| !**is_open);
        masked.map(|(address, _)| *address).collect()
    }

    /// Boundaries without a landing that should have one.
    pub(super) fn uncovered(&self) -> BTreeSet<u32> {
        let open = self.boundaries.iter().filter(|(_, is_open)| **is_open);
        let open = open.map(|(address, _)| *address);
        open.filter(|it| !self.landed.contains(it)).collect()
    }

    /// The addresses that a reader may want to know more of.
    pub(super) fn named(&self) -> BTreeSet<u32> {
        let mut named = self.uncovered();
        named.extend(&self.failing);
        named.extend(self.unexecuted.keys());
        named.extend(self.twins.iter().flat_map(|twin| &twin.addresses));
        let hang = self.hang.iter();
        named.extend(hang.flat_map(|it| [it.main, it.stuck]).flatten());
        named
    }

    /// The wrong versions that there are enough interrupts for.
    pub(super) fn shallow_twins(&self) -> impl Iterator<Item = &Twin> {
        self.twins.iter().filter(|twin| !twin.is_deep)
    }

    /// How many of those were caught.
    pub(super) fn caught(&self) -> usize {
        self.shallow_twins().filter(|twin| twin.is_caught()).count()
    }

    /// The functions that were executed.
    pub(super) fn functions<'a>(&self, image: &'a Image) -> Vec<&'a Function> {
        let mut functions: Vec<&Function> = Vec::new();
        for address in self.boundaries.keys().chain(self.after.keys()) {
            if let Some(function) = image.function_at(*address)
                && !functions.iter().any(|it| it.start == function.start)
            {
                functions.push(function);
            }
        }
        functions
    }

    /// What is wrong with it, in words.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let hung = self.hang.is_some();
        if self.hangs_as_known {
            if !hung {
                faults.push("is known to hang, and does not".to_owned());
            }
            return faults;
        }
        if hung {
            faults.push("hangs".to_owned());
        } else if self.landings == 0 || self.boundaries.is_empty() {
            faults.push("was never interrupted".to_owned());
        }
        if self.failures > 0 {
            faults.push(format!(
                "{} landings gave what no order gives",
                self.failures
            ));
        }
        let uncovered = self.uncovered().len();
        if uncovered > 0 {
            faults.push(format!("{uncovered} boundaries without a landing"));
        }
        if !self.landed.is_disjoint(&self.masked()) {
            faults.push("a landing between masked instructions".to_owned());
        }
        for name in &self.missing_extras {
            faults.push(format!("the extra answer {name:?} never came"));
        }
        if self.shallow_twins().next().is_none() {
            faults.push("has no wrong version".to_owned());
        }
        for twin in self.twins.iter().filter(|it| !it.is_as_it_should_be()) {
            faults.push(match twin.is_deep {
                false => format!("its wrong version {:?} was not caught", twin.name),
                true => format!("{:?} takes one interrupt only", twin.name),
            });
        }
        faults
    }

    /// `code`: what is at each address.
    pub(super) fn json(
        &self,
        config: &Config,
        rustc: &str,
        depth: u32,
        code: &BTreeMap<u32, String>,
    ) -> Value {
        let list = |set: &BTreeSet<u32>| -> Vec<String> { set.iter().map(hex).collect() };
        let unexecuted = self.unexecuted.iter().map(|(address, reason)| {
            json!({ "address": hex(address), "code": code.get(address), "reason": reason })
        });
        let bugs = self.shallow_twins().map(|twin| {
            json!({
                "name": twin.name,
                "caught": twin.is_caught(),
                "hangs": twin.hangs,
                "addresses": list(&twin.addresses),
            })
        });
        let count = self.shallow_twins().count();
        let all_caught = count > 0 && self.caught() == count;
        let addresses = self.shallow_twins().flat_map(|twin| &twin.addresses);
        json!({
            "board": config.board,
            "backend": config.back_end.name(),
            "profile": config.profile,
            "rustc": rustc,
            "depth": depth,
            "op": self.name(),
            "isr_op": self.isr_op,
            "boundaries": self.boundaries.len(),
            "landed": self.landed.len(),
            "masked": self.masked().len(),
            "uncovered": list(&self.uncovered()),
            "unexecuted": unexecuted.collect::<Vec<_>>(),
            "after_interrupt": list(&self.after.keys().copied().collect()),
            "landings": self.landings,
            "failures": self.failures,
            "failing_addresses": list(&self.failing),
            "hangs": self.hang.is_some(),
            "planted_bug_caught": all_caught,
            "bug_addresses": list(&addresses.copied().collect()),
            "bugs": bugs.collect::<Vec<_>>(),
        })
    }
}

fn hex(address: &u32) -> String {
    format!("{address:#x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two boundaries, the second masked; nothing wrong with it.
    fn right() -> Row {
        Row {
            boundaries: Executed::from([(0x100, true), (0x102, false)]),
            landed: BTreeSet::from([0x100]),
            landings: 2,
            twins: vec![Twin {
                name: "naive".into(),
                addresses: BTreeSet::from([0x200]),
                ..Twin::default()
            }],
            ..Row::default()
        }
    }

    #[track_caller]
    fn faulty(plant: impl FnOnce(&mut Row), words: &str) {
        let mut row = right();
        plant(&mut row);
        let faults = row.faults();
        assert!(
            faults.len() == 1 && faults[0].contains(words),
            "{faults:?} is not {words:?}"
        );
    }

    #[test]
    fn each_planted_fault_is_told() {
        assert_eq!(right().faults(), [""; 0]);
        faulty(|row| row.landed.clear(), "without a landing");
        faulty(
            |row| {
                row.landed.insert(0x102);
            },
            "between masked instructions",
        );
        faulty(|row| row.twins[0].addresses.clear(), "was not caught");
        faulty(|row| row.twins.clear(), "no wrong version");
        let shallow = Twin {
            is_deep: true,
            ..right().twins.remove(0)
        };
        faulty(|row| row.twins.push(shallow), "takes one interrupt only");
        faulty(
            |row| {
                row.missing_extras.insert("Contended".into());
            },
            "\"Contended\" never came",
        );
        faulty(|row| row.failures = 1, "what no order gives");
        faulty(|row| row.landings = 0, "never interrupted");
        faulty(|row| row.hangs_as_known = true, "known to hang");
        let nowhere = Hang {
            main: None,
            stuck: None,
        };
        faulty(|row| row.hang = Some(nowhere), "hangs");
    }

    #[test]
    fn a_wrong_version_that_hangs_is_caught() {
        let mut row = right();
        row.twins[0] = Twin {
            hangs: true,
            ..Twin::default()
        };
        assert!(row.faults().is_empty());
    }
}
