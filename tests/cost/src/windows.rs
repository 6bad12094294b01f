//! How many instructions in a row an operation may keep interrupts masked: with sections and LTO, on thumbv6m.

use core::fmt::Write;

use crate::{
    document::{Document, Line},
    targets::{SIZE, SPEED},
};

const HEADING: &str = "thumbv6m, critical-section";

/// The bound of every operation of tier 2 that is not in [`LONGER`]; one of tier 1 masks nothing.
const MOST: u32 = 8;

/// An operation with a bound of its own.
struct Longer {
    operation: &'static str,
    most: u32,
    reason: &'static str,
}

const fn longer(operation: &'static str, most: u32, reason: &'static str) -> Longer {
    Longer {
        operation,
        most,
        reason,
    }
}

const RECORD: &str = "three words change in one section";
const EXCHANGE: &str = "two loads, three to compare and a branch, two for a new value that is on the stack, two stores, \
                        two for the outcome, the restore; with the value and the outcome outside it masks 11 and takes 6 \
                        more, since eight registers are too few";

const LONGER: &[Longer] = &[
    longer("Stats::record", 10, RECORD),
    longer("Stats::record, new maximum", 11, RECORD),
    longer("Stats<u64>::record", 19, "the same of six halves"),
    longer("AtomicU64::compare_exchange", 13, EXCHANGE),
    longer("AtomicU64::compare_exchange_weak", 13, EXCHANGE),
    longer(
        "AtomicU64::fetch_update",
        12,
        "the same exchange, whose expected value is in registers",
    ),
    longer(
        "AtomicU64::fetch_nand",
        9,
        "two loads, two instructions for each half, two stores, the restore",
    ),
    longer(
        "AtomicU64::fetch_min",
        9,
        "two loads, a comparison in three and its branch, two stores, the restore",
    ),
];

/// The longest window of an operation in the builds that have the bound.
fn longest(line: &Line) -> Option<u32> {
    let cells = [SIZE, SPEED].map(|profile| line.cells[profile].as_ref());
    let windows = cells.into_iter().flatten().flat_map(|cell| &cell.windows);
    windows.max().copied()
}

/// The operations that mask more than their bound, and the bounds of [`LONGER`] that no operation needs.
pub(crate) fn faults(document: &Document) -> Vec<String> {
    let lines = document.tables.get(HEADING).into_iter().flatten();
    let operations = lines.filter(|line| line.tier.parse::<u8>().is_ok());
    let too_long = operations.filter_map(|line| {
        let own = LONGER.iter().find(|it| it.operation == line.name);
        let usual = if line.tier == "1" { 0 } else { MOST };
        let most = own.map_or(usual, |it| it.most);
        let found = longest(line).filter(|found| *found > most)?;
        Some(format!(
            "{} masks {found} instructions in a row, and may mask {most}",
            line.name
        ))
    });
    let unneeded = LONGER.iter().filter_map(|it| {
        let line = document.line(HEADING, it.operation);
        let found = line.and_then(longest).unwrap_or_default();
        (found < it.most).then(|| {
            format!(
                "{} masks {found} instructions in a row, and LONGER allows {}",
                it.operation, it.most
            )
        })
    });
    too_long.chain(unneeded).collect()
}

/// As part of the document.
pub(crate) fn table() -> String {
    let mut text = format!(
        "With sections and LTO on thumbv6m, no operation of tier 1 masks an instruction, and no other one more than {MOST} in a row, \
         but these:\n\n\
         | operation | most | why |\n|---|---|---|\n"
    );
    for it in LONGER {
        // Writing to a string does not fail.
        let _ = writeln!(text, "| `{}` | {} | {} |", it.operation, it.most, it.reason);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::planted;

    /// A document in which one operation costs this with sections.
    fn with(operation: &str, tier: &str, cost: &str) -> Document {
        let mut document = planted();
        let mut lines: Vec<Line> = LONGER
            .iter()
            .map(|it| line(it.operation, "2", &format!("30 / {} / 60", it.most)))
            .collect();
        lines.retain(|it| it.name != operation);
        lines.push(line(operation, tier, cost));
        document.tables.insert(HEADING.to_owned(), lines);
        document
    }

    fn line(name: &str, tier: &str, cost: &str) -> Line {
        Line {
            name: name.to_owned(),
            tier: tier.to_owned(),
            cells: [None, Some(cost.parse().unwrap()), None],
        }
    }

    #[test]
    fn a_window_that_is_too_long_is_found() {
        let said = |cost| faults(&with("FreeList::pop", "2", cost));
        assert!(said("28 / 8+8 / 80").is_empty());
        let longer = "FreeList::pop masks 9 instructions in a row, and may mask 8";
        assert_eq!(said("28 / 2+9 / 80"), [longer]);
        let masks = "StopFlag::reset masks 2 instructions in a row, and may mask 0";
        assert_eq!(faults(&with("StopFlag::reset", "1", "7 / 2 / 16")), [masks]);
        // Another library's has no bound.
        assert!(faults(&with("peer: pop", "FreeList::pop", "28 / 9 / 80")).is_empty());
    }

    #[test]
    fn an_exception_holds_for_what_it_allows_and_is_needed() {
        let it = &LONGER[0];
        let said = |most: u32| faults(&with(it.operation, "2", &format!("30 / {most} / 60")));
        assert!(said(it.most).is_empty());
        assert!(said(it.most + 1)[0].ends_with(&format!("and may mask {}", it.most)));
        assert!(said(it.most - 1)[0].ends_with(&format!("and LONGER allows {}", it.most)));
        assert_eq!(faults(&planted()).len(), LONGER.len(), "none is measured");
    }
}
