//! Shows that a step is running: on a terminal a spinner with the time, elsewhere a line every few seconds.

use core::time::Duration;
use std::{
    io::{IsTerminal, Write, stderr},
    sync::{
        LazyLock,
        mpsc::{RecvTimeoutError, channel},
    },
    thread,
    time::Instant,
};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// Steps may run concurrently: their spinners share the lower edge of the terminal.
static SPINNERS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// The time before the first line without a terminal; each further one takes twice as long, up to [`LONGEST`].
const INTERVAL: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(40);

/// Runs `work`, and shows on standard error that `what` is running. On a terminal the spinner is there: `work` prints nothing.
pub(crate) fn during<R>(what: &str, work: impl FnOnce() -> R) -> R {
    if stderr().is_terminal() {
        let style = ProgressStyle::with_template("{spinner} {msg}, {elapsed}");
        let spinner = SPINNERS.add(ProgressBar::new_spinner());
        spinner.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        spinner.set_message(what.to_owned());
        spinner.enable_steady_tick(Duration::from_millis(200));
        let result = work();
        spinner.finish_and_clear();
        result
    } else {
        with_lines(what, INTERVAL, &mut stderr(), work)
    }
}

fn with_lines<R>(
    what: &str,
    mut interval: Duration,
    out: &mut (impl Write + Send),
    work: impl FnOnce() -> R,
) -> R {
    let (ended, end) = channel::<()>();
    thread::scope(|threads| {
        threads.spawn(move || {
            let start = Instant::now();
            while end.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                // A closed standard error is not a reason to end the work.
                writeln!(
                    out,
                    "{what}: still running after {} s",
                    start.elapsed().as_secs()
                )
                .ok();
                interval = LONGEST.min(2 * interval);
            }
        });
        let result = work();
        drop(ended);
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The work ends after its second line, on a machine of any speed.
    #[test]
    fn long_work_prints_lines() {
        struct Lines {
            written: Vec<u8>,
            seen: std::sync::mpsc::Sender<()>,
        }
        impl Write for Lines {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.written.extend_from_slice(bytes);
                if bytes.ends_with(b"\n") {
                    self.seen.send(()).ok();
                }
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let (seen, lines) = channel();
        let mut out = Lines {
            written: Vec::new(),
            seen,
        };
        let result = with_lines("work", Duration::from_millis(1), &mut out, || {
            lines.recv().unwrap();
            lines.recv().unwrap();
            7
        });
        assert_eq!(result, 7);
        let written = String::from_utf8(out.written).unwrap();
        assert!(written.lines().count() >= 2, "{written}");
        assert!(
            written.starts_with("work: still running after 0 s\n"),
            "{written}"
        );
    }

    #[test]
    fn short_work_prints_nothing() {
        let mut out = Vec::new();
        assert_eq!(
            with_lines("work", Duration::from_secs(600), &mut out, || 7),
            7
        );
        assert!(out.is_empty());
    }

    #[test]
    #[should_panic(expected = "planted")]
    fn a_panic_ends_the_lines() {
        with_lines("work", Duration::from_secs(600), &mut Vec::new(), || {
            panic!("planted")
        });
    }
}
