//! What the operations were meant to cost on a Cortex-M0, and whether they do.

use core::fmt::Write;

use crate::{cell::Cell, config::PROFILES, document::Document};

/// A bound for one operation on thumbv6m.
struct Target {
    operation: &'static str,
    back_ends: &'static [&'static str],
    /// Indices into [`PROFILES`].
    profiles: &'static [usize],
    instructions: Option<u32>,
    windows: Windows,
}

#[derive(Clone, Copy)]
enum Windows {
    /// Nothing is masked.
    None,
    /// One, of so many instructions.
    One(u32),
}

pub(crate) const SIZE: usize = 0;
pub(crate) const SPEED: usize = 1;
const SECTIONS: &[&str] = &["critical-section"];
const BOTH: &[&str] = &["critical-section", "single-core"];

/// With LTO and any back end.
const fn unmasked(operation: &'static str) -> Target {
    Target {
        operation,
        back_ends: BOTH,
        profiles: &[SIZE, SPEED],
        instructions: None,
        windows: Windows::None,
    }
}

const TARGETS: &[Target] = &[
    Target {
        instructions: Some(6),
        ..unmasked("StopFlag::stop_requested")
    },
    unmasked("progress::Writer::set_done"),
    unmasked("Progress::done"),
    unmasked("SingleProgress::done"),
    unmasked("OnceLock::get"),
    unmasked("RacyOnce::get_or_init"),
    unmasked("Latest<u32>::read"),
    unmasked("Latest<u32>::publish"),
    unmasked("Latest<[u32; 4]>::read"),
    unmasked("Latest<[u32; 4]>::publish"),
    unmasked("Recorder::record, of 4"),
    unmasked("ShardedStats<4>::snapshot"),
    allocate(SIZE, 7),
    allocate(SPEED, 6),
    Target {
        operation: "AtomicU32::fetch_add",
        back_ends: SECTIONS,
        profiles: &[SIZE, SPEED],
        instructions: Some(11),
        windows: Windows::One(4),
    },
    Target {
        operation: "Stats::record",
        back_ends: SECTIONS,
        profiles: &[SIZE, SPEED],
        instructions: Some(17),
        windows: Windows::One(11),
    },
    peek("atomic::raise_to, not larger"),
    peek("atomic::raise_to, not larger, no result"),
];

/// A check that finds nothing to do.
const fn peek(operation: &'static str) -> Target {
    Target {
        back_ends: SECTIONS,
        instructions: Some(6),
        ..unmasked(operation)
    }
}

/// The window's target depends on the profile.
const fn allocate(profile: usize, window: u32) -> Target {
    Target {
        operation: "IdAllocator<_, Checked>::allocate",
        back_ends: SECTIONS,
        profiles: if profile == SIZE { &[SIZE] } else { &[SPEED] },
        instructions: Some(14),
        windows: Windows::One(window),
    }
}

impl Target {
    fn is_met(&self, cell: &Cell) -> bool {
        let windows = match self.windows {
            Windows::None => cell.windows.is_empty(),
            Windows::One(length) => matches!(cell.windows[..], [one] if one <= length),
        };
        windows
            && self
                .instructions
                .is_none_or(|most| cell.instructions <= most)
    }

    fn words(&self) -> String {
        let instructions = self.instructions.map(|it| format!("≤ {it} instructions, "));
        let windows = match self.windows {
            Windows::None => "none masked".to_owned(),
            Windows::One(length) => format!("one window ≤ {length}"),
        };
        instructions.unwrap_or_default() + &windows
    }
}

/// One line for each target and build: the operation, the build, the target, what is measured, the verdict.
pub(crate) fn lines(document: &Document) -> Vec<[String; 5]> {
    let mut lines = Vec::new();
    for target in TARGETS {
        for back_end in target.back_ends {
            let line = document.line(&format!("thumbv6m, {back_end}"), target.operation);
            for &profile in target.profiles {
                let cell = line.and_then(|line| line.cells[profile].as_ref());
                let verdict = match cell.map(|cell| target.is_met(cell)) {
                    Some(true) => "met",
                    Some(false) => "**missed**",
                    None => "not measured",
                };
                lines.push([
                    target.operation.to_owned(),
                    format!("{back_end}, {}", PROFILES[profile].1),
                    target.words(),
                    cell.map_or_else(|| "–".to_owned(), ToString::to_string),
                    verdict.to_owned(),
                ]);
            }
        }
    }
    lines
}

/// As part of the document.
pub(crate) fn table(document: &Document) -> String {
    let mut text = "On thumbv6m, the frame of three instructions included.\n\n\
                    | operation | build | target | measured | |\n|---|---|---|---|---|\n"
        .to_owned();
    for [operation, build, target, measured, verdict] in lines(document) {
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "| `{operation}` | {build} | {target} | {measured} | {verdict} |"
        );
    }
    text + MISSES
}

const MISSES: &str = "
Why some are missed:

- `allocate` decides after its section whether it is `Ok`, with a second comparison. Inside, that took 14 instructions \
at 3 with a window of 7, and 18 with one of 10 at \"s\": the mask is the dearer of the two. A section that ends on each \
way out by itself was tried: the compiler joins the ends again. A `NonZero` ID has its 14 and 6 at 3.
- `raise_to` returns the previous value, in the register that had the address: one move. Without the result it is met.
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::planted;

    #[test]
    fn a_target_can_be_missed() {
        let verdict = |cost: &str| {
            let mut document = planted();
            for line in document.tables.values_mut().flatten() {
                line.cells[SIZE] = Some(cost.parse().unwrap());
            }
            let lines = lines(&document);
            let line = lines.iter().find(|it| it[0] == "AtomicU32::fetch_add");
            line.unwrap()[4].clone()
        };
        assert_eq!(verdict("11 / 4 / 28"), "met");
        for worse in ["12 / 4 / 28", "11 / 5 / 28", "11 / 2+2 / 28", "11 / 0 / 28"] {
            assert_eq!(verdict(worse), "**missed**", "{worse}");
        }
    }

    #[test]
    fn what_was_not_measured_is_not_met() {
        let lines = lines(&Document::default());
        assert!(lines.iter().all(|it| it[4] == "not measured"));
    }
}
