//! Commands on standard input.

use std::{
    io::{self, IsTerminal},
    thread,
};

use scenarios::command::Command;

use super::{Stop, screen::Screen};
use crate::{
    input::{in_background, next_command},
    signals::Cause,
};

/// A stop by command has the exit code of a stop by Ctrl-C.
static COMMAND: Cause = Cause {
    name: "command",
    code: 128 + 2,
};

/// Reads commands in a thread of its own, until a stop or the end of the input.
///
/// Only a terminal gets answers: a pipe may carry the input of other programs, too.
pub(crate) fn listen(stop: &'static Stop, screen: &Screen) -> io::Result<()> {
    let terminal = io::stdin().is_terminal();
    if terminal && in_background() {
        return Ok(());
    }
    let screen = screen.clone();
    // Never joined: it may be waiting for a line when the work is done.
    thread::Builder::new().spawn(move || {
        let (mut input, mut line) = (io::stdin().lock(), Vec::new());
        while let Ok(Some(command)) = next_command(&mut input, &mut line) {
            match command {
                Command::Stop => {
                    // An earlier cause stays.
                    let _ = stop.request_stop(&COMMAND);
                    return;
                }
                Command::Nothing => {}
                answer if terminal => screen.say(answer),
                _ => {}
            }
        }
    })?;
    Ok(())
}
