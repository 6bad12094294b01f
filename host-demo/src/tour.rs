//! The scenarios: tables on a terminal, the line protocol elsewhere.
//!
//! The protocol is on standard output, with a table of verdicts on standard error.

mod picture;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use anyhow::{Context, Result};
use host_demo::party::Threads;
use scenarios::{Party, Scenario};

use self::picture::Picture;
use crate::output::{is_screen, say, table};

/// Runs the scenario of that name, or all.
pub(crate) fn run<P: Party>(party: &P, name: Option<&str>, plain: bool) -> Result<ExitCode> {
    let is_chosen = |scenario: &&Scenario<P>| name.is_none_or(|name| name == scenario.name);
    let scenarios = Scenario::<P>::ALL.iter().filter(is_chosen);
    let all_good = if is_screen(plain) {
        pictures(party, scenarios, name.is_some())
    } else {
        protocol(party, scenarios)
    };
    Ok(if all_good.context("standard output")? {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn protocol<'a, P: Party>(
    party: &P,
    scenarios: impl Iterator<Item = &'a Scenario<P>>,
) -> io::Result<bool> {
    let mut table = table(&["scenario", "section", "verdict"]);
    let mut all_good = true;
    for scenario in scenarios {
        let mut written = Ok(());
        let good = scenario.run(party, &mut |line| {
            if written.is_ok() {
                written = writeln!(io::stdout(), "{line}");
            }
        });
        written?;
        all_good &= good;
        let verdict = if good { "good" } else { "bad" };
        table.add_row([scenario.name, scenario.section, verdict]);
    }
    say(table);
    Ok(all_good)
}

fn pictures<'a, P: Party>(
    party: &P,
    scenarios: impl Iterator<Item = &'a Scenario<P>>,
    is_one: bool,
) -> io::Result<bool> {
    let (mut wrong, mut right, mut bad) = (0, 0, Vec::new());
    for scenario in scenarios {
        let mut picture = Picture::of(scenario);
        if !scenario.run(party, &mut |line| picture.push(line)) {
            bad.push(scenario.name);
        }
        picture.draw(&mut io::stdout(), is_one)?;
        wrong += picture.wrong_versions();
        right += picture.right_versions();
    }
    let mut out = io::stdout();
    if bad.is_empty() {
        writeln!(
            out,
            "{wrong} values of wrong versions were wrong, as they must be; {right} others were right."
        )?;
    } else {
        writeln!(out, "Not as expected: {}.", bad.join(", "))?;
    }
    Ok(bad.is_empty())
}

/// Prints the scenarios' names and sections.
pub(crate) fn list() -> Result<ExitCode> {
    let mut out = io::stdout();
    for scenario in Scenario::<Threads>::ALL {
        writeln!(out, "{:<18}{}", scenario.name, scenario.section)?;
    }
    Ok(ExitCode::SUCCESS)
}
