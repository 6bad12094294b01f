//! What the functions of a table write out.

use anyhow::{Result, ensure};
use interloper::landings::Firmware;

use crate::board::Board;

/// How much of a text is kept.
const CAPACITY: usize = 240;

/// Calls a function that writes a text, between two instructions of the run, and returns the text as `interloper` does.
pub(super) fn text<B: Board>(
    board: &mut B,
    firmware: &Firmware<B::Core>,
    function: u32,
) -> Result<String> {
    let at = firmware.text();
    let registers = board.gdb().registers()?;
    board.gdb().write(at, &[0; 12])?;
    board.begin(function, firmware.text_stack().end)?;
    board.go_on_to(firmware.idle())?;
    let output = board.gdb().read(at, 12 + CAPACITY)?;
    board.gdb().set_registers(&registers)?;
    let (header, bytes) = output.split_at(12);
    let word = |at: usize| {
        u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
    };
    ensure!(word(8) == 1, "no text was written");
    let len = word(0) as usize;
    let mut text = String::from_utf8_lossy(&bytes[..len.min(CAPACITY)]).into_owned();
    if len > CAPACITY {
        text.push('…');
    }
    Ok(text)
}
