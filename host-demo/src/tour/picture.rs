//! A scenario on a terminal: its title, a sentence, and a table of the values that it has seen.
//!
//! ```text
//! Compare-and-exchange  compare-exchange, Compare-and-Exchange Operations
//! An increment by load and store loses one that is made in between; …
//!
//!                                                             wrong    right
//!                                                 expected  version  version
//!   by load and store, increments lost                   0        1
//!   two increments by compare-and-exchange count         2                 2
//! ```

use core::cmp::max;
use std::io::{self, Write};

use console::{Style, Term, measure_text_width};
use scenarios::{Line, Party, Scenario};

/// The least width of the first column.
const LEAST: usize = 14;
/// The most width of all columns.
const MOST: usize = 100;
/// The most rows of right versions in the tour of all scenarios.
const SOME: usize = 6;

const HEADER: [[&str; 3]; 2] = [["", "wrong", "right"], ["expected", "version", "version"]];

/// What a scenario has reported.
pub(crate) struct Picture {
    name: &'static str,
    title: &'static str,
    sentence: &'static str,
    section: &'static str,
    rows: Vec<Row>,
    platform: Vec<String>,
    faults: Vec<String>,
}

/// A value that was seen.
struct Row {
    what: String,
    expected: String,
    seen: String,
    is_wrong_version: bool,
}

impl Picture {
    pub(crate) fn of<P: Party>(scenario: &Scenario<P>) -> Self {
        Self {
            name: scenario.name,
            title: scenario.title,
            sentence: scenario.sentence,
            section: scenario.section,
            rows: Vec::new(),
            platform: Vec::new(),
            faults: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, line: Line<'_>) {
        match line {
            Line::Fact(fact) => self.rows.push(Row {
                what: fact.what.to_owned(),
                expected: fact.right.to_string(),
                seen: fact.seen.to_string(),
                is_wrong_version: fact.is_wrong_version,
            }),
            Line::Platform(text) => self.platform.push(text.to_string()),
            Line::Wrong(text) => self.faults.push(text.to_string()),
            Line::Scenario(_) | Line::Verdict(_) => {}
        }
    }

    /// The number of values of wrong versions.
    pub(crate) fn wrong_versions(&self) -> usize {
        self.rows.iter().filter(|row| row.is_wrong_version).count()
    }

    /// The number of values of right versions.
    pub(crate) fn right_versions(&self) -> usize {
        self.rows.len() - self.wrong_versions()
    }

    /// Draws it; with `in_full`, every row, and what depends on this machine.
    pub(crate) fn draw(&self, out: &mut impl Write, in_full: bool) -> io::Result<()> {
        let width = usize::from(Term::stdout().size().1).clamp(LEAST, MOST);
        let dim = Style::new().dim();
        let name = self.name;
        let place = format!("{name}, {}", self.section);
        let gap = if measure_text_width(self.title) + 2 + measure_text_width(&place) <= width {
            "  "
        } else {
            "\n"
        };
        let title = Style::new().bold().apply_to(self.title);
        writeln!(out, "{title}{gap}{}", dim.apply_to(place))?;
        for line in wrapped(self.sentence, width) {
            writeln!(out, "{line}")?;
        }
        writeln!(out)?;
        let (rows, left_out) = self.rows(in_full);
        Table::new(&rows, width).draw(out, &rows)?;
        if left_out > 0 {
            let text = format!("  and {left_out} more, all as expected: host-demo {name}");
            writeln!(out, "{}", dim.apply_to(text))?;
        }
        for text in self.platform.iter().filter(|_| in_full) {
            writeln!(out, "  on this machine: {text}")?;
        }
        for fault in &self.faults {
            for line in wrapped(&format!("not as expected: {fault}"), width - 2) {
                writeln!(out, "  {}", Style::new().red().apply_to(line))?;
            }
        }
        writeln!(out)
    }

    /// The rows to draw, those of wrong versions first, and the number of the others.
    fn rows(&self, in_full: bool) -> (Vec<&Row>, usize) {
        let (mut rows, right): (Vec<_>, Vec<_>) =
            self.rows.iter().partition(|row| row.is_wrong_version);
        let shown = if in_full || right.len() <= SOME + 1 {
            right.len()
        } else {
            SOME
        };
        rows.extend(&right[..shown]);
        (rows, right.len() - shown)
    }
}

/// The widths of the columns.
struct Table {
    what: usize,
    /// Those below `HEADER`; 0 for a column without values.
    values: [usize; 3],
}

impl Row {
    /// The texts below `HEADER`.
    fn values(&self) -> [&str; 3] {
        let (expected, seen) = (self.expected.as_str(), self.seen.as_str());
        if self.is_wrong_version {
            [expected, seen, ""]
        } else {
            [expected, "", seen]
        }
    }
}

impl Table {
    fn new(rows: &[&Row], width: usize) -> Self {
        let values = [0, 1, 2].map(|column| {
            let widths = rows
                .iter()
                .map(|row| measure_text_width(row.values()[column]));
            match widths.max() {
                None | Some(0) => 0,
                Some(widest) => 2 + max(widest, HEADER[1][column].len()),
            }
        });
        let left = width.saturating_sub(2 + values.iter().sum::<usize>());
        let longest = rows.iter().map(|row| row.what.len()).max().unwrap_or(0);
        Self {
            what: left.min(longest).max(LEAST),
            values,
        }
    }

    fn draw(&self, out: &mut impl Write, rows: &[&Row]) -> io::Result<()> {
        let dim = Style::new().dim();
        for header in HEADER {
            self.line(out, "", header, [&dim; 3])?;
        }
        let (plain, red, green) = (Style::new(), Style::new().red(), Style::new().green());
        for row in rows {
            let mut lines = wrapped(&row.what, self.what).into_iter();
            let first = lines.next().unwrap_or_default();
            let seen = if row.seen == row.expected {
                &green
            } else {
                &red
            };
            self.line(out, &first, row.values(), [&plain, seen, seen])?;
            for line in lines {
                writeln!(out, "  {line}")?;
            }
        }
        Ok(())
    }

    fn line(
        &self,
        out: &mut impl Write,
        what: &str,
        values: [&str; 3],
        styles: [&Style; 3],
    ) -> io::Result<()> {
        let mut line = format!("  {what:<0$}", self.what);
        for ((value, style), width) in values.into_iter().zip(styles).zip(self.values) {
            if width > 0 {
                let value = format!("{value:>width$}");
                line.push_str(&style.apply_to(value).to_string());
            }
        }
        writeln!(out, "{}", line.trim_end())
    }
}

/// `text` in lines of at most `width`, or of one word.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let fits =
            |line: &&mut String| measure_text_width(line) + 1 + measure_text_width(word) <= width;
        match lines.last_mut().filter(fits) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_have_the_width_or_one_word() {
        assert_eq!(wrapped("a bc def", 4), ["a bc", "def"]);
        assert_eq!(wrapped("a bc def", 8), ["a bc def"]);
        assert_eq!(wrapped("abcdef g", 3), ["abcdef", "g"]);
        assert_eq!(wrapped("ä ö ü", 3), ["ä ö", "ü"]);
    }
}
