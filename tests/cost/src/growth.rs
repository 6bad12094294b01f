//! How a cost grows with the number of whatever there can be many of.

use core::fmt::Write;

use crate::{cell::Cell, document::Document};

/// An operation with a place for the number, and the numbers.
const SERIES: &[(&str, &[u32])] = &[
    ("ShardedStats<#>::snapshot", &[1, 2, 4, 8]),
    ("Recorder::record, of #", &[1, 2, 4, 8]),
    ("Progress<Wakers<#>>::advance, no waiter", &[1, 4]),
    ("IdAllocator<_, Checked>::lease(#)", &[4, 64]),
    ("IdLease::next, of #", &[4, 64]),
];

const HEADING: &str = "thumbv6m, critical-section";

pub(crate) fn table(document: &Document) -> String {
    let mut text =
        format!("Instructions on {HEADING}, LTO, \"s\".\n\n| operation | by number |\n|---|---|\n");
    for (operation, numbers) in SERIES {
        let of = |number: &u32| {
            let name = operation.replace('#', &number.to_string());
            let cell = document
                .line(HEADING, &name)
                .and_then(|line| line.cells[0].as_ref());
            let cost = cell.map_or("–".to_owned(), |it: &Cell| it.instructions.to_string());
            format!("{number}: {cost}")
        };
        let costs: Vec<String> = numbers.iter().map(of).collect();
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "| `{}` | {} |",
            operation.replace('#', "N"),
            costs.join(", ")
        );
    }
    text
}
