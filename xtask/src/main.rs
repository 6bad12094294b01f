//! The command line of the project's chores: `cargo xtask --help`.

use core::time::Duration;
use std::{
    io::{self, IsTerminal, Write, stdin, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Result;
use clap::Parser;
use runner::qemu::{self, Event, Input, MACHINES, Machine, Options};
use xtask::{
    bench, cost,
    demo::{self, Party},
    look,
    models::{self, Extent, mutants},
    setup::{self, Say},
    sweep,
    test::{self, Selection},
};

/// The project's chores.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Install what this machine lacks: the bare-metal targets and QEMU
    Setup {
        /// Only tell what is missing (exit code 1 if anything is); change nothing
        #[arg(long)]
        check: bool,
    },
    /// Run both demos, and end with a table of verdicts
    Demo {
        /// One party only, in place of all that are somebody
        #[arg(long)]
        party: Option<Party>,
        /// Write what every scenario said to this file
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
    },
    /// Write a page with every landing of an interrupt in every example, and tell where it is
    Look {
        /// Where to write it [default: target/look/indivisible.html]
        #[arg(long, value_name = "FILE")]
        page: Option<PathBuf>,
        /// Write the record that the page draws to this file, too; look/schema.json describes it
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
        /// Write the picture of the README to docs/
        #[arg(long)]
        svg: bool,
    },
    /// Draw one landing of an interrupt in the terminal; without a name, list the examples
    Land {
        /// The example
        example: Option<String>,
        /// The instruction of main before which the interrupt becomes pending
        #[arg(value_parser = look::address)]
        address: Option<u32>,
    },
    /// Set up, then run every test
    Test {
        /// Run this stage alone
        #[arg(long, value_name = "STAGE")]
        only: Option<String>,
        /// Run this stage and those after it
        #[arg(long, value_name = "STAGE", conflicts_with = "only")]
        from: Option<String>,
        /// Run the other stages, too, after one that fails
        #[arg(long)]
        keep_going: bool,
    },
    /// Run every model: all interleavings, and weak memory
    Models,
    /// Plant bugs in the library, and see which model notices each
    Mutants {
        /// Only mutants whose name has this
        name: Option<String>,
    },
    /// Interrupt every operation at every instruction, and end with a table
    Sweep {
        /// This board only
        #[arg(long)]
        board: Option<String>,
        /// Only operations whose name has this: an object, an operation, or OBJECT::OPERATION
        #[arg(long, value_name = "NAME")]
        op: Option<String>,
        /// How many interrupts there are: 2 is a second one, of higher priority, in and after the first
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=2))]
        depth: u32,
        /// Write a row for each pair of operations to this file
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
        /// Take the masked windows that are found for right: write them to tests/firmware/masked.tsv
        #[arg(long)]
        pin: bool,
    },
    /// Compare with every peer: time on 1, 2 and 8 threads, or instructions; ends with a table
    Bench {
        /// Only what has this in its name
        #[arg(long, value_name = "NAME")]
        only: Option<String>,
        /// Short rounds that show no more than that everything works
        #[arg(long)]
        quick: bool,
        /// Count instructions under valgrind, in place of time
        #[arg(long, conflicts_with = "quick")]
        instructions: bool,
        /// Write the rows to this file
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
    },
    /// Count what each operation executes, and how much of it with interrupts masked; ends with a table
    Cost {
        /// Every target, back end and profile, in place of the main board's smallest
        #[arg(long)]
        all: bool,
        /// Write a row for each operation and build to this file
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
        /// Take what is measured for right: write core/COST.md
        #[arg(long)]
        pin: bool,
    },
    /// Run firmware in QEMU, print its log, and exit with its code (cargo's runner in embedded-demo/)
    ///
    /// Standard input goes to the firmware's UART, and one EOT byte at its end. Without this command,
    /// QEMU and defmt-print show the log alone:
    /// qemu-system-arm -machine microbit -nographic -monitor none -serial null
    /// -semihosting-config enable=on,target=native -kernel ELF | defmt-print -e ELF
    Qemu {
        /// The machine to emulate
        #[arg(long, value_parser = machine)]
        machine: &'static Machine,
        /// Count instructions instead of time, each taking 2^SHIFT ns: every run is the same
        #[arg(long, value_name = "SHIFT", value_parser = clap::value_parser!(u8).range(0..=10))]
        icount: Option<u8>,
        /// Seconds until the run is given up [default: 60; 600 if somebody may be typing]
        #[arg(long, value_name = "S", value_parser = clap::value_parser!(u32).range(1..))]
        timeout: Option<u32>,
        /// Leave the UART unconnected and standard input alone
        #[arg(long)]
        no_uart: bool,
        /// The firmware
        elf: PathBuf,
    },
}

