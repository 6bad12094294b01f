//! Runs firmware in QEMU: passes on its log messages and the bytes of its UART, and returns how it ended.
//! Prints only QEMU's own errors.
//!
//! The log is defmt over semihosting, on QEMU's standard output. The first UART is a socket of its
//! own, so that the two are never mixed; QEMU gets its end as standard input, which nothing else uses.

mod decode;
mod machine;
mod uart;

use core::{fmt, time::Duration};
use std::{
    os::{fd::OwnedFd, unix::process::ExitStatusExt},
    path::Path,
    process::{Command, ExitStatus, Stdio},
};

use anyhow::{Context, Result, bail};

pub use decode::Line;
pub use machine::{MACHINES, Machine};
pub use uart::Input;

use crate::{
    child::{Lines, Next, Process},
    qemu::decode::{Elf, Malformed},
};

/// The settings of a run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The machine to emulate.
    pub machine: &'static Machine,
    /// Counts instructions instead of time: each takes 2^shift ns, and every run is the same.
    pub icount: Option<u8>,
    /// The time limit.
    pub timeout: Duration,
}

/// The output of the firmware.
#[derive(Debug)]
pub enum Event<'a> {
    /// A log message.
    Log(&'a Line),
    /// Bytes transmitted by the UART.
    Uart(&'a [u8]),
}

/// The end of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The firmware ended itself with this code.
    Exit(i32),
    /// QEMU was killed by a signal: it aborts if the processor locks up.
    Signal(i32),
    /// The time limit passed.
    TimedOut(Duration),
    /// The log broke off inside a message or contained bytes that are not a message.
    Malformed,
    /// QEMU itself refused, with this message.
    Refused(String),
}

