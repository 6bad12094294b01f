//! What differs from the document.
//!
//! With the compiler that the document names, every figure must be equal. With another, only the masked windows are
//! compared: their number must be equal, and each at most `SLACK` instructions longer.

use crate::{
    cell::Cell,
    config::{Build, PROFILES},
    document::{Document, Line},
};

/// How many instructions longer a window may be with a compiler that the document does not have.
const SLACK: u32 = 2;

/// The faults of what was measured for one build.
pub(crate) fn faults(pinned: &Document, found: &Document, build: &Build) -> Vec<String> {
    let is_exact = pinned.rustc == found.rustc;
    let lines = |document: &Document| -> Vec<(Line, Cell)> {
        let lines = document.tables.get(&build.heading());
        let all = lines.into_iter().flatten();
        all.filter_map(|line| Some((line.clone(), line.cells[build.profile].clone()?)))
            .collect()
    };
    let (pinned, found) = (lines(pinned), lines(found));
    let of = |all: &[(Line, Cell)], line: &Line| {
        let same = |(it, _): &&(Line, Cell)| it.name == line.name && it.tier == line.tier;
        all.iter().find(same).map(|(_, cell)| cell.clone())
    };
    let mut faults = Vec::new();
    for (line, cell) in &found {
        match of(&pinned, line) {
            Some(pin) if is_exact && pin == *cell => {}
            Some(pin) if !is_exact && fits(&cell.windows, &pin.windows) => {}
            Some(pin) => faults.push(format!(
                "{} costs {cell}, and was pinned at {pin}",
                line.name
            )),
            None => faults.push(format!("{} costs {cell}, and was never pinned", line.name)),
        }
    }
    let gone = pinned.iter().filter(|(line, _)| of(&found, line).is_none());
    faults.extend(gone.map(|(line, _)| format!("{} is pinned, and was not measured", line.name)));
    let profile = PROFILES[build.profile].1;
    let named = |fault| format!("{}, {profile}: {fault}", build.heading());
    faults.into_iter().map(named).collect()
}

/// Whether these windows are as pinned: as many, and none much longer.
fn fits(found: &[u32], pinned: &[u32]) -> bool {
    let mut pairs = found.iter().zip(pinned);
    found.len() == pinned.len() && pairs.all(|(found, pinned)| *found <= pinned + SLACK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_fit_that_are_as_many_and_little_longer() {
        assert!(fits(&[6, 2], &[4, 6]) && fits(&[], &[]));
        assert!(!fits(&[7, 6], &[4, 6]));
        assert!(!fits(&[1], &[]) && !fits(&[], &[4]));
    }
    use crate::{config::builds, document::planted};

    /// The faults of this operation at this cost with this compiler.
    fn faults_of(rustc: &str, cost: &str, name: &str) -> Vec<String> {
        let mut found = planted();
        found.rustc = rustc.to_owned();
        for line in found.tables.values_mut().flatten() {
            line.name = name.to_owned();
            line.cells[0] = Some(cost.parse().unwrap());
        }
        faults(&planted(), &found, &builds(false)[0])
    }

    #[test]
    fn every_figure_counts_with_the_same_compiler() {
        let same = |cost| faults_of("1.90.0", cost, "AtomicU32::fetch_add");
        assert!(same("11 / 4 / 28").is_empty());
        for worse in [
            "12 / 4 / 28",
            "11 / 5 / 28",
            "11 / 4 / 30",
            "11 / 2+2 / 28",
            "11 / 0 / 28",
        ] {
            assert_eq!(same(worse).len(), 1, "{worse}");
        }
    }

    #[test]
    fn only_windows_count_with_another() {
        let other = |cost| faults_of("1.91.0", cost, "AtomicU32::fetch_add");
        assert!(other("30 / 6 / 80").is_empty());
        for worse in ["11 / 7 / 28", "11 / 1+1 / 28", "11 / 0 / 28"] {
            assert_eq!(other(worse).len(), 1, "{worse}");
        }
    }

    #[test]
    fn an_operation_that_begins_to_mask_is_a_fault_with_any() {
        let mut pinned = planted();
        for line in pinned.tables.values_mut().flatten() {
            line.cells[0] = Some("11 / 0 / 28".parse().unwrap());
        }
        for rustc in ["1.90.0", "1.91.0"] {
            let mut found = planted();
            found.rustc = rustc.to_owned();
            assert_eq!(faults(&pinned, &found, &builds(false)[0]).len(), 1);
        }
    }

    #[test]
    fn so_is_one_that_is_new_or_gone() {
        for rustc in ["1.90.0", "1.91.0"] {
            let found = faults_of(rustc, "11 / 4 / 28", "AtomicU32::fetch_odd");
            assert!(found[0].contains("never pinned"), "{found:?}");
            assert!(found[1].contains("was not measured"), "{found:?}");
        }
    }
}
