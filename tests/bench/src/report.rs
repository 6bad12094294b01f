//! The rows of a run: a table for a reader, JSON for scripts.

use core::fmt;

use comfy_table::{Table, presets::UTF8_FULL_CONDENSED};
use serde_json::Value;

use crate::row::Row;

/// Everything that a run measured.
#[derive(Debug, Default)]
pub struct Report {
    /// The comparisons.
    pub rows: Vec<Row>,
    /// Each object, and its size in bytes.
    pub sizes: Vec<(&'static str, usize)>,
}

impl Report {
    /// Whether nothing was measured.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.sizes.is_empty()
    }

    /// The comparisons, an object for each.
    #[must_use]
    pub fn json(&self) -> Value {
        self.rows.iter().map(Row::json).collect()
    }
}

fn table<const N: usize>(head: [&str; N], rows: impl Iterator<Item = [String; N]>) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_header(head);
    table.add_rows(rows);
    table
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.sizes.is_empty() {
            let sizes = self.sizes.iter();
            let sizes = sizes.map(|(object, bytes)| [(*object).to_owned(), bytes.to_string()]);
            writeln!(f, "{}", table(["object", "bytes here"], sizes))?;
        }
        if self.rows.is_empty() {
            return Ok(());
        }
        let head = [
            "operation",
            "against",
            "threads",
            "ratio",
            "least to most",
            "target",
            "",
        ];
        writeln!(f, "{}", table(head, self.rows.iter().map(Row::cells)))?;
        let aimed = self.rows.iter().filter(|row| row.target.is_some()).count();
        let missed: Vec<_> = self.rows.iter().filter(|row| row.is_missed()).collect();
        writeln!(f, "{} of {aimed} targets met", aimed - missed.len())?;
        missed
            .iter()
            .try_for_each(|row| writeln!(f, "missed: {row}"))
    }
}

#[cfg(test)]
mod tests {
    use super::Report;
    use crate::row::{Row, Unit};

    #[test]
    fn missed_targets_are_counted_and_named() {
        let row = |name: &str, ratio, target| Row {
            name: name.into(),
            peer: "b".into(),
            threads: 1,
            unit: Unit::Time,
            ratios: vec![ratio],
            target,
            ops: 8,
            disturbed: 0,
            quick: false,
        };
        let report = Report {
            rows: vec![
                row("met", 0.2, Some(0.25)),
                row("above", 0.3, Some(0.25)),
                row("free", 9.0, None),
            ],
            sizes: vec![("StopFlag", 1)],
        };
        let text = report.to_string();
        let end = "1 of 2 targets met\nmissed: above against b at 1 threads: 0.300 > 0.25\n";
        assert!(text.ends_with(end), "{text}");
        assert!(text.contains("StopFlag"), "{text}");
        assert_eq!(Report::default().to_string(), "");
    }
}
