//! A client of the GDB remote protocol (*Debugging with GDB*, appendix E), as much of it as QEMU's stub offers.
//!
//! crates.io has servers of the protocol, and no client that is kept.

use core::{mem, time::Duration};
use std::{
    io::{ErrorKind, Read, Write},
    os::unix::net::UnixStream,
};

use anyhow::{Context, Result, bail, ensure};

/// No command takes as long, and no code between two breakpoints.
const LIMIT: Duration = Duration::from_secs(10);
/// How many bytes of memory fit a packet: QEMU's are of 4096 characters.
const CHUNK: usize = 2000;

/// The code did not reach a breakpoint.
#[derive(Debug)]
pub(crate) struct RunsOn;

impl core::fmt::Display for RunsOn {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "QEMU did not stop within {} s", LIMIT.as_secs())
    }
}

impl core::error::Error for RunsOn {}

/// A connection to a stopped processor.
#[derive(Debug)]
pub struct Gdb {
    stream: UnixStream,
    unread: Vec<u8>,
    /// Commands that are sent with the next one whose answer matters. A round trip costs as much as a hundred
    /// instructions.
    unsent: String,
    /// How many `OK` they will bring.
    unanswered: usize,
}

impl Gdb {
    pub(crate) fn new(stream: UnixStream) -> Result<Self> {
        stream.set_read_timeout(Some(LIMIT))?;
        let mut gdb = Self {
            stream,
            unread: Vec::new(),
            unsent: String::new(),
            unanswered: 0,
        };
        // Registers have the layout of the description only for a client that has read it.
        gdb.document("target.xml")?;
        // A step lets interrupts in.
        gdb.done("Qqemu.sstep=1")?;
        Ok(gdb)
    }

    /// A document that describes the target.
    pub fn document(&mut self, name: &str) -> Result<String> {
        let mut text = String::new();
        loop {
            let at = text.len();
            let part = self.ask(&format!("qXfer:features:read:{name}:{at:x},800"))?;
            let (more, part) = part
                .split_at_checked(1)
                .context("the part has no first letter")?;
            ensure!(
                more == "m" || more == "l",
                "there is no {name}: {more}{part}"
            );
            text += part;
            if more == "l" {
                return Ok(text);
            }
        }
    }

    pub fn register(&mut self, number: usize) -> Result<u32> {
        let answer = self.ask(&format!("p{number:x}"))?;
        let words = words(&answer)?;
        ensure!(words.len() == 1, "register {number}: {answer}");
        Ok(words[0])
    }

    pub fn set_register(&mut self, number: usize, value: u32) -> Result<()> {
        self.done(&format!("P{number:x}={:08x}", value.swap_bytes()))
    }

    /// The general registers.
    pub fn registers(&mut self) -> Result<Vec<u32>> {
        words(&self.ask("g")?)
    }

    pub fn set_registers(&mut self, registers: &[u32]) -> Result<()> {
        let values = registers
            .iter()
            .map(|value| format!("{:08x}", value.swap_bytes()));
        self.done(&format!("G{}", values.collect::<String>()))
    }

