//! A browser of this machine, which the tests of the page drive.

use std::process::Command;

use crate::command::works;

/// The names of Chromium and its like; a package has the first.
pub const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome-stable"];

/// The browser that is installed.
#[must_use]
pub fn installed() -> Option<&'static str> {
    let starts = |name: &&str| works(Command::new(name).arg("--version"));
    NAMES.into_iter().find(starts)
}
