//! The command line of `cargo xtask`.

use core::time::Duration;
use std::{
    io::{IsTerminal, stdin},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Result;
use clap::Parser;
use runner::qemu::{Input, MACHINES, Machine, Options};
use xtask::{
    bench, console, cost,
    demo::{self, Party},
    look, models,
    setup::{self, Say},
    test::{self, Selection},
};

/// Set-up, demos, tests and measurements of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Install what this machine lacks: the bare-metal targets and QEMU
    Setup {
        /// Only print what is missing (exit code 1 if anything is); change nothing
        #[arg(long)]
        check: bool,
    },
    /// Run both demos, then every example with an interrupt before each instruction, and write the page of that
    Demo {
        /// This party only; by default every party that interferes
        #[arg(long)]
        party: Option<Party>,
        /// Write the report of every scenario to this file
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
        /// End with a table of verdicts, in place of the landings; so does a party of this machine
        #[arg(long)]
        plain: bool,
    },
    /// Write a page with every landing of an interrupt in every example, and print its path
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
    /// Run the set-up, then every test
    Test {
        /// Run only this stage
        #[arg(long, value_name = "STAGE")]
        only: Option<String>,
        /// Run this stage and all later ones
        #[arg(long, value_name = "STAGE", conflicts_with = "only")]
        from: Option<String>,
        /// After a failed stage, run the others too
        #[arg(long)]
        keep_going: bool,
    },
    /// Run one stage as `test` does beside others
    #[command(hide = true)]
    Stage {
        /// The stage
        name: String,
    },
    /// Run every model: all interleavings, and weak memory
    Models,
    /// Apply each mutant of the library, and check that its models fail
    Mutants {
        /// Only mutants whose name contains this
        name: Option<String>,
    },
    /// Compare with every peer and print a table: time on 1, 2 and 8 threads, or instructions
    Bench {
        /// Only contests whose name contains this
        #[arg(long, value_name = "NAME")]
        only: Option<String>,
        /// Short rounds: they show that everything runs, their ratios are unreliable
        #[arg(long)]
        quick: bool,
        /// Count instructions under valgrind instead of measuring time
        #[arg(long, conflicts_with = "quick")]
        instructions: bool,
        /// Write the rows to this file
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
    },
    /// Count the instructions of each operation, and those with interrupts masked; print a table
    Cost {
        /// Every target, back end and profile, instead of the main board's smallest
        #[arg(long)]
        all: bool,
        /// Write a row for each operation and build to this file
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
        /// Accept the measurements: write core/COST.md
        #[arg(long)]
        pin: bool,
    },
    /// Run firmware in QEMU, print its log, and exit with its code (cargo's runner in embedded-demo/)
    ///
    /// Standard input goes to the firmware's UART, followed by one EOT byte. Without this command,
    /// QEMU and defmt-print show the log alone:
    /// qemu-system-arm -machine microbit -nographic -monitor none -serial null
    /// -semihosting-config enable=on,target=native -kernel ELF | defmt-print -e ELF
    Qemu {
        /// The machine to emulate
        #[arg(long, value_parser = machine)]
        machine: &'static Machine,
        /// Count instructions instead of time, 2^SHIFT ns each: every run is the same
        #[arg(long, value_name = "SHIFT", value_parser = clap::value_parser!(u8).range(0..=10))]
        icount: Option<u8>,
        /// Time limit in seconds [default: 60; 600 if standard input is a terminal]
        #[arg(long, value_name = "S", value_parser = clap::value_parser!(u32).range(1..))]
        timeout: Option<u32>,
        /// Leave the UART unconnected, and do not read standard input
        #[arg(long)]
        no_uart: bool,
        /// The firmware
        elf: PathBuf,
    },
}

fn machine(name: &str) -> Result<&'static Machine, String> {
    Machine::named(name).ok_or_else(|| {
        let names: Vec<_> = MACHINES.iter().map(|machine| machine.name).collect();
        format!("the machines are {}", names.join(", "))
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
        Task::Demo { party, json, plain } => {
            let options = demo::Options {
                party,
                json: json.as_deref(),
                plain,
            };
            if !demo::demo(&options)? {
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
        Task::Stage { name } => return test::stage(&name),
        Task::Models => models::models()?,
        Task::Mutants { name } => models::mutants(name.as_deref())?,
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
            return console::run(&elf, &options, input);
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::Task;
    use clap::Parser as _;
    use std::fs;

    /// The arguments of each command in a text: the words after `cargo xtask`, and the options after `.ci/run`, which is
    /// `cargo xtask test`. A shell's variable is left out with what follows it.
    fn commands(text: &str) -> Vec<String> {
        let begins = [
            ("cargo xtask ", "cargo xtask "),
            (".ci/run --", "cargo xtask test --"),
        ];
        let found = begins.into_iter().flat_map(|(begin, stands_for)| {
            text.split(begin).skip(1).map(move |rest| {
                let end = |it: char| "\n`|#;$)…".contains(it);
                let arguments = rest.split(end).next().unwrap_or_default();
                let command = format!("{stands_for}{arguments}");
                command.trim_end_matches(['"', ' ']).to_owned()
            })
        });
        found.filter(|it| it != "cargo xtask").collect()
    }

    /// The words of a command line; quotes hold several together.
    fn words(command: &str) -> Vec<String> {
        let parts = command.split('"').enumerate();
        let words = parts.flat_map(|(at, part)| {
            if at % 2 == 1 {
                vec![part.to_owned()]
            } else {
                part.split_whitespace().map(str::to_owned).collect()
            }
        });
        // `xtask` is the program's name.
        words.skip(1).collect()
    }

    fn unknown(text: &str) -> Vec<String> {
        let mut commands = commands(text);
        commands.retain(|command| {
            let mut words = words(command);
            // The stage stands in a variable.
            if command.ends_with("--only") {
                words.push("fmt".into());
            }
            let stage = words.iter().skip_while(|it| *it != "--only").nth(1);
            let is_stage = |it: &String| words[1] != "test" || xtask::test::has_stage(it);
            Task::try_parse_from(&words).is_err() || !stage.is_none_or(is_stage)
        });
        commands
    }

    #[test]
    fn every_command_of_ci_and_of_the_documents_exists() {
        let files = [
            ".ci/run",
            ".github/workflows/ci.yml",
            ".github/workflows/weekly.yml",
            "CONTRIBUTING.md",
            "README.md",
            "core/COST.md",
            "docs/PERFORMANCE.md",
        ];
        for file in files {
            let text = fs::read_to_string(runner::root().join(file)).unwrap();
            assert!(!commands(&text).is_empty(), "{file} names no command");
            assert_eq!(unknown(&text), [""; 0], "{file}");
        }
    }

    #[test]
    fn a_command_or_a_stage_that_does_not_exist_is_found() {
        for planted in [
            "run: cargo xtask tests\n",
            "`cargo xtask test --only docs`",
            ".ci/run --from-start \"$stage\"",
        ] {
            assert_eq!(unknown(planted).len(), 1, "{planted}");
        }
        assert_eq!(
            unknown("cargo xtask bench --only \"a task\"  # one\n"),
            [""; 0]
        );
    }
}
