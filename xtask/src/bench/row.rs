//! The output of the benchmarks, line by line.

use core::fmt;

use anyhow::{Context, Result};
use serde_json::Value;

/// A line of the output.
#[derive(Debug)]
pub(super) enum Said {
    /// A comparison.
    Row(Row),
    /// The size of an object in RAM.
    Size { object: String, bytes: u64 },
}

/// A comparison: our result divided by the peer's.
#[derive(Debug)]
pub(super) struct Row {
    name: String,
    peer: String,
    threads: u64,
    unit: String,
    median: f64,
    least: f64,
    most: f64,
    pub(super) target: Option<f64>,
    quick: bool,
    /// The number of rounds that count, and the number in which a thread was preempted.
    rounds: u64,
    disturbed: u64,
    all: Value,
}

impl Said {
    pub(super) fn read(line: &str) -> Result<Self> {
        let all: Value =
            serde_json::from_str(line).with_context(|| format!("not a row: {line}"))?;
        let said = if all.get("object").is_some() {
            Self::size(&all)
        } else {
            Row::read(&all).map(Self::Row)
        };
        said.with_context(|| format!("not all of a row: {line}"))
    }

    fn size(all: &Value) -> Option<Self> {
        Some(Self::Size {
            object: text(all, "object")?,
            bytes: all.get("bytes")?.as_u64()?,
        })
    }
}

fn text(all: &Value, field: &str) -> Option<String> {
    Some(all.get(field)?.as_str()?.to_owned())
}

impl Row {
    fn read(all: &Value) -> Option<Self> {
        let number = |field: &str| all.get(field)?.as_f64();
        let count = |field: &str| all.get(field)?.as_u64();
        Some(Self {
            name: text(all, "name")?,
            peer: text(all, "peer")?,
            threads: count("threads")?,
            unit: text(all, "unit")?,
            median: number("ratio_median")?,
            least: number("ratio_min")?,
            most: number("ratio_max")?,
            target: all.get("target")?.as_f64(),
            quick: all.get("quick")?.as_bool()?,
            rounds: count("rounds")?,
            disturbed: count("disturbed")?,
            all: all.clone(),
        })
    }

    /// The row, unchanged.
    pub(super) fn json(&self) -> Value {
        self.all.clone()
    }

    pub(super) fn is_missed(&self) -> bool {
        self.target.is_some_and(|target| self.median > target)
    }

    pub(super) fn cells(&self) -> [String; 7] {
        [
            self.name.clone(),
            self.peer.clone(),
            self.threads.to_string(),
            short(self.median),
            format!("{} to {}", short(self.least), short(self.most)),
            self.target
                .map_or(String::new(), |target| target.to_string()),
            self.remark(),
        ]
    }

    fn remark(&self) -> String {
        let mut remarks = Vec::new();
        if self.target.is_some() {
            remarks.push(if self.is_missed() { "MISSED" } else { "met" }.to_owned());
        }
        if self.unit != "time" {
            remarks.push(self.unit.clone());
        }
        if self.quick {
            remarks.push("quick: unreliable".to_owned());
        }
        if self.disturbed > 0 {
            remarks.push(format!(
                "{} rounds count, {} were disturbed",
                self.rounds, self.disturbed
            ));
        }
        remarks.join("; ")
    }
}

/// Three digits are more than two runs agree in.
fn short(ratio: f64) -> String {
    let decimals = if ratio < 0.1 { 4 } else { 3 };
    format!("{ratio:.decimals$}")
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (median, target) = (short(self.median), self.target.unwrap_or(f64::NAN));
        write!(
            f,
            "{} against {} at {} threads: {median} > {target}",
            self.name, self.peer, self.threads
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Row, Said};

    fn row(median: &str, target: &str) -> Row {
        let line = format!(
            r#"{{"name":"a","peer":"b","threads":2,"unit":"time","ratio_median":{median},"ratio_min":0.1,
            "ratio_max":2.0,"target":{target},"quick":false,"rounds":5,"disturbed":0}}"#
        );
        match Said::read(&line) {
            Ok(Said::Row(row)) => row,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_missed_target_is_distinguished_from_a_met_one_and_from_none() {
        assert!(row("0.31", "0.25").is_missed());
        assert!(!row("0.25", "0.25").is_missed());
        assert!(!row("9.0", "null").is_missed());
        assert_eq!(
            row("0.31", "0.25").to_string(),
            "a against b at 2 threads: 0.310 > 0.25"
        );
    }

    #[test]
    fn half_a_row_is_an_error() {
        assert!(Said::read(r#"{"name":"a","peer":"b"}"#).is_err());
        assert!(Said::read("a").is_err());
        assert!(matches!(
            Said::read(r#"{"object":"a","bytes":4}"#),
            Ok(Said::Size { bytes: 4, .. })
        ));
    }
}
