//! The host's end of the firmware's UART.
//!
//! The emulated UART takes a byte when its FIFO has room, and the socket buffers the rest, so
//! nothing written here is lost. One EOT byte marks the end of the input. The socket stays
//! open after it, because QEMU would stop transmitting too.

use std::{
    io::{self, Read, Write, stdin},
    os::unix::net::UnixStream,
    thread,
};

/// The byte that ends the input, Ctrl-D on a terminal.
const EOT: u8 = 0x04;

/// The bytes that the firmware receives on its UART.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// There is no UART: transmitted bytes are lost.
    Unconnected,
    /// These bytes, then EOT.
    Bytes(Vec<u8>),
    /// This process's standard input, then EOT.
    Stdin,
}

impl Input {
    /// The two ends, ours first.
    pub(super) fn connect(&self) -> io::Result<Option<(UnixStream, UnixStream)>> {
        match self {
            Self::Unconnected => Ok(None),
            Self::Bytes(_) | Self::Stdin => UnixStream::pair().map(Some),
        }
    }

    /// Sends the input from a detached thread, which ends with the input or with QEMU.
    pub(super) fn feed(self, uart: UnixStream) {
        thread::spawn(move || match self {
            Self::Unconnected => Ok(()),
            Self::Bytes(bytes) => send(&bytes[..], uart),
            Self::Stdin => send(stdin().lock(), uart),
        });
    }
}

fn send(mut input: impl Read, mut uart: impl Write) -> io::Result<()> {
    io::copy(&mut input, &mut uart)?;
    uart.write_all(&[EOT])
}
