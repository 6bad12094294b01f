//! How many tests each build has, by the cores and the handlers that take part.
//!
//! A test that disappears fails nothing else: a role that is left out, a clause `handlers` that is too small.

use core::fmt::Write as _;
use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};

const HEAD: &str = "\
# How many tests there are, written with INTERLOPER_PIN=1:
# build, cores, handlers beside them, tests
";

/// By build, cores and handlers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Explored(BTreeMap<(String, usize, usize), usize>);

impl Explored {
    /// Counts a test.
    pub(crate) fn add(&mut self, place: &str, cores: usize, handlers: usize) {
        *self
            .0
            .entry((place.to_owned(), cores, handlers))
            .or_default() += 1;
    }

    pub(crate) fn parse(text: &str) -> Result<Self> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let counts = lines.map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            ensure!(fields.len() == 4, "not a number of tests: {line:?}");
            let number = |field: &str| -> Result<usize> {
                let number = field.parse();
                number.with_context(|| format!("not a number of tests: {line:?}"))
            };
            let key = (fields[0].to_owned(), number(fields[1])?, number(fields[2])?);
            Ok((key, number(fields[3])?))
        });
        Ok(Self(counts.collect::<Result<_>>()?))
    }

    pub(crate) fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        for ((place, cores, handlers), tests) in &self.0 {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{place}\t{cores}\t{handlers}\t{tests}");
        }
        text
    }

    /// Takes what was found; in a complete run, in place of all that was known.
    pub(crate) fn pin(&mut self, found: &Self, is_complete: bool) {
        self.0
            .retain(|(place, ..), _| !is_complete && !found.has(place));
        self.0.extend(found.0.clone());
    }

    /// What differs from what is known; of builds that were left out, nothing.
    pub(crate) fn faults(&self, found: &Self, is_complete: bool) -> Vec<String> {
        let known = self.0.keys();
        let known = known.filter(|(place, ..)| is_complete || found.has(place));
        let mut keys: Vec<_> = known.chain(found.0.keys()).collect();
        keys.sort_unstable();
        keys.dedup();
        let faults = keys.into_iter().filter_map(|key| {
            let [known, found] = [self, found].map(|it| it.0.get(key).copied().unwrap_or(0));
            let (place, cores, handlers) = key;
            (known != found).then(|| {
                format!("{place} has {found} tests with {cores} cores and {handlers} handlers, and {known} are known")
            })
        });
        faults.collect()
    }

    fn has(&self, place: &str) -> bool {
        self.0.keys().any(|(of, ..)| of == place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(tests: &[(&str, usize, usize)]) -> Explored {
        let mut counts = Explored::default();
        for &(place, cores, handlers) in tests {
            counts.add(place, cores, handlers);
        }
        counts
    }

    #[test]
    fn a_test_more_or_less_is_a_fault() {
        let known = counts(&[("a", 1, 1), ("a", 1, 1), ("a", 2, 0), ("b", 1, 3)]);
        assert_eq!(Explored::parse(&known.text()).unwrap(), known);
        assert_eq!(known.faults(&known, true), [""; 0]);
        let fewer = counts(&[("a", 1, 1), ("a", 2, 0)]);
        assert!(known.faults(&fewer, false)[0].contains("a has 1 tests with 1 cores"));
        let faults = known.faults(&fewer, true);
        assert!(faults.len() == 2 && faults[1].contains("b has 0 tests"));
        assert!(fewer.faults(&known, true)[1].contains("and 0 are known"));
        assert!(Explored::parse("a\t1\t1").is_err() && Explored::parse("a\t1\t1\tx").is_err());
    }

    #[test]
    fn an_incomplete_run_pins_its_own_builds() {
        let mut known = counts(&[("a", 1, 1), ("b", 1, 3)]);
        known.pin(&counts(&[("a", 1, 2)]), false);
        assert_eq!(known, counts(&[("a", 1, 2), ("b", 1, 3)]));
        known.pin(&counts(&[("a", 1, 2)]), true);
        assert_eq!(known, counts(&[("a", 1, 2)]));
    }
}
