//! Lines from the UART: received by interrupt, assembled by `main`.
//!
//! ```text
//!   UART -> interrupt -> queue of 64 bytes -> main -> line of at most LONGEST bytes
//! ```
//!
//! Every lost byte is counted: the one that finds the queue full, and each after it until `main` has emptied the
//! queue and taken the count. So the gap is after the last byte of the queue. `main` drops the rest of that line,
//! since a part of a command is none.
//!
//! The end of the input is a byte, too (EOT). The interrupt turns it into a flag, so it is never lost.

mod wire;

use super::board;
use core::fmt::{self, Write};
use heapless::Vec;
use scenarios::command::LONGEST;
use wire::{Received, Wire};

/// Both ends of the UART.
pub(super) struct Console<'a> {
    wire: Wire<'a>,
    /// The line so far.
    line: Vec<u8, LONGEST>,
    /// Bytes of the line so far, kept or not.
    length: usize,
    /// Whether bytes of this line were lost.
    torn: bool,
}

/// An event of the other end of the UART.
pub(super) enum Input {
    /// It sent a line, without its end.
    Line(Vec<u8, LONGEST>),
    /// It sent a line of this many bytes, more than [`LONGEST`].
    TooLong(usize),
    /// It sent this many bytes while the queue was full.
    Lost(u32),
    /// It sent a line of which this many bytes were received, and others lost.
    Torn(usize),
    /// It has nothing more to send.
    End,
}

/// Connects the UART while `body` runs.
pub(super) fn open<R>(body: impl FnOnce(&mut Console<'_>) -> R) -> R {
    wire::connect(|wire| {
        body(&mut Console {
            wire,
            line: Vec::new(),
            length: 0,
            torn: false,
        })
    })
}

impl Console<'_> {
    /// Sleeps until the next event.
    pub(super) fn read(&mut self) -> Input {
        loop {
            match self.wire.receive() {
                Received::Byte(b'\n') => return self.finish(),
                Received::Byte(byte) => {
                    self.length += 1;
                    // `length` counts a byte that does not fit.
                    self.line.push(byte).ok();
                }
                Received::Lost(bytes) => {
                    self.torn = true;
                    return Input::Lost(bytes);
                }
                Received::End if self.length > 0 => return self.finish(),
                Received::End => return Input::End,
            }
        }
    }

    fn finish(&mut self) -> Input {
        let line = core::mem::take(&mut self.line);
        let length = core::mem::take(&mut self.length);
        if core::mem::take(&mut self.torn) {
            Input::Torn(length)
        } else if length > line.len() {
            Input::TooLong(length)
        } else {
            Input::Line(line)
        }
    }
}

/// Transmits.
impl Write for Console<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.bytes().for_each(board::uart::transmit);
        Ok(())
    }
}
