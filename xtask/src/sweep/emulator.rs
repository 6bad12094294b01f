//! Runs the firmware: for its report, for a trace of every instruction, for a disassembly.

use core::time::Duration;
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read, Write},
    path::PathBuf,
    process::{Command, ExitStatus, Stdio},
    thread,
};

use anyhow::{Context, Result, bail};

use super::{
    config::Config,
    image::Image,
    report::{Hang, Report, Sweep},
    trace::Trace,
};
use runner::child::{Lines, Next, Process};

/// A firmware and how to run it.
#[derive(Debug)]
pub(super) struct Emulator<'a> {
    pub(super) config: &'a Config,
    pub(super) elf: PathBuf,
    /// Only operations whose name has it.
    pub(super) op: Option<&'a str>,
}

/// What the firmware ends with when nothing goes on any more.
const HANG: i32 = 3;

/// How much longer than it should a run may take.
const LIMITS: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(900)];
const TRACE_LIMIT: Duration = Duration::from_secs(300);

#[derive(Debug, Clone, Copy)]
enum Stream {
    Report,
    /// QEMU's own words, and the trace.
    Errors,
}

impl Emulator<'_> {
    /// Runs every case, going around those that hang.
    pub(super) fn report(&self, depth: u32) -> Result<Report> {
        let limit = if depth == 1 { LIMITS[0] } else { LIMITS[1] };
        let mut hung: Vec<Sweep> = Vec::new();
        loop {
            let skip: BTreeSet<usize> = hung.iter().map(|it| it.index).collect();
            let qemu = self.qemu(depth, &skip)?;
            let (mut report, end) = self.run(qemu, limit, |line| {
                eprintln!("{}", String::from_utf8_lossy(line));
            })?;
            match end {
                Some(status) if status.success() && report.is_done => {
                    report.sweeps.append(&mut hung);
                    report.sweeps.sort_by_key(|sweep| sweep.index);
                    return Ok(report);
                }
                Some(status) if status.code() != Some(HANG) => self.fail(&report, status)?,
                _ => {}
            }
            // A hang, in whichever case was begun last.
            let mut last = report
                .sweeps
                .pop()
                .context("nothing was swept before the hang")?;
            last.hang.get_or_insert(Hang {
                main: None,
                stuck: None,
            });
            if skip.contains(&last.index) {
                bail!(
                    "{}: case {} was not skipped",
                    self.config.name(),
                    last.index
                );
            }
            hung.push(last);
        }
    }

    /// Runs every case but `skip` again at depth 1, and follows each instruction.
    pub(super) fn trace(&self, image: &Image, skip: &BTreeSet<usize>) -> Result<(Report, Trace)> {
        let mut trace = Trace::default();
        let mut qemu = self.qemu(1, skip)?;
        qemu.args([
            "-singlestep",
            "-d",
            "exec,nochain",
            "-dfilter",
            &image.filter(),
        ]);
        let (report, end) = self.run(qemu, TRACE_LIMIT, |line| trace.push(image, line))?;
        match end {
            Some(status) if status.success() && report.is_done => Ok((report, trace)),
            Some(status) => self.fail(&report, status),
            None => bail!("{}: the traced run does not end", self.config.name()),
        }
    }

    fn fail<T>(&self, report: &Report, status: ExitStatus) -> Result<T> {
        let name = self.config.name();
        match &report.panic {
            Some(words) => bail!("{name}: the firmware panicked: {words}"),
            None => bail!("{name}: the firmware ended early ({status})"),
        }
    }

    fn qemu(&self, depth: u32, skip: &BTreeSet<usize>) -> Result<Command> {
        let machine = self.config.machine()?;
        let mut arguments = format!("enable=on,target=native,arg=sweep,arg=depth={depth}");
        if let Some(op) = self.op {
            if op.contains([',', ' ']) {
                bail!(
                    "the name of an operation may not have a comma or a space here: a part of it will do"
                );
            }
            arguments.push_str(&format!(",arg=op={op}"));
        }
        if !skip.is_empty() {
            let list: Vec<_> = skip.iter().map(ToString::to_string).collect();
            arguments.push_str(&format!(",arg=skip={}", list.join(".")));
        }
        let mut qemu = machine.emulator(&self.elf);
        qemu.args(["-nographic", "-monitor", "none", "-serial", "null"])
            .args(["-semihosting-config", &arguments])
            .args(["-icount", &format!("shift={},sleep=off", self.config.shift)])
            .stdout(Stdio::piped());
        Ok(qemu)
    }

    /// The report, and how it ended; `None` for a time-out.
    fn run(
        &self,
        mut qemu: Command,
        limit: Duration,
        mut error: impl FnMut(&[u8]),
    ) -> Result<(Report, Option<ExitStatus>)> {
        let absence = self.config.machine()?.absence();
        let (errors, writer) = io::pipe()?;
        qemu.stderr(writer);
        let mut process = Process::spawn(&mut qemu, limit, Stream::Report, Stream::Errors)
            .with_context(|| absence)?;
        // It holds the writer, and the pipe ends with the last one.
        drop(qemu);
        process.read(Leisurely(errors), Stream::Errors);
        let (mut report, mut result) = (Report::default(), Ok(()));
        let mut lines = Lines::default();
        let mut begun: Vec<u8> = Vec::new();
        let end = loop {
            match process.wait()? {
                Next::Chunk(Stream::Report, bytes) => lines.push(&bytes, |line| {
                    if result.is_ok() {
                        result = report.push(line);
                    }
                }),
                Next::Chunk(Stream::Errors, bytes) => {
                    // By hand: a trace has millions of lines.
                    for part in bytes.split_inclusive(|byte| *byte == b'\n') {
                        begun.extend_from_slice(part);
                        if begun.ends_with(b"\n") {
                            begun.pop();
                            error(&begun);
                            begun.clear();
                        }
                    }
                }
                Next::Ended(status) => break Some(status),
                Next::TimedOut => break None,
            }
        };
        result?;
        Ok((report, end))
    }

    /// QEMU's disassembly of the functions, by address.
    pub(super) fn disassembly(&self, image: &Image) -> Result<BTreeMap<u32, String>> {
        let machine = self.config.machine()?;
        let mut child = machine
            .emulator(&self.elf)
            .args([
                "-display", "none", "-serial", "null", "-S", "-monitor", "stdio",
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| machine.absence())?;
        let mut questions = child.stdin.take().context("no way to ask QEMU")?;
        let script: String = image
            .functions
            .iter()
            .map(|it| format!("x/{}i {:#x}\n", image.instructions_of(it).count(), it.start))
            .chain(["quit\n".to_owned()])
            .collect();
        // From another thread: QEMU answers while it is still being asked.
        let asking = thread::spawn(move || questions.write_all(script.as_bytes()));
        let output = child.wait_with_output()?;
        let asked = asking.join();
        if !matches!(asked, Ok(Ok(()))) || !output.status.success() {
            bail!("QEMU did not disassemble ({})", output.status);
        }
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(text.lines().filter_map(disassembled).collect())
    }
}

