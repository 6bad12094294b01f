//! What the firmware says of a run; tests/firmware/harness/src/report.rs has the lines.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};

/// One case in one of its variants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sweep {
    pub(super) index: usize,
    pub(super) object: String,
    pub(super) main: String,
    pub(super) handler: String,
    pub(super) second: String,
    pub(super) kind: Kind,
    /// Main waits for the handler.
    pub(super) waits: bool,
    /// The names of the extra answers that have to come, by bit.
    pub(super) extras: BTreeMap<u32, String>,
    pub(super) places: BTreeMap<u32, Place>,
    pub(super) failure: Option<String>,
    pub(super) landings: u64,
    pub(super) failures: u64,
    pub(super) extras_seen: u64,
    pub(super) digest: String,
    pub(super) hang: Option<Hang>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) landings: u64,
    pub(super) failures: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Right,
    /// Known to.
    Hangs,
    /// A wrong version of the operation of this name.
    Planted(String),
    /// The same, which shows only at depth 2.
    Deep(String),
}

/// Where it hung.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hang {
    /// Where main was interrupted; `None` where even the watchdog was masked.
    pub(super) main: Option<u32>,
    /// Where the watchdog found whoever hangs.
    pub(super) stuck: Option<u32>,
}

/// A run's lines, one after the other.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) sweeps: Vec<Sweep>,
    pub(super) is_done: bool,
    pub(super) panic: Option<String>,
}

impl Report {
    pub(super) fn push(&mut self, line: &str) -> Result<()> {
        let fields: Vec<&str> = line.split('\t').collect();
        match &*fields {
            [
                "case",
                index,
                object,
                main,
                handler,
                second,
                _variant,
                kind,
                waits,
                of,
            ] => {
                self.sweeps.push(Sweep {
                    index: index.parse()?,
                    object: (*object).to_owned(),
                    main: (*main).to_owned(),
                    handler: (*handler).to_owned(),
                    second: (*second).to_owned(),
                    kind: match *kind {
                        "right" => Kind::Right,
                        "hangs" => Kind::Hangs,
                        "planted" => Kind::Planted((*of).to_owned()),
                        "deep" => Kind::Deep((*of).to_owned()),
                        other => bail!("no kind of case: {other}"),
                    },
                    waits: *waits == "waits",
                    ..Sweep::default()
                });
            }
            ["extra", bit, name] => {
                let name = (*name).to_owned();
                self.last()?.extras.insert(bit.parse()?, name);
            }
            ["place", address, landings, failures, _extras] => {
                let place = Place {
                    landings: landings.parse()?,
                    failures: failures.parse()?,
                };
                self.last()?.places.insert(hex(address)?, place);
            }
            [
                "failure",
                first,
                second,
                address,
                main,
                handler,
                nested,
                state,
            ] => {
                self.last()?.failure = Some(format!(
                    "at {address} (ticks {first}, {second}): main {main}, handler {handler}, \
                     second {nested}, state {state}"
                ));
            }
            ["end", landings, failures, extras, digest] => {
                let sweep = self.last()?;
                sweep.landings = landings.parse()?;
                sweep.failures = failures.parse()?;
                sweep.extras_seen = u64::from_str_radix(extras, 16)?;
                sweep.digest = (*digest).to_owned();
            }
            ["hang", _, _, main, stuck] => {
                self.last()?.hang = Some(Hang {
                    main: Some(hex(main)?),
                    stuck: Some(hex(stuck)?),
                });
            }
            ["panic", rest @ ..] => self.panic = Some(rest.join(" ")),
            ["done"] => self.is_done = true,
            // The rest of a panic's message.
            _ if self.panic.is_some() => {}
            _ => bail!("not a line of the sweep's: {line:?}"),
        }
        Ok(())
    }

    fn last(&mut self) -> Result<&mut Sweep> {
        self.sweeps
            .last_mut()
            .context("a line before the first case")
    }

    /// The numbers of the cases that hung.
    pub(super) fn hung(&self) -> BTreeSet<usize> {
        let hung = self.sweeps.iter().filter(|it| it.hang.is_some());
        hung.map(|it| it.index).collect()
    }
}

fn hex(text: &str) -> Result<u32> {
    u32::from_str_radix(text, 16).with_context(|| format!("not an address: {text:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_read_and_a_stray_line_is_an_error() {
        let mut report = Report::default();
        for line in [
            "case\t3\tStats\trecord\tsnapshot\t-\t0\tplanted\t-\trecord",
            "place\t1a2\t5\t1\t0",
            "end\t5\t1\t0\tabcd",
            "done",
        ] {
            report.push(line).unwrap();
        }
        let sweep = &report.sweeps[0];
        assert_eq!((sweep.index, sweep.landings, sweep.failures), (3, 5, 1));
        assert_eq!(sweep.kind, Kind::Planted("record".into()));
        assert_eq!(sweep.places[&0x1a2].failures, 1);
        assert!(report.is_done);
        assert!(report.push("nonsense").is_err());
        assert!(Report::default().push("end\t1\t0\t0\t0").is_err());
    }
}
