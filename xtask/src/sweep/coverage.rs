//! Puts together where interrupts landed and where they could have.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::{
    config::Config,
    image::{Function, Image},
    report::{Hang, Kind, Report, Sweep},
    trace::{Executed, Performance, Trace, extend},
};

/// One operation interrupted by another: a line of the result.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub(super) object: String,
    pub(super) op: String,
    pub(super) isr_op: String,
    /// Of which wrong version it is a row.
    twin_of: Option<String>,
    waits: bool,
    /// Where interrupts could land.
    pub(super) boundaries: Executed,
    pub(super) landed: BTreeSet<u32>,
    /// Reached only after an interrupt, where none lands at this depth.
    pub(super) after: Executed,
    pub(super) windows: BTreeMap<u32, u32>,
    pub(super) landings: u64,
    pub(super) failures: u64,
    pub(super) failing: BTreeSet<u32>,
    pub(super) first_failure: Option<String>,
    pub(super) missing_extras: BTreeSet<String>,
    pub(super) hang: Option<Hang>,
    pub(super) hangs_as_known: bool,
    /// Of its wrong versions: how many there are, how many were caught, and where.
    pub(super) twins: usize,
    pub(super) caught: usize,
    pub(super) bug_addresses: BTreeSet<u32>,
    /// Of the operation, whatever interrupts it: never executed.
    pub(super) unexecuted: BTreeSet<u32>,
}

impl Row {
    pub(super) fn name(&self) -> String {
        format!("{}::{}", self.object, self.op)
    }

    /// Boundaries that are always masked.
    pub(super) fn masked(&self) -> BTreeSet<u32> {
        let masked = self.boundaries.iter().filter(|(_, is_open)| !**is_open);
        masked.map(|(address, _)| *address).collect()
    }

    /// Boundaries without a landing that should have one.
    pub(super) fn uncovered(&self) -> BTreeSet<u32> {
        let open = self.boundaries.iter().filter(|(_, is_open)| **is_open);
        let open = open.map(|(address, _)| *address);
        open.filter(|it| !self.landed.contains(it)).collect()
    }

    /// Whether the interrupted operation waits for the handler, with interrupts masked.
    pub(super) fn sleeps(&self) -> bool {
        self.waits
    }

    /// The functions that were executed.
    pub(super) fn functions<'a>(&self, image: &'a Image) -> Vec<&'a Function> {
        let mut functions: Vec<&Function> = Vec::new();
        for address in self.boundaries.keys().chain(self.after.keys()) {
            if let Some(function) = image.function_at(*address)
                && !functions.iter().any(|it| it.start == function.start)
            {
                functions.push(function);
            }
        }
        functions
    }

    /// What is wrong with it, in words.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let hung = self.hang.is_some();
        if self.hangs_as_known {
            if !hung {
                faults.push("is known to hang, and does not".to_owned());
            }
            return faults;
        }
        if hung {
            faults.push("hangs".to_owned());
        } else if self.landings == 0 || self.boundaries.is_empty() {
            faults.push("was never interrupted".to_owned());
        }
        if self.failures > 0 {
            faults.push(format!(
                "{} landings gave what no order gives",
                self.failures
            ));
        }
        let uncovered = self.uncovered().len();
        if uncovered > 0 {
            faults.push(format!("{uncovered} boundaries without a landing"));
        }
        if !self.landed.is_disjoint(&self.masked()) {
            faults.push("a landing between masked instructions".to_owned());
        }
        for name in &self.missing_extras {
            faults.push(format!("the extra answer {name:?} never came"));
        }
        if self.twins == 0 {
            faults.push("has no wrong version".to_owned());
        } else if self.caught < self.twins {
            faults.push("a wrong version of it was not caught".to_owned());
        }
        faults
    }

    pub(super) fn json(&self, config: &Config, rustc: &str, depth: u32) -> Value {
        let list = |set: &BTreeSet<u32>| -> Vec<String> {
            set.iter().map(|address| format!("{address:#x}")).collect()
        };
        json!({
            "board": config.board,
            "backend": config.back_end.name(),
            "profile": config.profile,
            "rustc": rustc,
            "depth": depth,
            "op": self.name(),
            "isr_op": self.isr_op,
            "boundaries": self.boundaries.len(),
            "landed": self.landed.len(),
            "masked": self.masked().len(),
            "uncovered": list(&self.uncovered()),
            "unexecuted": list(&self.unexecuted),
            "after_interrupt": list(&self.after.keys().copied().collect()),
            "landings": self.landings,
            "failures": self.failures,
            "failing_addresses": list(&self.failing),
            "hangs": self.hang.is_some(),
            "planted_bug_caught": self.twins > 0 && self.caught == self.twins,
            "bug_addresses": list(&self.bug_addresses),
        })
    }
}

