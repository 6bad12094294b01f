//! The table on the terminal: a line per object, or per pair of operations, and below it the addresses
//! that matter with their instructions.

use core::fmt::Write;
use std::collections::{BTreeMap, BTreeSet};

use super::{Swept, row::Row};
use crate::output::table;

/// `is_detailed`: each row, and where its wrong versions were caught.
pub(super) fn render(all: &[Swept], is_detailed: bool) -> String {
    let mut table = table([
        "board",
        "back end",
        "profile",
        if is_detailed {
            "operation / in the handler"
        } else {
            "object (pairs)"
        },
        "boundaries",
        "landed",
        "masked",
        "uncovered",
        "later",
        "unexecuted",
        "landings",
        "failures",
        "bugs caught",
    ]);
    for swept in all {
        for group in groups(&swept.rows, is_detailed) {
            table.add_row(line(swept, &group, is_detailed));
        }
    }
    let mut text = table.to_string();
    for swept in all {
        for row in &swept.rows {
            notes(&mut text, swept, row, is_detailed);
        }
    }
    text
}

fn groups(rows: &[Row], is_detailed: bool) -> Vec<Vec<&Row>> {
    let mut groups: Vec<Vec<&Row>> = Vec::new();
    for row in rows {
        let same = groups
            .iter_mut()
            .find(|it| !is_detailed && it[0].object == row.object);
        match same {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

fn line(swept: &Swept, rows: &[&Row], is_detailed: bool) -> Vec<String> {
    let sum =
        |count: fn(&Row) -> usize| rows.iter().map(|row| count(row)).sum::<usize>().to_string();
    let [first, ..] = rows else {
        return Vec::new();
    };
    let name = if is_detailed {
        format!("{} / {}", first.name(), first.isr_op)
    } else {
        format!("{} ({})", first.object, rows.len())
    };
    // Rows of the same operation share its wrong versions and its functions.
    let mut operations: Vec<&Row> = Vec::new();
    for row in rows {
        if !operations.iter().any(|it| it.op == row.op) {
            operations.push(row);
        }
    }
    let of_operations =
        |count: fn(&Row) -> usize| operations.iter().map(|row| count(row)).sum::<usize>();
    let failures = match first.hang {
        Some(_) => "hangs".to_owned(),
        None => sum(|row| row.failures as usize),
    };
    vec![
        swept.config.board.to_owned(),
        swept.config.back_end.name().to_owned(),
        swept.config.profile.to_owned(),
        name,
        sum(|row| row.boundaries.len()),
        sum(|row| row.landed.len()),
        sum(|row| row.masked().len()),
        sum(|row| row.uncovered().len()),
        sum(|row| row.after.len()),
        of_operations(|row| row.unexecuted.len()).to_string(),
        sum(|row| row.landings as usize),
        failures,
        format!(
            "{} of {}",
            of_operations(Row::caught),
            of_operations(|row| row.shallow_twins().count())
        ),
    ]
}

fn notes(text: &mut String, swept: &Swept, row: &Row, is_detailed: bool) {
    note(text, swept, row, "failed before", &row.failing);
    note(text, swept, row, "no interrupt before", &row.uncovered());
    if let Some(hang) = row.hang {
        let main = hang.main.into_iter().collect();
        note(
            text,
            swept,
            row,
            "hangs: main was interrupted before",
            &main,
        );
        let stuck = hang.stuck.into_iter().collect();
        note(
            text,
            swept,
            row,
            "hangs: the handler does not get past",
            &stuck,
        );
    }
    if is_detailed {
        for twin in row.shallow_twins() {
            let title = format!("wrong version {:?} was caught before", twin.name);
            note(text, swept, row, &title, &twin.addresses);
        }
        let mut by_reason: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        for (address, reason) in &row.unexecuted {
            let reason = reason.as_deref().unwrap_or("for no known reason");
            by_reason.entry(reason).or_default().insert(*address);
        }
        for (reason, addresses) in by_reason {
            let title = format!("never executed: {reason}");
            note(text, swept, row, &title, &addresses);
        }
    }
    if let Some(failure) = &row.first_failure {
        let _ = writeln!(text, "  the first {failure}");
    }
}

/// Nothing if there are no addresses.
fn note(text: &mut String, swept: &Swept, row: &Row, title: &str, addresses: &BTreeSet<u32>) {
    if addresses.is_empty() {
        return;
    }
    let name = swept.config.name();
    // Writing to a string does not fail.
    let _ = writeln!(text, "\n{name}: {} / {}: {title}", row.name(), row.isr_op);
    for address in addresses {
        let code = swept.code.get(address).map_or("?", |it| it);
        let _ = writeln!(text, "  {address:#010x}  {code}");
    }
}
