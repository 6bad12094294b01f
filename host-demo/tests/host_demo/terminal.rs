//! The program on a terminal.

use std::{
    fs::File,
    io::{Read, Write},
    path::Path,
    process::ExitStatus,
    thread::JoinHandle,
};

use pty_process::{
    Size,
    blocking::{Command, Pty, open},
};

use crate::process::{handle_signals, host_demo, watched};

const ROWS: u16 = 60;

/// A program on a pseudo-terminal, the leader of its session.
pub(crate) struct Terminal {
    pty: Pty,
    status: JoinHandle<ExitStatus>,
    /// As bytes: a read may end inside a character.
    shown: Vec<u8>,
}

impl Terminal {
    fn start(program: &str, args: &[&str], folder: &Path) -> Self {
        Self::spawn(command(program).args(args).current_dir(folder), 80)
    }

    /// The demo, on a terminal of so many columns, with this change of its environment.
    pub(crate) fn demo(args: &[&str], columns: u16, (name, value): (&str, &str)) -> Self {
        Self::spawn(command(&program()).args(args).env(name, value), columns)
    }

    fn spawn(command: Command, columns: u16) -> Self {
        handle_signals();
        let (pty, pts) = open().expect("a pseudo-terminal");
        pty.resize(Size::new(ROWS, columns)).unwrap();
        let child = command.spawn(pts).expect("the program starts");
        Self {
            pty,
            status: watched(child),
            shown: Vec::new(),
        }
    }

    /// Reads what the program shows until that contains `text`; false at the end.
    pub(crate) fn shows(&mut self, text: &str) -> bool {
        let mut buffer = [0; 4096];
        loop {
            let mut windows = self.shown.windows(text.len());
            if windows.any(|window| window == text.as_bytes()) {
                return true;
            }
            match self.pty.read(&mut buffer) {
                Ok(length @ 1..) => self.shown.extend_from_slice(&buffer[..length]),
                _ => return false,
            }
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.shown).into_owned()
    }

    pub(crate) fn type_in(&mut self, text: &str) {
        self.pty.write_all(text.as_bytes()).unwrap();
    }

    /// What was shown in all, and how the program ended.
    pub(crate) fn end(mut self) -> (String, ExitStatus) {
        self.shows("\0");
        (self.text(), self.status.join().unwrap())
    }
}

fn command(program: &str) -> Command {
    Command::new(program)
        .env("TERM", "xterm")
        .env("LC_ALL", "C.UTF-8")
        .env_remove("NO_COLOR")
}

/// What stands on a terminal of so many columns after it was sent `shown`.
pub(crate) fn screen(shown: &str, columns: u16) -> String {
    let mut terminal = vt100::Parser::new(ROWS, columns, 0);
    terminal.process(shown.as_bytes());
    terminal.screen().contents()
}

/// Select graphic rendition, as for colours: `ESC [` numbers `m`.
pub(crate) fn has_colours(shown: &str) -> bool {
    shown.split("\x1b[").skip(1).any(|rest| {
        let end = rest.find(|it: char| !it.is_ascii_digit() && it != ';');
        end.is_some_and(|end| rest[end..].starts_with('m'))
    })
}

fn program() -> String {
    host_demo(&[]).get_program().to_str().unwrap().to_owned()
}

/// A file that no run reads to its end; no block of it is on the disk.
fn endless(folder: &Path) {
    File::create(folder.join("endless"))
        .and_then(|file| file.set_len(1 << 40))
        .unwrap();
}

#[test]
fn the_bar_counts_bytes_from_zero() {
    let folder = tempfile::tempdir().unwrap();
    endless(folder.path());
    for name in ["a", "b", "c"] {
        std::fs::write(folder.path().join(name), name).unwrap();
    }
    let mut run = Terminal::start(
        &program(),
        &["checksum", "--workers", "2", "."],
        folder.path(),
    );
    assert!(run.shows("3 of 4 files"), "{}", run.text());
    run.type_in("\x03");
    let (shown, status) = run.end();
    assert_eq!(status.code(), Some(130), "{shown}");
    for text in ["] 0% ", "B/s", " left"] {
        assert!(shown.contains(text), "{text}: {shown:?}");
    }
    assert!(!shown.contains("100%"), "{shown:?}");
    assert!(shown.contains("3 listed"), "{shown:?}");
}

#[test]
fn a_job_in_the_background_does_not_read_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let script = r#"
        set -m
        "$0" live stop-flag > out &
        until grep -q working out; do :; done
        cat out
        kill -TERM %1
        wait %1
        code=$?
        cat out
        echo "exit code $code"
    "#;
    let run = Terminal::start("bash", &["-c", script, &program()], folder.path());
    let (shown, _) = run.end();
    for text in [
        "working in the background; a signal stops it",
        "stopped by SIGTERM",
        "exit code 0",
    ] {
        assert!(shown.contains(text), "{text}: {shown:?}");
    }
}

#[test]
fn in_the_foreground_commands_are_read_from_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = Terminal::start(&program(), &["live", "stop-flag"], folder.path());
    assert!(run.shows("working; try help, or stop"));
    run.type_in("stop\n");
    let (shown, status) = run.end();
    assert!(
        status.success() && shown.contains("stopped by command"),
        "{shown:?}"
    );
}

#[test]
fn a_character_that_two_reads_share_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    // More than a read returns; the first byte puts the others at odd places.
    let script = "printf a; printf %03000d 0 | sed s/0/░/g";
    let (shown, _) = Terminal::start("sh", &["-c", script], folder.path()).end();
    assert_eq!(shown, format!("a{}", "░".repeat(3000)));
}
