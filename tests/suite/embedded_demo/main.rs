//! The embedded demo in QEMU: its log, how it ends, and planted faults in both.

use core::time::Duration;
use runner::{
    qemu::{self, End, Event, Input, Line, Machine, Options},
    toolchain::firmware,
};
use std::path::{Path, PathBuf};

mod checksum;
mod cores;
mod ends;
mod live;
mod stop_flag;
mod transcripts;

/// The time limit; only firmware that hangs reaches it.
const PLENTY: Duration = Duration::from_secs(120);

/// An instruction takes 64 ns, as in `cargo xtask demo`.
const COUNTED: Option<u8> = Some(6);

/// The log of a run, and its end.
#[derive(Debug, PartialEq)]
struct Ran {
    end: End,
    log: Vec<Line>,
    uart: String,
}

/// The boards of the embedded demo.
fn boards() -> impl Iterator<Item = &'static Machine> {
    ["microbit", "lm3s6965evb", "virt"]
        .map(|name| Machine::named(name).unwrap())
        .into_iter()
}

fn build(board: &Machine, program: &str, features: &[&str]) -> PathBuf {
    firmware("embedded-demo", program, board.target, features).unwrap()
}

/// Runs it with this input at its UART, followed by the end of the input.
fn run(board: &'static Machine, elf: &Path, icount: Option<u8>, input: &[u8]) -> Ran {
    run_within(PLENTY, board, elf, icount, input)
}

fn run_within(
    timeout: Duration,
    board: &'static Machine,
    elf: &Path,
    icount: Option<u8>,
    input: &[u8],
) -> Ran {
    let options = Options {
        machine: board,
        icount,
        timeout,
    };
    let (mut log, mut uart) = (Vec::new(), Vec::new());
    let end = qemu::run(
        elf,
        &options,
        Input::Bytes(input.to_vec()),
        |event| match event {
            Event::Log(line) => log.push(line.clone()),
            Event::Uart(bytes) => uart.extend_from_slice(bytes),
        },
    )
    .unwrap();
    Ran {
        end,
        log,
        uart: String::from_utf8_lossy(&uart).into_owned(),
    }
}

impl Ran {
    /// The log's messages, without level, time and place.
    fn messages(&self) -> Vec<&str> {
        self.log.iter().map(|line| line.message.as_str()).collect()
    }

    /// The first number in each message that contains these words.
    fn numbers<'a>(&'a self, words: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.messages()
            .into_iter()
            .filter(move |message| message.contains(words))
            .map(|message| {
                let mut digits = message
                    .split(|it: char| !it.is_ascii_digit())
                    .filter(|it| !it.is_empty());
                digits.next().unwrap().parse().unwrap()
            })
    }
}