impl End {
    /// The exit code: the firmware's own, or that of a shell for the same end.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::Exit(code) => u8::try_from(*code).unwrap_or(u8::MAX),
            Self::Signal(signal) => u8::try_from(128 + signal).unwrap_or(u8::MAX),
            Self::TimedOut(_) => 124,
            Self::Malformed => 125,
            Self::Refused(_) => 126,
        }
    }

    /// Whether the firmware ended itself and reported success.
    #[must_use]
    pub fn is_success(&self) -> bool {
        *self == Self::Exit(0)
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit(0) => write!(f, "the firmware succeeded"),
            Self::Exit(101) => write!(f, "the firmware panicked (exit code 101)"),
            Self::Exit(102) => write!(f, "the firmware ran into a HardFault (exit code 102)"),
            Self::Exit(code) => write!(f, "the firmware ended with exit code {code}"),
            Self::Signal(6) => write!(
                f,
                "QEMU aborted (signal 6), as it does when the processor locks up: a fault inside a \
                 fault handler"
            ),
            Self::Signal(signal) => write!(f, "QEMU was killed by signal {signal}"),
            Self::TimedOut(limit) => write!(
                f,
                "timed out: the firmware was still running after {} s",
                limit.as_secs_f64()
            ),
            Self::Malformed => write!(f, "the log contains a malformed or truncated defmt frame"),
            Self::Refused(words) => write!(f, "QEMU refused: {words}"),
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Stream {
    Log,
    Uart,
    Errors,
}

/// Runs the firmware to its end or to the time limit. `input` goes to its UART.
pub fn run(
    elf: &Path,
    options: &Options,
    input: Input,
    mut each: impl FnMut(Event<'_>),
) -> Result<End> {
    let firmware = Elf::read(elf, options.machine)?;
    let mut log = firmware.decoder();
    let mut errors = Errors::new(options.machine);

    let mut process = start(elf, options, input)?;
    let end = loop {
        match process.wait()? {
            Next::Chunk(Stream::Log, bytes) => {
                if let Err(Malformed) = log.push(&bytes, |line| each(Event::Log(line))) {
                    break End::Malformed;
                }
            }
            Next::Chunk(Stream::Uart, bytes) => each(Event::Uart(&bytes)),
            Next::Chunk(Stream::Errors, bytes) => errors.push(&bytes),
            Next::TimedOut => break End::TimedOut(options.timeout),
            Next::Ended(status) if log.is_inside_frame() && status.signal().is_none() => {
                break End::Malformed;
            }
            Next::Ended(status) => break errors.judge(status),
        }
    };
    Ok(end)
}

fn start(elf: &Path, options: &Options, input: Input) -> Result<Process<Stream>> {
    let machine = options.machine;
    let mut qemu = machine.emulator(elf);
    qemu.args(["-nographic", "-monitor", "none"])
        .args(["-semihosting-config", "enable=on,target=native"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(shift) = options.icount {
        if !machine.counts_instructions {
            bail!(
                "{} has several cores, which --icount would run in turn",
                machine.name
            );
        }
        qemu.args(["-icount", &format!("shift={shift},sleep=off")]);
    }
    let spawn = |qemu: &mut Command| {
        Process::spawn(qemu, options.timeout, Stream::Log, Stream::Errors)
            .with_context(|| machine.absence())
    };
    let Some((ours, theirs)) = input.connect()? else {
        return spawn(qemu.args(["-serial", "null"]));
    };
    qemu.args(["-chardev", "socket,id=uart,fd=0", "-serial", "chardev:uart"])
        .stdin(OwnedFd::from(theirs));
    let process = spawn(&mut qemu)?;
    process.read(ours.try_clone()?, Stream::Uart);
    input.feed(ours);
    Ok(process)
}

/// QEMU's standard error: passed on, except for known meaningless lines, and searched for errors of QEMU
/// itself, which share exit code 1 with the firmware's.
struct Errors {
    machine: &'static Machine,
    lines: Lines,
    complaint: Option<String>,
}

impl Errors {
    fn new(machine: &'static Machine) -> Self {
        Self {
            machine,
            lines: Lines::default(),
            complaint: None,
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        self.lines.push(bytes, |line| {
            if self.machine.noise.contains(&line) {
                return;
            }
            match line.strip_prefix(self.machine.program) {
                Some(words) if words.starts_with(": ") && !words.starts_with(": warning: ") => {
                    self.complaint.get_or_insert(words[2..].to_owned());
                }
                _ => eprintln!("{line}"),
            }
        });
    }

    fn judge(self, status: ExitStatus) -> End {
        match (status.signal(), status.code(), self.complaint) {
            (Some(signal), ..) => End::Signal(signal),
            (None, Some(1), Some(words)) => End::Refused(words),
            (None, code, _) => End::Exit(code.unwrap_or(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_EMULATOR: Machine = Machine {
        name: "microbit",
        target: "thumbv6m-none-eabi",
        program: "qemu-system-unheard-of",
        args: &[],
        elf_machine: 40,
        counts_instructions: false,
        noise: &["as always"],
    };

    fn refusal(icount: Option<u8>, input: Input) -> String {
        let options = Options {
            machine: &NO_EMULATOR,
            icount,
            timeout: Duration::from_secs(1),
        };
        let Err(error) = start(Path::new("firmware"), &options, input) else {
            panic!("there is no such emulator");
        };
        format!("{error:#}")
    }

    #[test]
    fn without_the_emulator_the_error_names_the_command_that_installs_it() {
        for input in [Input::Unconnected, Input::Bytes(vec![1])] {
            let refused = refusal(None, input);
            let expected = "qemu-system-unheard-of does not start; `cargo xtask setup` installs it";
            assert!(refused.starts_with(expected), "{refused}");
        }
    }

    #[test]
    fn several_cores_do_not_take_turns() {
        let refused = refusal(Some(6), Input::Unconnected);
        assert!(refused.contains("has several cores"), "{refused}");
    }

    #[test]
    fn an_error_of_the_emulator_is_distinguished_from_the_firmwares_code() {
        const EXIT_1: i32 = 1 << 8;
        const ABORTED: i32 = 6;
        let complaint = "qemu-system-unheard-of: no such device";
        for (said, raw, end) in [
            (complaint, EXIT_1, End::Refused("no such device".to_owned())),
            (
                "qemu-system-unheard-of: warning: slow",
                EXIT_1,
                End::Exit(1),
            ),
            ("another program: no such device", EXIT_1, End::Exit(1)),
            ("as always", EXIT_1, End::Exit(1)),
            (complaint, 0, End::Exit(0)),
            (complaint, 101 << 8, End::Exit(101)),
            (complaint, ABORTED, End::Signal(6)),
        ] {
            let mut errors = Errors::new(&NO_EMULATOR);
            errors.push(format!("{said}\n").as_bytes());
            assert_eq!(errors.judge(ExitStatus::from_raw(raw)), end, "{said}");
        }
    }

    #[test]
    fn no_two_ends_have_the_same_message_or_count_as_success() {
        let ends = [
            End::Exit(1),
            End::Exit(101),
            End::Exit(102),
            End::Signal(6),
            End::Signal(9),
            End::TimedOut(Duration::from_secs(2)),
            End::Malformed,
            End::Refused("no such device".to_owned()),
        ];
        let mut words: Vec<String> = ends.iter().map(End::to_string).collect();
        words.sort();
        words.dedup();
        assert_eq!(words.len(), ends.len(), "{words:#?}");
        assert!(ends.iter().all(|end| !end.is_success() && end.code() != 0));
    }
}
