//! Puts together where interrupts landed and where they could have.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};

use super::{
    image::Image,
    report::{Kind, Report, Sweep},
    row::{Row, Twin},
    trace::{Performance, Trace, extend},
};

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
            let mut addresses = twin.failing.clone();
            if double.is_none() {
                // It has to be wrong by being interrupted.
                addresses.retain(|it| twin.boundaries.contains_key(it));
            }
            row.twins.push(Twin {
                name: twin.op.clone(),
                addresses,
                hangs: twin.hang.is_some(),
                is_deep: twin.is_deep,
            });
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
        Kind::Planted(of) | Kind::Deep(of) => Some(of.clone()),
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
                is_deep: matches!(sweep.kind, Kind::Deep(_)),
                sleeps: sweep.waits,
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
///
/// `wakes_exactly`: also where main sleeps. Otherwise QEMU wakes it an instruction sooner or later, now
/// and then, when the host is busy.
pub(super) fn check_equal(one: &Report, other: &Report, wakes_exactly: bool) -> Result<()> {
    let is_compared = |it: &&Sweep| wakes_exactly || !it.waits;
    let swept = one.sweeps.iter().filter(|it| it.hang.is_none());
    let others = other.sweeps.iter().filter(is_compared);
    if !swept.filter(is_compared).eq(others) {
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
                let never = all.filter(|it| !executed.contains(it));
                row.unexecuted.extend(never.map(|it| (it, None)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::{config::CONFIGS, decode::Effect};

    /// Four instructions, of which the second masks and the third unmasks, and one that never runs.
    fn image() -> Image {
        use Effect::{Masks, None, Unmasks};
        Image::planted(&[None, Masks, Unmasks, None, None])
    }

    /// Lands before the operation's first, second and last instruction, and after it.
    const REPORT: &str = "\
case\t0\tStats\trecord\tsnapshot\t-\t0\tright\t-\t-
extra\t0\ttorn
place\t100\t1\t0\t0
place\t102\t1\t0\t1
place\t106\t1\t0\t0
place\t300\t1\t0\t0
end\t4\t0\t1\tabcd
case\t1\tStats\tnaive\tsnapshot\t-\t0\tplanted\t-\trecord
place\t102\t1\t1\t0
end\t1\t1\t0\tef
done";

    fn report(text: &str) -> Report {
        let mut report = Report::default();
        for line in text.lines() {
            report.push(line).unwrap();
        }
        report
    }

    fn trace(image: &Image, performances: usize) -> Trace {
        let mut trace = Trace::default();
        for _ in 0..performances {
            for address in image.performance() {
                let line = format!("Trace 0: 0x7f [0/{address:08x}/0/0] op");
                trace.push(image, line.as_bytes());
            }
        }
        trace
    }

    /// The one row of this report, made twice and found to be the same.
    fn row(text: &str) -> Row {
        let image = image();
        let once = || {
            let traced = (report(text), trace(&image, 5));
            let mut rows = rows(&image, &report(text), &traced, None).unwrap();
            assert_eq!(rows.len(), 1);
            rows.remove(0)
        };
        let json = |row: &Row| row.json(&CONFIGS[0], "1.90.0", 1, &BTreeMap::new());
        let (one, other) = (once(), once());
        assert_eq!(json(&one).to_string(), json(&other).to_string());
        one
    }

    #[test]
    fn a_right_run_has_no_faults() {
        let row = row(REPORT);
        assert_eq!(row.faults(), [""; 0]);
        assert_eq!(row.boundaries.len(), 4);
        assert_eq!(row.landed, BTreeSet::from([0x100, 0x102, 0x106]));
        assert_eq!(row.masked(), BTreeSet::from([0x104]));
        assert_eq!(row.windows, BTreeMap::from([(0x102, 1)]));
        assert_eq!(row.unexecuted, BTreeMap::from([(0x108, None)]));
    }

    #[test]
    fn a_landing_that_is_removed_is_missed() {
        let row = row(&REPORT.replace("place\t106\t", "place\t300\t"));
        assert_eq!(row.uncovered(), BTreeSet::from([0x106]));
        assert_eq!(row.faults(), ["1 boundaries without a landing"]);
    }

    #[test]
    fn a_landing_where_interrupts_are_masked_is_not_believed() {
        let row = row(&REPORT.replace("place\t300\t", "place\t104\t"));
        assert_eq!(row.faults(), ["a landing between masked instructions"]);
    }

    #[test]
    fn a_wrong_version_counts_only_where_it_is_interrupted() {
        let harmless = REPORT.replace(
            "place\t102\t1\t1\t0\nend\t1\t1",
            "place\t102\t1\t0\t0\nend\t1\t0",
        );
        assert!(row(&harmless).faults()[0].contains("was not caught"));
        let always = REPORT.replace("place\t102\t1\t1", "place\t300\t1\t1");
        assert!(row(&always).faults()[0].contains("was not caught"));
    }

    #[test]
    fn an_extra_answer_has_to_come() {
        let never = row(&REPORT.replace("end\t4\t0\t1", "end\t4\t0\t0"));
        assert_eq!(never.faults(), ["the extra answer \"torn\" never came"]);
    }

    #[test]
    fn a_trace_that_does_not_fit_its_report_is_an_error() {
        let image = image();
        for performances in [4, 6] {
            let traced = (report(REPORT), trace(&image, performances));
            assert!(rows(&image, &report(REPORT), &traced, None).is_err());
        }
    }

    #[test]
    fn runs_that_differ_in_one_answer_are_not_equal() {
        let one = report(REPORT);
        assert!(check_equal(&one, &report(REPORT), true).is_ok());
        let other = REPORT.replace("abcd", "abce");
        assert!(check_equal(&one, &report(&other), false).is_err());
        let asleep = |text: &str| report(&text.replace("right\t-", "right\twaits"));
        assert!(check_equal(&asleep(REPORT), &asleep(&other), true).is_err());
        assert!(check_equal(&asleep(REPORT), &asleep(&other), false).is_ok());
    }
}