/// The rows of a run: at depth 1, or at depth 2 beside the one at depth 1.
pub(super) fn rows(
    image: &Image,
    single: &Report,
    traced: &(Report, Trace),
    double: Option<&Report>,
) -> Result<Vec<Row>> {
    let performances = by_case(&traced.0, &traced.1)?;
    let mut rows: Vec<Row> = Vec::new();
    for sweep in &single.sweeps {
        let row = row_of(&mut rows, sweep, &sweep.handler);
        if let Some(seen) = performances.get(&sweep.index) {
            extend(&mut row.boundaries, &seen.before);
            extend(&mut row.after, &seen.after);
            for (start, length) in &seen.windows {
                let longest = row.windows.entry(*start).or_default();
                *longest = (*longest).max(*length);
            }
        }
        add_landings(row, sweep);
    }
    if let Some(double) = double {
        rows = deeper(&rows, double);
    }
    for row in &mut rows {
        let boundaries = &row.boundaries;
        // The interrupt also lands before and after the operation.
        row.landed
            .retain(|address| boundaries.contains_key(address));
        row.after
            .retain(|address, _| !boundaries.contains_key(address));
    }
    let (mut right, planted): (Vec<Row>, Vec<Row>) =
        rows.into_iter().partition(|row| row.twin_of.is_none());
    for row in &mut right {
        let is_twin = |it: &&Row| it.object == row.object && it.twin_of.as_ref() == Some(&row.op);
        for twin in planted.iter().filter(is_twin) {
            row.twins += 1;
            row.caught += usize::from(twin.failures > 0 || twin.hang.is_some());
            row.bug_addresses.extend(&twin.failing);
        }
    }
    unexecuted(image, &mut right);
    Ok(right)
}

/// The rows of a run at depth 2, beside those at depth 1.
fn deeper(shallow: &[Row], double: &Report) -> Vec<Row> {
    let mut rows = Vec::new();
    for sweep in &double.sweeps {
        let handlers = match sweep.kind {
            Kind::Planted(_) => sweep.handler.clone(),
            _ => format!("{} / {}", sweep.handler, sweep.second),
        };
        let row = row_of(&mut rows, sweep, &handlers);
        let below = shallow.iter().find(|it| {
            (&it.object, &it.op, &it.twin_of) == (&row.object, &row.op, &row.twin_of)
                && it.isr_op == sweep.handler
        });
        if let Some(below) = below {
            // A second interrupt can also land where the first one has led.
            extend(&mut row.boundaries, &below.boundaries);
            extend(&mut row.boundaries, &below.after);
            row.landed.extend(&below.landed);
            row.windows = below.windows.clone();
        }
        add_landings(row, sweep);
    }
    rows
}

fn row_of<'a>(rows: &'a mut Vec<Row>, sweep: &Sweep, isr_op: &str) -> &'a mut Row {
    let twin_of = match &sweep.kind {
        Kind::Planted(of) => Some(of.clone()),
        _ => None,
    };
    let name = (&*sweep.object, &*sweep.main, isr_op, &twin_of);
    let at = rows
        .iter()
        .position(|it| (&*it.object, &*it.op, &*it.isr_op, &it.twin_of) == name)
        .unwrap_or_else(|| {
            rows.push(Row {
                object: sweep.object.clone(),
                op: sweep.main.clone(),
                isr_op: isr_op.to_owned(),
                twin_of: twin_of.clone(),
                waits: sweep.waits,
                missing_extras: sweep.extras.values().cloned().collect(),
                hangs_as_known: sweep.kind == Kind::Hangs,
                ..Row::default()
            });
            rows.len() - 1
        });
    &mut rows[at]
}

fn add_landings(row: &mut Row, sweep: &Sweep) {
    row.landings += sweep.landings;
    row.failures += sweep.failures;
    for (address, place) in &sweep.places {
        row.landed.insert(*address);
        if place.failures > 0 {
            row.failing.insert(*address);
        }
    }
    for (bit, name) in &sweep.extras {
        if sweep.extras_seen >> bit & 1 == 1 {
            row.missing_extras.remove(name);
        }
    }
    if row.first_failure.is_none() {
        row.first_failure.clone_from(&sweep.failure);
    }
    row.hang = row.hang.or(sweep.hang);
}

/// What each case's performances executed.
fn by_case(report: &Report, trace: &Trace) -> Result<BTreeMap<usize, Performance>> {
    let mut performances = trace.performances.iter();
    let mut cases: BTreeMap<usize, Performance> = BTreeMap::new();
    for sweep in &report.sweeps {
        let case = cases.entry(sweep.index).or_default();
        for _ in 0..sweep.landings {
            let next = performances.next();
            case.merge(next.context("the trace has fewer operations than the report")?);
        }
    }
    if performances.next().is_some() {
        bail!("the trace has more operations than the report");
    }
    Ok(cases)
}

/// Two runs say the same in every byte, or something is not deterministic.
pub(super) fn check_equal(one: &Report, other: &Report) -> Result<()> {
    let swept = one.sweeps.iter().filter(|it| it.hang.is_none());
    if !swept.eq(&other.sweeps) {
        bail!("two runs of the same firmware differ");
    }
    Ok(())
}

/// Finds, per operation, the instructions of its functions that no row executed.
fn unexecuted(image: &Image, rows: &mut [Row]) {
    let mut executed: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for row in &*rows {
        let all = executed.entry(row.name()).or_default();
        all.extend(row.boundaries.keys().chain(row.after.keys()));
    }
    for row in rows {
        let executed = &executed[&row.name()];
        let mut functions: Vec<u32> = Vec::new();
        for address in executed {
            let Some(function) = image.function_at(*address) else {
                continue;
            };
            if !functions.contains(&function.start) {
                functions.push(function.start);
                let all = image.instructions_of(function);
                row.unexecuted
                    .extend(all.filter(|it| !executed.contains(it)));
            }
        }
    }
}
