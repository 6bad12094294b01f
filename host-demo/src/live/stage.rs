//! Standard output of a view: a bar with lines below it on a terminal, lines elsewhere.

use core::{cell::Cell, fmt::Display};
use std::io::{self, Write};

use console::Style;
use indicatif::{ProgressBar, ProgressDrawTarget};

use crate::output;

/// The chapter's words, and a bar as wide as the terminal leaves room for.
const TEMPLATE: &str = "Working.. {pos}/{len} done [{wide_bar}]{msg}";

pub(crate) struct Stage {
    /// Hidden where lines are printed.
    bar: ProgressBar,
    total: usize,
    /// What the last lines showed.
    shown: Cell<Option<usize>>,
}

impl Stage {
    /// A stage for `total` steps; with `plain`, of lines even on a terminal.
    pub(crate) fn new(total: usize, plain: bool) -> Self {
        let target = if output::is_screen(plain) {
            ProgressDrawTarget::stdout()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(total as u64), target);
        Self {
            bar: bar.with_style(output::bar_style(TEMPLATE)),
            total,
            shown: Cell::new(None),
        }
    }

    /// Whether `show` draws in place.
    pub(crate) fn is_screen(&self) -> bool {
        !self.bar.is_hidden()
    }

    /// Writes a line that stays, above the bar.
    pub(crate) fn say(&self, text: impl Display) -> io::Result<()> {
        self.bar.suspend(|| writeln!(io::stdout(), "{text}"))
    }

    /// Shows how many steps are done, and `below`, a line each: in place of what was shown before, or as
    /// new lines.
    pub(crate) fn show(&self, done: usize, below: &[String]) -> io::Result<()> {
        if self.is_screen() {
            let lines: String = below.iter().flat_map(|line| ["\n", line]).collect();
            self.bar.set_message(lines);
            self.bar.set_position(done as u64);
            return Ok(());
        }
        self.shown.set(Some(done));
        writeln!(io::stdout(), "Working.. {done}/{} done", self.total)?;
        for line in below {
            writeln!(io::stdout(), "{line}")?;
        }
        Ok(())
    }

    /// Shows the end of the work, and leaves it on the terminal. Where lines are printed, it is left out if
    /// the last ones showed it.
    pub(crate) fn end(self, done: usize, below: &[String]) -> io::Result<()> {
        if self.is_screen() || self.shown.get() != Some(done) {
            self.show(done, below)?;
        }
        self.bar.abandon();
        Ok(())
    }

    /// Writes the line with the subject of the view.
    pub(crate) fn title(&self, text: &str) -> io::Result<()> {
        self.say(self.styled(text, &Style::new().bold()))
    }

    /// `text` in the colour of a wrong value, or of a right one.
    pub(crate) fn judged(&self, text: &str, is_right: bool) -> String {
        let style = Style::new();
        self.styled(text, &if is_right { style.green() } else { style.red() })
    }

    /// `text` as it is where lines are printed, or where the environment (`NO_COLOR`) disables colours.
    fn styled(&self, text: &str, style: &Style) -> String {
        if self.is_screen() {
            style.apply_to(text).to_string()
        } else {
            text.to_owned()
        }
    }
}
