//! A run of the demo with a time limit.

use core::{sync::atomic::AtomicBool, time::Duration};
use std::{
    io::{BufRead, BufReader, Read, Write},
    os::unix::process::ExitStatusExt,
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    sync::{
        Arc, Once,
        mpsc::{Receiver, channel},
    },
    thread::{self, JoinHandle},
};

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    flag,
};

/// A run that takes longer hangs, and is killed.
const LIMIT: Duration = Duration::from_secs(120);

/// Makes the programs that this process starts begin with the default effect of each signal.
///
/// A shell without job control ignores SIGINT in what it starts with `&`, and so do all programs below it; the demo keeps
/// ignoring what its parent ignores. A signal that is *handled* has its default effect in a new program.
pub(crate) fn handle_signals() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for signal in [SIGHUP, SIGINT, SIGTERM] {
            let always = Arc::new(AtomicBool::new(true));
            flag::register_conditional_default(signal, always).expect("it can be handled");
        }
    });
}

/// The demo.
pub(crate) fn host_demo(args: &[&str]) -> Command {
    handle_signals();
    let mut command = Command::new(env!("CARGO_BIN_EXE_host-demo"));
    command.args(args);
    command
}

/// The end of a run.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The exit code; `None` after a signal.
    pub(crate) code: Option<i32>,
    /// The signal; `None` after an exit.
    pub(crate) signal: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Ended {
    /// Standard output where it is text.
    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.stdout).expect("text on standard output")
    }
}

/// Runs the command to its end, with `input` as its standard input.
pub(crate) fn run(command: &mut Command, input: &[u8]) -> Ended {
    let mut process = Process::start(command);
    process.type_in(input);
    process.end()
}

/// A run under way.
pub(crate) struct Process {
    pid: Pid,
    status: JoinHandle<ExitStatus>,
    stdin: Option<ChildStdin>,
    stdout: Receiver<Vec<u8>>,
    printed: Vec<u8>,
    stderr: BufReader<ChildStderr>,
    told: String,
}

impl Process {
    pub(crate) fn start(command: &mut Command) -> Self {
        Self::start_with(command, Stdio::piped())
    }

    /// Starts it with a standard output that this process may not be able to read.
    pub(crate) fn start_with(command: &mut Command, stdout: Stdio) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(stdout)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        Self {
            pid: Pid::from_child(&child),
            stdin: child.stdin.take(),
            stdout: chunks(child.stdout.take()),
            printed: Vec::new(),
            stderr: BufReader::new(child.stderr.take().expect("it is piped")),
            told: String::new(),
            status: watched(child),
        }
    }

    /// Writes to its standard input, which stays open. A program that has ended reads nothing.
    pub(crate) fn type_in(&mut self, input: &[u8]) {
        if let Some(stdin) = &mut self.stdin {
            let _ = stdin.write_all(input);
        }
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).expect("it has not ended yet");
    }

    /// Presses Ctrl-C.
    pub(crate) fn interrupt(&self) {
        self.signal(Signal::INT);
    }

    /// Sends a signal again and again, until the process has ended; its output is not read.
    pub(crate) fn signal_to_the_end(self, signal: Signal) -> ExitStatus {
        while !self.status.is_finished() {
            // Fails only once the process has ended.
            let _ = kill_process(self.pid, signal);
            thread::yield_now();
        }
        self.status.join().expect("a thread that only waits")
    }

    /// Reads its standard output until that contains `text`; false at the end.
    pub(crate) fn prints(&mut self, text: &str) -> bool {
        loop {
            let mut windows = self.printed.windows(text.len());
            if windows.any(|window| window == text.as_bytes()) {
                return true;
            }
            match self.stdout.recv() {
                Ok(chunk) => self.printed.extend(chunk),
                Err(_) => return false,
            }
        }
    }

    /// Reads its standard error until a line is `enough`; false at the end.
    pub(crate) fn tells(&mut self, enough: impl Fn(&str) -> bool) -> bool {
        loop {
            let start = self.told.len();
            let read = self.stderr.read_line(&mut self.told).expect("text");
            if read == 0 || enough(&self.told[start..]) {
                return read > 0;
            }
        }
    }

    /// Closes its standard input and waits for its end.
    pub(crate) fn end(mut self) -> Ended {
        self.stdin = None;
        self.wait()
    }

    /// Waits for its end with its standard input still open.
    pub(crate) fn wait(mut self) -> Ended {
        self.tells(|_| false);
        self.printed.extend(self.stdout.iter().flatten());
        let status = self.status.join().expect("a thread that only waits");
        Ended {
            code: status.code(),
            signal: status.signal(),
            stdout: self.printed,
            stderr: self.told,
        }
    }
}

/// Reads in a thread of its own, so that the program never waits for this one.
fn chunks(stdout: Option<ChildStdout>) -> Receiver<Vec<u8>> {
    let (sender, chunks) = channel();
    let Some(mut stdout) = stdout else {
        return chunks;
    };
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = stdout.read(&mut buffer) {
            // The receiver is gone only after a failed assertion.
            let _ = sender.send(buffer[..length].to_vec());
        }
    });
    chunks
}

/// Waits for the process, and kills it at the time limit, which also ends the reads of its output.
pub(crate) fn watched(mut child: Child) -> JoinHandle<ExitStatus> {
    let pid = Pid::from_child(&child);
    let (sender, ended) = channel();
    thread::spawn(move || sender.send(child.wait()));
    thread::spawn(move || {
        let status = ended.recv_timeout(LIMIT).unwrap_or_else(|_| {
            kill_process(pid, Signal::KILL).expect("it has not ended yet");
            ended.recv().expect("it ends when killed")
        });
        status.expect("it is a child of this process")
    })
}
