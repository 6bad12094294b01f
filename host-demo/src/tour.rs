//! The scenarios, in the line protocol on standard output, and a table of verdicts on standard error.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use anyhow::{Context, Result};
use host_demo::party::Threads;
use scenarios::{Party, Scenario};

use crate::output::{say, table};

/// Runs the scenario of that name, or all.
pub(crate) fn run<P: Party>(party: &P, name: Option<&str>) -> Result<ExitCode> {
    let mut table = table(&["scenario", "section", "verdict"]);
    let mut all_good = true;
    for scenario in Scenario::<P>::ALL {
        if name.is_some_and(|name| name != scenario.name) {
            continue;
        }
        let good = one(party, scenario).context("standard output")?;
        all_good &= good;
        table.add_row([
            scenario.name,
            scenario.section,
            if good { "good" } else { "bad" },
        ]);
    }
    say(table);
    Ok(if all_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn one<P: Party>(party: &P, scenario: &Scenario<P>) -> io::Result<bool> {
    let mut out = io::stdout();
    let mut written = Ok(());
    let good = scenario.run(party, &mut |line| {
        if written.is_ok() {
            written = writeln!(out, "{line}");
        }
    });
    written.map(|()| good)
}

/// Prints the scenarios' names and sections.
pub(crate) fn list() -> Result<ExitCode> {
    let mut out = io::stdout();
    for scenario in Scenario::<Threads>::ALL {
        writeln!(out, "{:<18}{}", scenario.name, scenario.section)?;
    }
    Ok(ExitCode::SUCCESS)
}
