//! Decodes the bytes of a defmt stream to log lines.

use core::fmt;
use std::{fs, path::Path};

use anyhow::{Context, Result, bail, ensure};
use defmt_decoder::{DecodeError, Encoding, Locations, StreamDecoder, Table};

use super::machine::Machine;

/// One log message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The firmware's time stamp, empty if it has none.
    pub time: String,
    /// The level in capitals, empty for `println!`.
    pub level: String,
    /// The text.
    pub message: String,
    /// The place of the log statement, `file:line`, relative to the repository; empty without debug info.
    pub location: String,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.time.is_empty() {
            write!(f, "{} ", self.time)?;
        }
        write!(f, "{:5} {}", self.level, self.message)?;
        if !self.location.is_empty() {
            write!(f, "  ({})", self.location)?;
        }
        Ok(())
    }
}

/// The parts of a firmware's ELF file that the decoder needs.
pub(super) struct Elf {
    table: Table,
    locations: Locations,
}

/// The stream contains bytes that are not a frame.
pub(super) struct Malformed;

impl Elf {
    pub(super) fn read(path: &Path, machine: &Machine) -> Result<Self> {
        let shown = path.display();
        let bytes = fs::read(path).with_context(|| format!("cannot read the firmware {shown}"))?;
        // Little-endian 32-bit ELF, `e_machine` at 18.
        let Some((b"\x7fELF\x01\x01", kind)) = bytes.get(..6).zip(bytes.get(18..20)) else {
            bail!("{shown} is not a 32-bit ELF file");
        };
        ensure!(
            kind == machine.elf_machine.to_le_bytes(),
            "{shown} is built for another architecture than that of {} ({})",
            machine.name,
            machine.target
        );
        let table = Table::parse(&bytes)
            .with_context(|| format!("the defmt data of {shown} cannot be read"))?
            .with_context(|| {
                format!("{shown} has no .defmt section; is it linked with -Tdefmt.x?")
            })?;
        let locations = table
            .get_locations(&bytes)
            .with_context(|| format!("the debug info of {shown} cannot be read"))?;
        Ok(Self { table, locations })
    }

    pub(super) fn decoder(&self) -> Decoder<'_> {
        Decoder {
            elf: self,
            stream: self.table.new_stream_decoder(),
            last: None,
        }
    }
}

pub(super) struct Decoder<'a> {
    elf: &'a Elf,
    stream: Box<dyn StreamDecoder + Send + Sync + 'a>,
    last: Option<u8>,
}

impl Decoder<'_> {
    /// Adds bytes and calls `each` with the messages that they complete.
    pub(super) fn push(
        &mut self,
        bytes: &[u8],
        mut each: impl FnMut(&Line),
    ) -> Result<(), Malformed> {
        self.last = bytes.last().copied().or(self.last);
        self.stream.received(bytes);
        loop {
            match self.stream.decode() {
                Ok(frame) => {
                    let location = self.elf.locations.get(&frame.index());
                    each(&Line {
                        time: frame
                            .display_timestamp()
                            .map_or_else(String::new, |t| t.to_string()),
                        level: frame
                            .level()
                            .map_or_else(String::new, |l| l.as_str().to_uppercase()),
                        message: frame.display_message().to_string(),
                        location: location.map_or_else(String::new, |at| {
                            let file = at.file.strip_prefix(crate::root()).unwrap_or(&at.file);
                            format!("{}:{}", file.display(), at.line)
                        }),
                    });
                }
                Err(DecodeError::UnexpectedEof) => return Ok(()),
                Err(DecodeError::Malformed) => return Err(Malformed),
            }
        }
    }

    /// Whether the stream ends inside a frame; in rzCOBS, defmt's default, a zero ends each.
    pub(super) fn is_inside_frame(&self) -> bool {
        matches!(self.elf.table.encoding(), Encoding::Rzcobs)
            && self.last.is_some_and(|byte| byte != 0)
    }
}

#[cfg(test)]
mod tests {
    use std::env;

    use super::*;

    fn refusal(name: &str, bytes: &[u8], machine: &str) -> String {
        let path = env::temp_dir().join(format!("runner-{}-{name}", std::process::id()));
        fs::write(&path, bytes).unwrap();
        let result = Elf::read(&path, Machine::named(machine).unwrap());
        fs::remove_file(&path).unwrap();
        format!("{:#}", result.err().expect("it is no firmware"))
    }

    /// An Arm executable with neither sections nor segments.
    fn empty_elf() -> Vec<u8> {
        let mut elf = vec![0; 52];
        elf[..7].copy_from_slice(b"\x7fELF\x01\x01\x01");
        elf[16] = 2;
        elf[18] = 40;
        elf[20] = 1;
        elf[40] = 52;
        elf
    }

    #[test]
    fn a_file_that_is_not_firmware_is_refused_with_the_reason() {
        let elf = empty_elf();
        let refused = refusal("empty", &elf, "microbit");
        assert!(refused.contains("no .defmt section"), "{refused}");
        let refused = refusal("other", &elf, "virt");
        assert!(refused.contains("another architecture"), "{refused}");
        for bytes in [&b"#!/bin/sh"[..], &elf[..18], b""] {
            let refused = refusal("text", bytes, "microbit");
            assert!(refused.contains("not a 32-bit ELF"), "{refused}");
        }
        let refused = refusal("cut", &elf[..40], "microbit");
        assert!(refused.contains("cannot be read"), "{refused}");
        let missing = Elf::read(Path::new("no/such/file"), Machine::named("virt").unwrap());
        let missing = format!("{:#}", missing.err().unwrap());
        assert!(
            missing.contains("cannot read the firmware no/such/file"),
            "{missing}"
        );
    }
}
