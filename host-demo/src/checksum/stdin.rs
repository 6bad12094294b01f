//! `stop` on standard input.

use std::{
    io::{self, IsTerminal},
    thread,
};

use indivisible::stop::StopFlag;
use rustix::{process::getpgrp, termios::tcgetpgrp};
use scenarios::command::Command;

use super::screen::Screen;
use crate::input::next_command;

/// Reads commands in a thread of its own, until a stop or the end of the input.
///
/// Only a terminal gets answers: elsewhere, what is no command may be meant for somebody else.
pub(crate) fn listen(stop: &'static StopFlag, screen: &Screen) -> io::Result<()> {
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
                Command::Stop => return stop.request_stop(),
                Command::Nothing => {}
                answer if terminal => screen.say(answer),
                _ => {}
            }
        }
    })?;
    Ok(())
}

/// Whether reading from the terminal would stop this process (SIGTTIN), as a job started with `&`.
fn in_background() -> bool {
    tcgetpgrp(io::stdin()).is_ok_and(|foreground| foreground != getpgrp())
}
