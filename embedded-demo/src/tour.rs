//! Every scenario, in the chapter's order; the log is the line protocol that the tools parse.

use defmt::Display2Format;
use scenarios::{Line, Party, Scenario};

/// Runs all of them, also after a bad verdict.
pub fn tour<P: Party>(party: &P) -> bool {
    Scenario::ALL
        .iter()
        .map(|scenario| scenario.run(party, &mut log))
        .fold(true, |all, good| all & good)
}

fn log(line: Line<'_>) {
    match line {
        Line::Wrong(_) | Line::Verdict(false) => defmt::error!("{}", Display2Format(&line)),
        _ => defmt::info!("{}", Display2Format(&line)),
    }
}
