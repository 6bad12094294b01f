//! The programs of `tests/boards`: run in QEMU, or searched for instructions.

use core::time::Duration;
use runner::{
    qemu::{self, End, Event, Input, Machine, Options},
    toolchain::firmware,
};
use std::path::{Path, PathBuf};

mod back_end;
mod disassembly;
mod examples;
mod exhaustion;
mod gap;
mod machine_mode;
mod masking;
mod newcomer;
mod panics;
mod readme;
mod refusals;
mod second_pass;
mod wide;

/// The directory of the package, from the repository's root.
const PACKAGE: &str = "tests/boards";

/// The time limit; only firmware that hangs reaches it.
const PLENTY: Duration = Duration::from_secs(120);

/// Every instruction takes 64 ns: time is virtual, and every run is the same.
const COUNTED: Option<u8> = Some(6);

/// The end of a run, and its messages.
#[derive(Debug, PartialEq)]
struct Ran {
    end: End,
    messages: Vec<String>,
}

fn board(name: &str) -> &'static Machine {
    Machine::named(name).unwrap()
}

fn build(board: &Machine, program: &str, features: &[&str]) -> PathBuf {
    firmware(PACKAGE, program, board.target, features).unwrap()
}

fn run_within(limit: Duration, board: &'static Machine, elf: &Path) -> Ran {
    let options = Options {
        machine: board,
        icount: COUNTED,
        timeout: limit,
    };
    let mut messages = Vec::new();
    let end = qemu::run(elf, &options, Input::Unconnected, |event| {
        if let Event::Log(line) = event {
            messages.push(line.message.clone());
        }
    })
    .unwrap();
    Ran { end, messages }
}

/// Builds and runs a program that must succeed; returns its messages.
fn says(board: &'static Machine, program: &str, features: &[&str]) -> Vec<String> {
    let ran = run_within(PLENTY, board, &build(board, program, features));
    let name = board.name;
    assert_eq!(ran.end, End::Exit(0), "{program} on {name}: {ran:?}");
    ran.messages
}