/// Reads a stream of many short writes in larger pieces: a reader who is back at once is woken for each
/// line of a trace, which takes longer than all else together.
struct Leisurely<R>(R);

/// Far from enough for QEMU to fill a pipe.
const PAUSE: Duration = Duration::from_micros(500);

impl<R: Read> Read for Leisurely<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.0.read(buffer)?;
        if (1..buffer.len()).contains(&length) {
            thread::sleep(PAUSE);
        }
        Ok(length)
    }
}

/// `0x0000011a:  f3ef 8310  mrs      r3, primask`
fn disassembled(line: &str) -> Option<(u32, String)> {
    let (address, rest) = line.strip_prefix("0x")?.split_once(':')?;
    let words = rest.split_whitespace();
    let is_code = |word: &&str| word.len() >= 4 && word.bytes().all(|it| it.is_ascii_hexdigit());
    let text: Vec<&str> = words.skip_while(is_code).collect();
    Some((u32::from_str_radix(address, 16).ok()?, text.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_monitor_s_lines_are_taken_apart() {
        let line = "0x0000011a:  f3ef 8310  mrs      r3, primask\r";
        assert_eq!(disassembled(line), Some((0x11a, "mrs r3, primask".into())));
        let line = "0x80000014:  00000297          auipc                   t0,0";
        assert_eq!(disassembled(line), Some((0x8000_0014, "auipc t0,0".into())));
        assert_eq!(disassembled("(qemu) x/6i 0x11a"), None);
    }
}
