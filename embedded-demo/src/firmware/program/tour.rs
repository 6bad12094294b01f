//! Every scenario, in the chapter's order; the log is the line protocol that the tools parse.

use crate::Interrupts;
use defmt::Display2Format;
use scenarios::{Line, Scenario};

/// Runs all of them, also after one that came out bad.
pub fn tour(interrupts: &Interrupts) -> bool {
    Scenario::ALL
        .iter()
        .map(|scenario| scenario.run(interrupts, &mut log))
        .fold(true, |all, good| all & good)
}

fn log(line: Line<'_>) {
    match line {
        Line::Wrong(_) | Line::Verdict(false) => defmt::error!("{}", Display2Format(&line)),
        _ => defmt::info!("{}", Display2Format(&line)),
    }
}
