//! Standard error of a run: a bar on a terminal, lines elsewhere.

use core::{fmt::Display, num::NonZero, time::Duration};
use std::{path::Path, time::Instant};

use indicatif::{BinaryBytes, ProgressBar, ProgressDrawTarget};
use indivisible::race::OnceWord;

use crate::{
    key::random_key,
    output::{self, bar_style},
};

/// Standard error, shared by all threads.
#[derive(Clone)]
pub(crate) struct Screen {
    /// Draws nothing where standard error is not a terminal.
    bar: ProgressBar,
}

const SEARCHING: &str = "{spinner} {pos} files found";
const WORKING: &str = "[{wide_bar}] {percent}% {binary_bytes_per_sec}, {eta} left{msg}";

/// On a pipe, the longest time between two lines.
const SILENCE: Duration = Duration::from_secs(2);

/// The work done so far.
#[derive(Clone, Copy, Default)]
pub(crate) struct State {
    /// Files finished or failed.
    pub(crate) files: usize,
    /// Bytes read or passed over.
    pub(crate) bytes: u64,
}

impl Screen {
    /// With `plain`, lines on a terminal as well.
    pub(crate) fn new(plain: bool) -> Self {
        let target = if plain {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        Self {
            bar: ProgressBar::with_draw_target(None, target).with_style(bar_style(SEARCHING)),
        }
    }

    /// Writes a line, above the bar if there is one.
    pub(crate) fn say(&self, text: impl Display) {
        let key = run_key();
        self.bar
            .suspend(|| output::say(format_args!("checksum {key:08x}: {text}")));
    }

    /// Reports a file that could not be read, on one line whatever its name.
    pub(crate) fn failed(&self, path: &Path, why: impl Display) {
        self.say(format_args!("{path:?}: {why}"));
    }

    /// Shows the number of files that the search has found.
    pub(crate) fn searching(&self, files: usize) {
        self.bar.set_position(files as u64);
    }

    /// Shows the end of the search, and the work, which is `all`.
    pub(crate) fn begin(&self, all: State) -> Meter<'_> {
        self.bar.set_style(bar_style(WORKING));
        self.bar.set_position(0);
        self.bar.set_length(all.bytes);
        self.bar.reset_elapsed();
        self.bar.reset_eta();
        Meter {
            screen: self,
            all,
            shown: State::default(),
            since: Instant::now(),
        }
    }

    /// Removes the bar.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

/// Shows the progress, from one thread.
pub(crate) struct Meter<'a> {
    screen: &'a Screen,
    all: State,
    /// What the last line showed, and its time.
    shown: State,
    since: Instant,
}

impl Meter<'_> {
    /// Moves the bar; on a pipe, writes a line for each hundredth of the files or of the bytes, and at
    /// the latest after [`SILENCE`].
    pub(crate) fn show(&mut self, now: State) {
        let (files, all) = (self.all.files, self.all.bytes);
        // A file that grows while it is read has more bytes than were found.
        let bytes = now.bytes.min(all);
        let bar = &self.screen.bar;
        if !bar.is_hidden() {
            bar.set_message(format!(", {} of {files} files", now.files));
            bar.set_position(bytes);
            return;
        }
        let is_news = now.files - self.shown.files >= files.div_ceil(100)
            || bytes - self.shown.bytes >= all.div_ceil(100).max(1)
            || now.files == files
            || self.since.elapsed() >= SILENCE;
        if is_news {
            let (bytes, all) = (BinaryBytes(bytes), BinaryBytes(all));
            let done = now.files;
            self.screen
                .say(format_args!("{done} of {files} files, {bytes} of {all}"));
            self.shown = State {
                files: done,
                bytes: now.bytes.min(self.all.bytes),
            };
            self.since = Instant::now();
        }
    }
}

/// Distinguishes the lines of this run from those of other runs in the same log.
///
/// The first thread that writes a line makes it.
fn run_key() -> NonZero<u32> {
    static KEY: OnceWord<NonZero<u32>> = OnceWord::new();
    KEY.get_or_init(random_key)
}
