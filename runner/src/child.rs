//! A child process whose output is read while it runs, until a time limit. Dropping [`Process`] kills it; a process
//! that ends without dropping its [`Process`] (by a signal, or by `exit`) leaves the child running.
//!
//! One thread per stream reads into one bounded channel, so chunks of different streams arrive roughly in the
//! order of writing, and a child that writes faster than its owner reads must wait.

use core::time::Duration;
use std::{
    io::{self, Read},
    process::{Child, Command, ExitStatus},
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    thread,
    time::Instant,
};

/// A running child; `S` distinguishes its streams.
#[derive(Debug)]
pub struct Process<S> {
    child: Child,
    sender: Option<SyncSender<(S, Vec<u8>)>>,
    chunks: Receiver<(S, Vec<u8>)>,
    deadline: Instant,
}

/// The result of [`Process::wait`].
#[derive(Debug)]
pub enum Next<S> {
    /// Bytes from one of the streams.
    Chunk(S, Vec<u8>),
    /// Every stream is at its end, and the child has ended.
    Ended(ExitStatus),
    /// The limit has passed; the child runs until the [`Process`] is dropped.
    TimedOut,
}

impl<S: Copy + Send + 'static> Process<S> {
    /// Starts the command. Its standard output and error, if piped, are read with the given tags.
    pub fn spawn(command: &mut Command, limit: Duration, stdout: S, stderr: S) -> io::Result<Self> {
        let mut child = command.spawn()?;
        let (sender, chunks) = sync_channel(64);
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let process = Self {
            child,
            sender: Some(sender),
            chunks,
            deadline: Instant::now() + limit,
        };
        if let Some(out) = out {
            process.read(out, stdout);
        }
        if let Some(err) = err {
            process.read(err, stderr);
        }
        Ok(process)
    }

    /// Reads a further stream of the child; has no effect after the first [`Process::wait`].
    pub fn read(&self, mut stream: impl Read + Send + 'static, tag: S) {
        let Some(sender) = self.sender.clone() else {
            return;
        };
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = stream.read(&mut buffer) {
                if sender.send((tag, buffer[..length].to_vec())).is_err() {
                    break;
                }
            }
        });
    }

    /// Waits for the next bytes, the end, or the limit.
    pub fn wait(&mut self) -> io::Result<Next<S>> {
        self.sender = None;
        // Checked first, because a channel that is never empty never times out.
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(Next::TimedOut);
        }
        match self.chunks.recv_timeout(left) {
            Ok((tag, bytes)) => Ok(Next::Chunk(tag, bytes)),
            Err(RecvTimeoutError::Timeout) => Ok(Next::TimedOut),
            Err(RecvTimeoutError::Disconnected) => self.wait_silent(),
        }
    }

    /// Waits for the end of a child without open streams, which may run on, or for the limit. The standard library
    /// has no wait with a limit, hence the polling.
    fn wait_silent(&mut self) -> io::Result<Next<S>> {
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Next::Ended(status));
            }
            let left = self.deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(Next::TimedOut);
            }
            thread::sleep(left.min(Duration::from_millis(2)));
        }
    }
}

impl<S> Drop for Process<S> {
    fn drop(&mut self) {
        // Both fail only for a child that has been waited for.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Cuts a stream of bytes into lines.
#[derive(Debug, Default)]
pub struct Lines {
    begun: Vec<u8>,
}

impl Lines {
    /// Adds bytes and calls `each` with every line that they complete.
    pub fn push(&mut self, bytes: &[u8], mut each: impl FnMut(&str)) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.begun.extend_from_slice(part);
            if self.begun.ends_with(b"\n") {
                self.begun.pop();
                each(&String::from_utf8_lossy(&core::mem::take(&mut self.begun)));
            }
        }
    }

    /// Calls `each` with a last line without a line break.
    pub fn finish(&mut self, each: impl FnOnce(&str)) {
        let rest = core::mem::take(&mut self.begun);
        if !rest.is_empty() {
            each(&String::from_utf8_lossy(&rest));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Stdio;

    #[test]
    fn lines_survive_any_cut() {
        let text = "one\n\ntwo, with ä\nlast";
        for cut in 0..=text.len() {
            let (mut lines, mut got) = (Lines::default(), Vec::new());
            for part in [&text.as_bytes()[..cut], &text.as_bytes()[cut..]] {
                lines.push(part, |line| got.push(line.to_owned()));
            }
            lines.finish(|line| got.push(line.to_owned()));
            assert_eq!(got, ["one", "", "two, with ä", "last"]);
        }
    }

    #[test]
    fn a_child_is_stopped_at_its_limit_even_if_it_prints_all_the_time() {
        let mut yes = Command::new("yes");
        let limit = Duration::from_millis(50);
        let mut process = Process::spawn(yes.stdout(Stdio::piped()), limit, (), ()).unwrap();
        let mut chunks = 0_u64;
        while let Next::Chunk((), _) = process.wait().unwrap() {
            chunks += 1;
        }
        assert!(matches!(process.wait().unwrap(), Next::TimedOut));
        assert!(chunks > 0);
    }

    #[test]
    fn a_child_is_stopped_at_its_limit_even_if_it_has_closed_its_streams() {
        let mut silent = Command::new("sh");
        silent.args(["-c", "exec sleep 60 >&- 2>&-"]);
        silent.stdout(Stdio::piped()).stderr(Stdio::piped());
        let limit = Duration::from_millis(50);
        let mut process = Process::spawn(&mut silent, limit, (), ()).unwrap();
        assert!(matches!(process.wait().unwrap(), Next::TimedOut));
    }
}
