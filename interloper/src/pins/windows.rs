//! The longest masked window of each operation.

use core::fmt::Write as _;
use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};

use super::Row;

const HEAD: &str = "\
# The most instructions in a row that an operation keeps interrupts masked, written with INTERLOPER_PIN=1:
# compiler, build, operation, instructions
";

/// By compiler, build and operation.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Windows(BTreeMap<[String; 3], u64>);

impl Windows {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let windows = lines.map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            ensure!(fields.len() == 4, "not a masked window: {line:?}");
            let length = fields[3].parse();
            let length =
                length.with_context(|| format!("not a number of instructions: {line:?}"))?;
            Ok(([fields[0], fields[1], fields[2]].map(str::to_owned), length))
        });
        Ok(Self(windows.collect::<Result<_>>()?))
    }

    pub(crate) fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        for ([compiler, place, operation], length) in &self.0 {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{compiler}\t{place}\t{operation}\t{length}");
        }
        text
    }

    pub(crate) fn knows(&self, compiler: &str) -> bool {
        self.0.keys().any(|[of, ..]| of == compiler)
    }

    /// Takes what was found; in a complete run, in place of all that was known.
    pub(crate) fn pin(&mut self, rows: &[Row], compiler: &str, is_complete: bool) {
        let is_replaced = |[of, place, _]: &[String; 3]| {
            is_complete || of == compiler && rows.iter().any(|row| row.place == *place)
        };
        self.0.retain(|key, _| !is_replaced(key));
        self.0.extend(found(rows, compiler));
    }

    pub(crate) fn faults(&self, rows: &[Row], compiler: &str, is_complete: bool) -> Vec<String> {
        let found: BTreeMap<_, _> = found(rows, compiler).collect();
        let mut faults = Vec::new();
        for (key @ [_, place, operation], length) in &found {
            match self.0.get(key) {
                Some(known) if known == length => {}
                Some(known) => faults.push(format!(
                    "{place}::{operation} masks {length} instructions in a row, and {known} are known"
                )),
                None => faults.push(format!("{place}::{operation} is new: its masked window is not known")),
            }
        }
        let gone = self
            .0
            .keys()
            .filter(|key| key[0] == compiler && !found.contains_key(*key));
        let gone = gone.filter(|key| is_complete || rows.iter().any(|row| row.place == key[1]));
        faults.extend(gone.map(|[_, place, operation]| {
            format!("{place}::{operation} is known, and was not tested")
        }));
        faults
    }
}

fn found(rows: &[Row], compiler: &str) -> impl Iterator<Item = ([String; 3], u64)> {
    rows.iter().flat_map(move |row| {
        row.seen.iter().map(move |(operation, seen)| {
            (
                [compiler, &row.place, operation].map(str::to_owned),
                seen.masked,
            )
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pins::Seen;

    fn rows(masked: u64) -> Vec<Row> {
        let seen = Seen {
            masked,
            ..Seen::default()
        };
        vec![Row {
            place: "thumbv6m".into(),
            seen: [("ids::allocate".to_owned(), seen)].into(),
            unexecuted: BTreeMap::new(),
        }]
    }

    #[test]
    fn what_is_pinned_is_right_and_anything_else_is_a_fault() {
        let mut windows = Windows::default();
        windows.pin(&rows(4), "1.96.0", true);
        let windows = Windows::parse(&windows.text()).unwrap();
        assert!(windows.knows("1.96.0") && !windows.knows("1.97.0"));
        assert_eq!(windows.faults(&rows(4), "1.96.0", true), [""; 0]);
        assert!(
            windows.faults(&rows(5), "1.96.0", true)[0]
                .contains("masks 5 instructions in a row, and 4")
        );
        assert!(windows.faults(&[], "1.96.0", true)[0].contains("was not tested"));
        assert_eq!(windows.faults(&[], "1.96.0", false), [""; 0]);
        assert!(Windows::default().faults(&rows(4), "1.96.0", true)[0].contains("is new"));
        assert!(Windows::parse("a\tb\tc").is_err() && Windows::parse("a\tb\tc\td").is_err());
    }

    #[test]
    fn an_incomplete_run_pins_its_own_builds() {
        let mut windows = Windows::parse("1.96.0\tother\tf\t1\n1.96.0\tthumbv6m\tg\t2\n").unwrap();
        windows.pin(&rows(4), "1.96.0", false);
        let expected = "1.96.0\tother\tf\t1\n1.96.0\tthumbv6m\tids::allocate\t4\n";
        assert_eq!(windows, Windows::parse(expected).unwrap());
    }
}
