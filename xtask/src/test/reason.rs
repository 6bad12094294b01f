//! The part of a stage's output that is the reason of its failure.

use console::strip_ansi_codes;

/// How `main` begins the error of a stage, and `stage` the reason why one did not run. Both may have several lines, and
/// end the output.
const BEGINS: [&str; 2] = ["xtask: ", "NOT RUN: "];

/// Reads the output of a stage, and keeps of it what a reason needs.
#[derive(Debug, Default)]
pub(super) struct Reason {
    /// The line that has not ended.
    line: Vec<u8>,
    /// The last error of cargo before `own`: it names the package or the test target.
    cargo: Option<String>,
    /// From the last line of [`BEGINS`] on.
    own: Vec<String>,
    /// The last line that is not empty.
    last: String,
}

impl Reason {
    /// Reads more of the output.
    pub(super) fn read(&mut self, bytes: &[u8]) {
        for part in bytes.split_inclusive(|it| *it == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.end_line();
            }
        }
    }

    fn end_line(&mut self) {
        let line = core::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&line);
        let line = strip_ansi_codes(line.trim_end());
        if BEGINS.iter().any(|it| line.starts_with(it)) {
            self.own.clear();
            if line.starts_with(BEGINS[1]) {
                self.cargo = None;
            }
            let line = line.strip_prefix(BEGINS[0]).unwrap_or(&line);
            self.own.push(line.to_owned());
        } else if !self.own.is_empty() {
            self.own.push(line.clone().into_owned());
        } else if line.starts_with("error: ") {
            self.cargo = Some(line.clone().into_owned());
        }
        if !line.is_empty() {
            self.last = line.into_owned();
        }
    }

    /// The stage's own error, and the error of cargo behind it. A stage that was killed has written neither: then it is the
    /// last line.
    pub(super) fn end(mut self) -> String {
        self.end_line();
        if self.own.is_empty() {
            return self.last;
        }
        let own = self.own.join("\n");
        let parts = [Some(own.trim_end().to_owned()), self.cargo];
        parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::Reason;

    /// The reason in an output that arrives in pieces of this length.
    fn reason(output: &str, length: usize) -> String {
        let mut reason = Reason::default();
        output
            .as_bytes()
            .chunks(length)
            .for_each(|it| reason.read(it));
        reason.end()
    }

    #[test]
    fn an_error_is_kept_with_all_its_lines() {
        let output = "one\nxtask: an operation differs:\n  load: 3, not 2\n\n  store: 5, not 4\n\n";
        let expected = "an operation differs:\n  load: 3, not 2\n\n  store: 5, not 4";
        for length in 1..=output.len() {
            assert_eq!(reason(output, length), expected, "{length}");
        }
    }

    #[test]
    fn the_error_of_a_command_has_cargos_last_error() {
        let output = "error: one\n\u{1b}[1m\u{1b}[91merror\u{1b}[0m: test failed, to rerun pass `--lib`\n\nxtask: `cargo test` failed\n";
        assert_eq!(
            reason(output, 7),
            "`cargo test` failed\nerror: test failed, to rerun pass `--lib`"
        );
    }

    #[test]
    fn the_last_error_is_the_stage_s() {
        // A test of this program prints one, too.
        assert_eq!(reason("xtask: planted\nrunning\nxtask: it\n", 5), "it");
    }

    #[test]
    fn a_stage_that_did_not_run_tells_why() {
        let output = "error: none\nNOT RUN: no browser:\nnot found\n";
        assert_eq!(reason(output, 9), "NOT RUN: no browser:\nnot found");
    }

    #[test]
    fn a_stage_that_was_killed_has_its_last_line() {
        assert_eq!(reason("one\ntwo\n\nthree", 4), "three");
        assert_eq!(reason("", 1), "");
    }
}