    pub fn read(&mut self, address: u32, len: usize) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        while bytes.len() < len {
            let size = CHUNK.min(len - bytes.len());
            let answer = self.ask(&format!("m{:x},{size:x}", address as usize + bytes.len()))?;
            ensure!(
                answer.len() == 2 * size,
                "{address:#x} is no memory: {answer}"
            );
            for at in (0..answer.len()).step_by(2) {
                bytes.push(u8::from_str_radix(&answer[at..at + 2], 16)?);
            }
        }
        Ok(bytes)
    }

    /// Writes bytes: to flash as well, and to no device.
    pub fn write(&mut self, address: u32, bytes: &[u8]) -> Result<()> {
        self.restore(&Content::new(address, bytes))
    }

    /// Writes what memory had.
    pub fn restore(&mut self, content: &Content) -> Result<()> {
        content.0.iter().try_for_each(|packet| self.post(packet))
    }

    pub fn word(&mut self, address: u32) -> Result<u32> {
        let bytes = self.read(address, 4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// Executes one instruction, or takes an interrupt.
    pub fn step(&mut self) -> Result<()> {
        self.stops("s")
    }

    /// Executes instructions up to a breakpoint. A breakpoint at the first of them stops at once.
    pub fn go_on(&mut self) -> Result<()> {
        self.stops("c")
    }

    pub fn break_at(&mut self, address: u32) -> Result<()> {
        self.done(&format!("Z0,{address:x},2"))
    }

    pub fn unbreak_at(&mut self, address: u32) -> Result<()> {
        self.done(&format!("z0,{address:x},2"))
    }

    /// Ends QEMU; it does not answer.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.settle()?;
        self.stream.write_all(packet("k").as_bytes())?;
        Ok(())
    }

    /// A command without an answer of its own. A refusal is an error of the next command that has one.
    pub fn done(&mut self, command: &str) -> Result<()> {
        self.post(&packet(command))
    }

    fn post(&mut self, packet: &str) -> Result<()> {
        self.unsent += packet;
        self.unanswered += 1;
        // More, and QEMU's answers might fill the socket while nothing reads them.
        if self.unsent.len() > 8 * CHUNK {
            self.settle()?;
        }
        Ok(())
    }

    /// Sends the commands that wait, and reads their answers.
    fn settle(&mut self) -> Result<()> {
        self.stream.write_all(self.unsent.as_bytes())?;
        self.unsent.clear();
        for _ in 0..mem::take(&mut self.unanswered) {
            let answer = self.receive()?;
            ensure!(answer == "OK", "QEMU refuses a command: {answer:?}");
        }
        Ok(())
    }

    /// Resets the machine, and leaves it stopped.
    pub fn reset(&mut self) -> Result<()> {
        // QEMU resets it after this command and before the next one, which is sent when this one is answered.
        let command: String = "system_reset"
            .bytes()
            .map(|it| format!("{it:02x}"))
            .collect();
        let answer = self.ask(&format!("qRcmd,{command}"))?;
        ensure!(answer == "OK", "QEMU answers {answer:?} to a reset");
        Ok(())
    }

    fn stops(&mut self, command: &str) -> Result<()> {
        let answer = self.ask(command)?;
        ensure!(answer.starts_with("T05"), "QEMU stopped with {answer}");
        Ok(())
    }

    fn ask(&mut self, command: &str) -> Result<String> {
        self.unsent += &packet(command);
        let answer = self.settle().and_then(|()| self.receive());
        answer.with_context(|| format!("to {command:.40}"))
    }

    /// The next packet: `$…#` and a checksum of two digits. The command that follows acknowledges it.
    fn receive(&mut self) -> Result<String> {
        loop {
            let start = self.unread.iter().position(|&byte| byte == b'$');
            let end = self.unread.iter().position(|&byte| byte == b'#');
            if let (Some(start), Some(end)) = (start, end)
                && end + 2 < self.unread.len()
            {
                let packet: Vec<u8> = self.unread.drain(..end + 3).collect();
                return Ok(String::from_utf8(packet[start + 1..end].to_vec())?);
            }
            let mut buffer = [0; 4096];
            match self.stream.read(&mut buffer) {
                Ok(0) => bail!("QEMU ended"),
                Ok(len) => self.unread.extend_from_slice(&buffer[..len]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => bail!(RunsOn),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// What memory has, as the packets that write it.
#[derive(Clone, Debug)]
pub struct Content(Vec<String>);

impl Content {
    /// These bytes, at this address.
    #[must_use]
    pub fn new(address: u32, bytes: &[u8]) -> Self {
        let chunks = bytes.chunks(CHUNK).enumerate();
        let commands = chunks.map(|(at, chunk)| {
            let text: String = chunk.iter().map(|byte| format!("{byte:02x}")).collect();
            let address = address as usize + at * CHUNK;
            packet(&format!("M{address:x},{:x}:{text}", chunk.len()))
        });
        Self(commands.collect())
    }
}

/// A command with its checksum.
fn packet(command: &str) -> String {
    let sum = command.bytes().fold(0, u8::wrapping_add);
    format!("${command}#{sum:02x}")
}

/// Words of eight digits, the lowest byte first.
fn words(text: &str) -> Result<Vec<u32>> {
    ensure!(text.len().is_multiple_of(8), "no registers: {text}");
    let starts = (0..text.len()).step_by(8);
    let words = starts.map(|at| {
        let word = u32::from_str_radix(&text[at..at + 8], 16);
        Ok(word
            .with_context(|| format!("no registers: {text}"))?
            .swap_bytes())
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_are_words_with_the_lowest_byte_first() {
        assert_eq!(words("78563412ff000000").unwrap(), [0x1234_5678, 0xff]);
        assert!(words("E01").is_err() && words("xxxxxxxx").is_err());
    }

    #[test]
    fn commands_are_sent_with_the_next_one_whose_answer_matters() {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let mut gdb = Gdb {
            stream: ours,
            unread: Vec::new(),
            unsent: String::new(),
            unanswered: 0,
        };
        gdb.done("Z0,0,2").unwrap();
        theirs.write_all(b"+$OK#9a+$T05thread:01;#07").unwrap();
        gdb.step().unwrap();
        let mut sent = [0; 15];
        theirs.read_exact(&mut sent).unwrap();
        assert_eq!(&sent, b"$Z0,0,2#44$s#73");
        gdb.done("z0,0,2").unwrap();
        theirs.write_all(b"+$E22#a9+$T05thread:01;#07").unwrap();
        assert!(gdb.step().is_err(), "a refusal");
        drop(theirs);
        assert!(gdb.step().is_err(), "the end");
    }
}