fn machine(name: &str) -> Result<&'static Machine, String> {
    Machine::named(name).ok_or_else(|| {
        let names: Vec<_> = MACHINES.iter().map(|machine| machine.name).collect();
        format!("known are {}", names.join(", "))
    })
}

fn main() -> ExitCode {
    perform(Task::parse()).unwrap_or_else(|error| {
        eprintln!("xtask: {error:#}");
        ExitCode::FAILURE
    })
}

fn perform(task: Task) -> Result<ExitCode> {
    match task {
        Task::Setup { check: true } => {
            if !setup::check() {
                return Ok(ExitCode::FAILURE);
            }
        }
        Task::Setup { check: false } => setup::setup(Say::All)?,
        Task::Demo { party, json } => {
            if !demo::demo(party, json.as_deref())? {
                return Ok(ExitCode::FAILURE);
            }
        }
        Task::Look { page, json, svg } => look::look(page.as_deref(), json.as_deref(), svg)?,
        Task::Land { example, address } => look::land(example.as_deref(), address)?,
        Task::Test {
            only,
            from,
            keep_going,
        } => {
            let selection = only.map(Selection::Only).or(from.map(Selection::From));
            test::test(&selection.unwrap_or(Selection::All), keep_going)?;
        }
        Task::Models => models::models(Extent::Full)?,
        Task::Mutants { name } => {
            let selection = name
                .as_deref()
                .map_or(mutants::Selection::All, mutants::Selection::Named);
            mutants::mutants(selection)?;
        }
        Task::Sweep {
            board,
            op,
            depth,
            json,
            pin,
        } => {
            let options = sweep::Options {
                board: board.as_deref(),
                op: op.as_deref(),
                depth,
                json: json.as_deref(),
                pin,
            };
            if !sweep::sweep(&options)? {
                return Ok(ExitCode::FAILURE);
            }
        }
        Task::Bench {
            only,
            quick,
            instructions,
            json,
        } => bench::bench(&bench::Options {
            only: only.as_deref(),
            quick,
            instructions,
            json: json.as_deref(),
        })?,
        Task::Cost { all, json, pin } => {
            let options = cost::Options {
                all,
                json: json.as_deref(),
                pin,
                quiet: false,
            };
            if !cost::cost(&options)? {
                return Ok(ExitCode::FAILURE);
            }
        }
        Task::Qemu {
            machine,
            icount,
            timeout,
            no_uart,
            elf,
        } => {
            let input = if no_uart {
                Input::Unconnected
            } else {
                Input::Stdin
            };
            let typed = input == Input::Stdin && stdin().is_terminal();
            let seconds = timeout.unwrap_or(if typed { 600 } else { 60 });
            let options = Options {
                machine,
                icount,
                timeout: Duration::from_secs(seconds.into()),
            };
            return run_firmware(&elf, &options, input);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn run_firmware(elf: &Path, options: &Options, input: Input) -> Result<ExitCode> {
    let mut printed = Ok(());
    let mut inside_line = false;
    let end = qemu::run(elf, options, input, |event| {
        if printed.is_ok() {
            printed = print_event(&event, &mut inside_line);
        }
    })?;
    printed?;
    if !end.is_success() {
        eprintln!("xtask: {end}");
    }
    Ok(end.code().into())
}

/// Log messages begin a line of their own, also when the UART is in the middle of one.
fn print_event(event: &Event<'_>, inside_line: &mut bool) -> io::Result<()> {
    let mut out = stdout().lock();
    match event {
        Event::Log(line) => {
            if core::mem::take(inside_line) {
                writeln!(out)?;
            }
            writeln!(out, "{line}")?;
        }
        Event::Uart(bytes) => {
            out.write_all(bytes)?;
            *inside_line = !bytes.ends_with(b"\n");
        }
    }
    out.flush()
}
