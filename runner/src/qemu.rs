//! Runs firmware in QEMU: passes on its log messages and the bytes of its UART, and returns how it ended.
//! Prints only errors: QEMU's own, and that of the input.
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
    /// A signal ended QEMU: it aborts if the processor locks up, and at SIGTERM it leaves with exit code 0.
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
            Next::Ended(status) => break errors.judge(status, log.is_inside_frame()),
        }
    };
    errors.print_unless_in(&end);
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

/// QEMU's standard error: passed on, except for known meaningless lines, and searched for two kinds of lines of
/// QEMU itself. Its errors share exit code 1 with the firmware, and its end at a signal shares exit code 0.
struct Errors {
    machine: &'static Machine,
    lines: Lines,
    /// The first error, which [`End::Refused`] may contain; not printed so far.
    complaint: Option<String>,
    /// The signal at which QEMU has ended itself.
    signal: Option<i32>,
}

impl Errors {
    fn new(machine: &'static Machine) -> Self {
        Self {
            machine,
            lines: Lines::default(),
            complaint: None,
            signal: None,
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        self.lines.push(bytes, |line| {
            if self.machine.noise.contains(&line) {
                return;
            }
            let words = line
                .strip_prefix(self.machine.program)
                .and_then(|rest| rest.strip_prefix(": "))
                .filter(|words| !words.starts_with("warning: "));
            if let Some(signal) = words.and_then(terminating_signal) {
                self.signal = Some(signal);
            }
            match words {
                Some(words) if self.signal.is_none() && self.complaint.is_none() => {
                    self.complaint = Some(words.to_owned());
                }
                _ => eprintln!("{line}"),
            }
        });
    }

    fn judge(&self, status: ExitStatus, is_log_truncated: bool) -> End {
        if let Some(signal) = status.signal().or(self.signal) {
            return End::Signal(signal);
        }
        match (status.code(), &self.complaint) {
            _ if is_log_truncated => End::Malformed,
            (Some(1), Some(words)) => End::Refused(words.clone()),
            (code, _) => End::Exit(code.unwrap_or(1)),
        }
    }

    /// Prints the first error, unless the end contains it.
    fn print_unless_in(&self, end: &End) {
        if let (Some(words), false) = (&self.complaint, matches!(end, End::Refused(_))) {
            eprintln!("{}: {words}", self.machine.program);
        }
    }
}

/// The signal in a message like "terminating on signal 15 from pid 1 (init)".
fn terminating_signal(words: &str) -> Option<i32> {
    let number = words
        .strip_prefix("terminating on signal ")?
        .split(' ')
        .next()?;
    number.parse().ok()
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
        let terminating = "qemu-system-unheard-of: terminating on signal 15 from pid 7 (make)";
        let after_an_error = "qemu-system-unheard-of: no such device\n\
                              qemu-system-unheard-of: terminating on signal 15";
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
            (terminating, 0, End::Signal(15)),
            (after_an_error, 0, End::Signal(15)),
        ] {
            let mut errors = Errors::new(&NO_EMULATOR);
            errors.push(format!("{said}\n").as_bytes());
            let status = ExitStatus::from_raw(raw);
            assert_eq!(errors.judge(status, false), end, "{said}");
            // A signal may end QEMU inside a message; the firmware may not.
            let is_signal = matches!(end, End::Signal(_));
            let truncated = if is_signal { end } else { End::Malformed };
            assert_eq!(errors.judge(status, true), truncated, "{said}");
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
