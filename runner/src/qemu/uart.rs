//! The host's end of the firmware's UART.
//!
//! The emulated UART takes a byte when its FIFO has room, and the socket buffers the rest, so
//! nothing written here is lost. One EOT byte marks the end of the input, also where reading it
//! fails. The socket stays open after it, because QEMU would stop transmitting too.

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
        thread::spawn(move || {
            let sent = match self {
                Self::Unconnected => Ok(()),
                Self::Bytes(bytes) => send(&bytes[..], uart),
                Self::Stdin => send(stdin().lock(), uart),
            };
            if let Err(error) = sent {
                eprintln!("standard input broke off: {error}");
            }
        });
    }
}

/// Sends the input and EOT. Fails where the input does; QEMU may end before the input.
fn send(mut input: impl Read, mut uart: impl Write) -> io::Result<()> {
    let copied = io::copy(&mut input, &mut uart);
    // Where QEMU has ended, this fails as well: the error of `copied` is of the UART, not of the input.
    match uart.write_all(&[EOT]) {
        Ok(()) => copied.map(drop),
        Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An input that cannot be read to its end.
    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::IsADirectory.into())
        }
    }

    #[test]
    fn an_input_that_breaks_off_is_ended_and_reported() {
        let mut uart = Vec::new();
        let error = send((&b"begun"[..]).chain(Broken), &mut uart).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
        assert_eq!(uart, b"begun\x04");
    }

    #[test]
    fn an_emulator_that_ends_first_is_no_error_of_the_input() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        drop(theirs);
        send(&b"unread"[..], ours).unwrap();
    }
}
