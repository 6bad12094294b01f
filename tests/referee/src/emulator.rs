//! A QEMU that waits for a debugger.

use core::time::Duration;
use std::{
    os::{fd::OwnedFd, unix::net::UnixStream},
    path::Path,
    process::{ExitStatus, Stdio},
};

use anyhow::{Context, Result, bail, ensure};
use runner::{
    child::{Next, Process},
    qemu::Machine,
};

use crate::gdb::Gdb;

/// The limit of a QEMU that nothing ends.
const LIMIT: Duration = Duration::from_secs(900);

/// A running QEMU, whose processor executes nothing until the debugger asks for it.
#[derive(Debug)]
pub(crate) struct Emulator {
    pub(crate) gdb: Gdb,
    process: Process<()>,
}

impl Emulator {
    /// Starts the machine with the program at `elf` in its memory.
    pub(crate) fn start(machine: &str, arguments: &[&str], elf: &Path) -> Result<Self> {
        let machine = Machine::named(machine).context("the runner has the machine")?;
        let (ours, theirs) = UnixStream::pair()?;
        let mut qemu = machine.emulator(elf);
        qemu.args(arguments)
            .args(["-nographic", "-monitor", "none", "-serial", "null", "-S"])
            .args(["-chardev", "socket,id=gdb,fd=0", "-gdb", "chardev:gdb"])
            .stdin(OwnedFd::from(theirs))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let process =
            Process::spawn(&mut qemu, LIMIT, (), ()).with_context(|| machine.absence())?;
        // The command keeps its copy of QEMU's end; without it the end of QEMU is the end of the stream.
        drop(qemu);
        let gdb = Gdb::new(ours)?;
        Ok(Self { gdb, process })
    }

    /// Ends QEMU, which must have run until now and must not have complained.
    pub(crate) fn end(self) -> Result<()> {
        let Self { gdb, mut process } = self;
        gdb.kill()?;
        let (status, said) = output(&mut process)?;
        ensure!(status.success(), "QEMU ended with {status}: {said}");
        let complaints = said
            .lines()
            .filter(|line| !line.ends_with("Terminated via GDBstub"));
        let complaints: Vec<_> = complaints.collect();
        ensure!(
            complaints.is_empty(),
            "QEMU complained: {}",
            complaints.join("\n")
        );
        Ok(())
    }
}

fn output(process: &mut Process<()>) -> Result<(ExitStatus, String)> {
    let mut said = Vec::new();
    loop {
        match process.wait()? {
            Next::Chunk((), bytes) => said.extend(bytes),
            Next::Ended(status) => {
                return Ok((status, String::from_utf8_lossy(&said).into_owned()));
            }
            Next::TimedOut => bail!("QEMU does not end"),
        }
    }
}
