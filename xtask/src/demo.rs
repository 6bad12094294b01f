//! Runs both demos, prints their output while they run, and checks all of it together.

mod verdicts;

use core::time::Duration;
use std::{
    panic::resume_unwind,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread::{self, ScopedJoinHandle},
};

use ::look::land::{LEGEND, lines};
use anyhow::{Context, Result};
use clap::ValueEnum;

pub use verdicts::{Run, Verdicts};

use runner::{
    child::{Lines, Next, Process},
    protocol::Transcript,
    qemu::{self, Event, Input, Machine},
    toolchain::{executable, firmware, host_cargo},
};

use crate::{
    look,
    output::write_json,
    progress::during,
    setup::{self, Say},
};

/// The chapter's examples, in its order. Every party has to report on each; kept here as well as in
/// the demos, so that one that disappears there is missed.
pub const SCENARIOS: &[&str] = &[
    "load-store",
    "stop-flag",
    "progress",
    "progress-unpark",
    "lazy-init",
    "fetch-modify",
    "progress-threads",
    "statistics",
    "id-allocation",
    "compare-exchange",
    "aba",
    "id-bounded",
    "fetch-update",
    "lazy-once",
    "once-lock",
    "latest",
    "lease",
    "stop-reason",
];

/// The other side of the main program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Party {
    /// Threads of this machine.
    Threads,
    /// Interrupt handlers of an emulated microcontroller.
    Interrupts,
    /// A second core of an emulated microcontroller.
    Cores,
    /// The other side is absent: the wrong versions do not fail, so the verdicts must be bad.
    Absent,
}

impl Party {
    /// Its name in the reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Threads => "threads",
            Self::Interrupts => "interrupts",
            Self::Cores => "cores",
            Self::Absent => "absent",
        }
    }

    /// The emulated boards that have it; none if it is of this machine.
    #[must_use]
    pub fn boards(self) -> &'static [&'static str] {
        match self {
            Self::Interrupts => &["microbit", "lm3s6965evb", "virt"],
            Self::Cores => &["mps2-an521"],
            Self::Threads | Self::Absent => &[],
        }
    }
}

/// One instruction takes 64 ns, about as long as on the real microbit.
const ICOUNT: u8 = 6;

const LIMIT: Duration = Duration::from_secs(300);

/// How the demo ends.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Only this party, in place of each that is present.
    pub party: Option<Party>,
    /// A file for what the scenarios reported.
    pub json: Option<&'a Path>,
    /// End with the table of verdicts, in place of the landings, which an emulated processor runs.
    pub plain: bool,
}

/// Runs the demo; true if everything was good.
pub fn demo(options: &Options<'_>) -> Result<bool> {
    let Options { party, json, plain } = *options;
    let all = || vec![Party::Threads, Party::Interrupts, Party::Cores];
    let parties = party.map_or_else(all, |one| vec![one]);
    let emulates = parties.iter().any(|party| !party.boards().is_empty());
    announce(&parties, emulates && !setup::is_complete());
    // Installing waits for the network and the disk, compiling for the processor.
    thread::scope(|threads| {
        let on_host = parties.iter().any(|party| party.boards().is_empty());
        let building = on_host.then(|| threads.spawn(host_program));
        if emulates {
            setup::setup(Say::Changes)?;
        }
        match building.map(ScopedJoinHandle::join) {
            Some(Ok(built)) => built.map(drop),
            Some(Err(panic)) => resume_unwind(panic),
            None => Ok(()),
        }
    })?;
    let mut runs = Vec::new();
    for party in parties {
        for board in party.boards() {
            let machine = Machine::named(board).context("no such board")?;
            runs.push(on_board(party, machine)?);
        }
        if party.boards().is_empty() {
            runs.push(on_host(party)?);
        }
    }
    let verdicts = Verdicts {
        scenarios: SCENARIOS,
        runs,
    };
    if let Some(path) = json {
        write_json(path, &verdicts.json())?;
    }
    let landed = if plain || !emulates {
        println!("\n{}", verdicts.table());
        Ok(())
    } else {
        landings()
    };
    // Before an error of the landings, which would end the report.
    let faults = verdicts.faults();
    for fault in &faults {
        println!("{fault}");
    }
    landed?;
    Ok(faults.is_empty())
}

/// What an interrupt does at each instruction of the examples: a line for each version, and the page.
fn landings() -> Result<()> {
    let record = look::record(|_| true)?;
    println!("\nAn interrupt before each instruction of main, one run for each:\n");
    print!("{}", lines(&record, look::paint()));
    println!("\n{LEGEND}");
    look::write_page(&record, None)
}

/// The durations are of a machine with two cores.
fn announce(parties: &[Party], needs_setup: bool) {
    let place = |party: &Party| match party.boards() {
        [] => format!("{} on this machine", party.name()),
        boards => format!("{} on {}", party.name(), boards.join(", ")),
    };
    let places: Vec<_> = parties.iter().map(place).collect();
    println!(
        "demo: {} scenarios with {}",
        SCENARIOS.len(),
        places.join("; ")
    );
    if needs_setup {
        println!(
            "demo: first installs what is missing, in two or three minutes (`cargo xtask setup --check` lists it)"
        );
    }
    println!(
        "demo: builds a program for each, in about a minute the first time, and runs it in a few seconds"
    );
}

fn host_program() -> Result<PathBuf> {
    let mut build = host_cargo();
    build.args(["build", "--quiet", "--release", "--package", "host-demo"]);
    during("building host-demo", || executable(&mut build, "host-demo"))
}

fn on_host(party: Party) -> Result<Run> {
    let mut demo = Command::new(host_program()?);
    if party == Party::Absent {
        demo.args(["--party", party.name()]);
    }
    demo.current_dir(runner::root())
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    println!("\n== {} on this machine", party.name());

    let mut transcript = Transcript::default();
    let mut say = |line: &str| {
        println!("{line}");
        transcript.push(line);
    };
    let mut lines = Lines::default();
    let mut process = Process::spawn(&mut demo, LIMIT, (), ()).context("host-demo")?;
    let failure = loop {
        match process.wait()? {
            Next::Chunk((), bytes) => lines.push(&bytes, &mut say),
            Next::Ended(status) if status.success() => break None,
            Next::Ended(status) => break Some(format!("host-demo failed ({status})")),
            Next::TimedOut => {
                break Some(format!(
                    "host-demo was still running after {} s",
                    LIMIT.as_secs()
                ));
            }
        }
    };
    lines.finish(&mut say);
    Ok(Run::new(party, None, transcript, failure))
}

fn on_board(party: Party, machine: &'static Machine) -> Result<Run> {
    let elf = during(
        &format!("building embedded-demo for {}", machine.name),
        || firmware("embedded-demo", "embedded-demo", machine.target, &[]),
    )?;
    let options = qemu::Options {
        machine,
        icount: machine.counts_instructions.then_some(ICOUNT),
        timeout: LIMIT,
    };
    println!("\n== {} on {}", party.name(), machine.name);
    let mut transcript = Transcript::default();
    let end = qemu::run(&elf, &options, Input::Bytes(Vec::new()), |event| {
        if let Event::Log(line) = event {
            println!("{line}");
            transcript.push(&line.message);
        }
    })?;
    let failure = (!end.is_success()).then(|| end.to_string());
    Ok(Run::new(party, Some(machine.name), transcript, failure))
}
