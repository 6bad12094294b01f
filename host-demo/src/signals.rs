//! The signals that ask a program to stop.
//!
//! The first signal requests an orderly end: finished work is printed. The second one has its default effect,
//! so a terminal can end a program whose output is blocked. On Linux, a signal that the parent process ignores
//! (`nohup`) stays ignored; elsewhere it is handled.

use std::{fs, thread};

use anyhow::{Context, Result};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
    low_level::emulate_default_handler,
};

/// The cause of a stop.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    /// Its name in a sentence.
    pub(crate) name: &'static str,
    /// The exit code of a process that it has ended, as a shell shows it.
    pub(crate) code: u8,
}

/// Each signal that is handled, with its cause.
static CAUSES: [(i32, Cause); 3] = [
    (
        SIGHUP,
        Cause {
            name: "SIGHUP",
            code: 128 + 1,
        },
    ),
    (
        SIGINT,
        Cause {
            name: "Ctrl-C",
            code: 128 + 2,
        },
    ),
    (
        SIGTERM,
        Cause {
            name: "SIGTERM",
            code: 128 + 15,
        },
    ),
];

/// Calls `stop` at the first signal, in a thread of its own; the second one ends the process.
pub(crate) fn listen(stop: impl Fn(&'static Cause) + Send + 'static) -> Result<()> {
    let ignored = ignored(&fs::read_to_string("/proc/self/status").unwrap_or_default());
    let handled = CAUSES
        .iter()
        .filter(|(signal, _)| ignored >> (signal - 1) & 1 == 0);
    let mut signals =
        Signals::new(handled.map(|(signal, _)| signal)).context("cannot handle signals")?;
    // Never joined: it waits for signals until the process ends.
    thread::Builder::new().spawn(move || {
        let mut asked = false;
        for signal in signals.forever() {
            if asked {
                // Fails only for signals that no handler can be installed for.
                let _ = emulate_default_handler(signal);
            } else if let Some((_, cause)) = CAUSES.iter().find(|(it, _)| *it == signal) {
                stop(cause);
                asked = true;
            }
        }
    })?;
    Ok(())
}

/// The mask of the signals that this process ignores, from Linux's `/proc/self/status`; elsewhere 0.
fn ignored(status: &str) -> u64 {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::ignored;

    #[test]
    fn the_mask_is_read_from_its_line() {
        let status = "SigBlk:\t0000000000000000\nSigIgn:\t0000000000001001\nSigCgt:\t0\n";
        assert_eq!(ignored(status), 0x1001);
        assert_eq!(ignored(""), 0);
    }
}
