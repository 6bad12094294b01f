//! What a run shows on standard error: a bar on a terminal, plain lines elsewhere.

use core::{fmt::Display, hash::BuildHasher, num::NonZero};
use std::{hash::RandomState, path::Path};

use indicatif::{BinaryBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};
use indivisible::race::OnceNonZero;

use crate::output;

/// Standard error, shared by all threads.
#[derive(Clone)]
pub(crate) struct Screen {
    /// Draws nothing where standard error is no terminal.
    bar: ProgressBar,
}

const SEARCHING: &str = "{spinner} {pos} files found";
const WORKING: &str = "{elapsed_precise} [{wide_bar}] {pos} of {len} files, {msg}";

impl Screen {
    pub(crate) fn new() -> Self {
        let target = ProgressDrawTarget::stderr();
        Self {
            bar: ProgressBar::with_draw_target(None, target).with_style(style(SEARCHING)),
        }
    }

    /// Says a line, above the bar if there is one.
    pub(crate) fn say(&self, text: impl Display) {
        let key = run_key();
        self.bar
            .suspend(|| output::say(format_args!("checksum {key:08x}: {text}")));
    }

    /// Says what could not be read, on one line whatever its name.
    pub(crate) fn failed(&self, path: &Path, why: impl Display) {
        self.say(format_args!("{path:?}: {why}"));
    }

    /// Shows how many files the search has found.
    pub(crate) fn searching(&self, files: usize) {
        self.bar.set_position(files as u64);
    }

    /// Shows that the search has ended.
    pub(crate) fn begin(&self, files: usize) {
        self.bar.set_style(style(WORKING));
        self.bar.set_length(files as u64);
    }

    /// Shows how far the work is; where that takes a line, only if it is `news`.
    pub(crate) fn progress(&self, done: usize, of: usize, bytes: u64, news: bool) {
        let bytes = BinaryBytes(bytes);
        if !self.bar.is_hidden() {
            self.bar.set_message(bytes.to_string());
            self.bar.set_position(done as u64);
        } else if news {
            self.say(format_args!("{done} of {of} files, {bytes}"));
        }
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &'static str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates above are well formed")
}

/// Tells this run's lines from another's in the same log.
///
/// Made by whichever thread is the first to say something.
fn run_key() -> NonZero<u32> {
    static KEY: OnceNonZero<NonZero<u32>> = OnceNonZero::new();
    KEY.get_or_init(|| {
        let random = RandomState::new().hash_one(()).to_ne_bytes();
        let [a, b, c, d, ..] = random;
        NonZero::new(u32::from_ne_bytes([a, b, c, d])).unwrap_or(NonZero::<u32>::MIN)
    })
}
