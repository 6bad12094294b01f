//! A line for each version.

use core::fmt::Write as _;

use super::{Paint, paint::Ink};
use crate::record::{Build, Kind, Look};

/// What the marks mean.
pub const LEGEND: &str =
    ". right   x wrong   - right, waits until main unmasks   o right, main tries again
`cargo xtask land EXAMPLE [ADDRESS]` draws one of them";

/// The marks in the line of a version.
const ROW: usize = 30;

/// The landings of a version, a mark each; `chosen` in brackets.
#[must_use]
pub fn marks(build: &Build, chosen: Option<usize>, paint: Paint) -> String {
    let mut text = String::new();
    // Where there are too many, those around the chosen one.
    let room = 78;
    let start = match chosen {
        Some(chosen) if build.landings.len() > room => chosen
            .saturating_sub(room / 2)
            .min(build.landings.len() - room),
        _ => 0,
    };
    for (index, landing) in build.landings.iter().enumerate().skip(start).take(room) {
        let mark = landing.kind.mark().to_string();
        if chosen == Some(index) {
            text.push_str(&paint.with(Ink::Bold, &format!("[{mark}]")));
        } else {
            text.push_str(&paint.with(landing.kind.ink(), &mark));
        }
    }
    text
}

/// A line for each version: its landings, and their result.
#[must_use]
pub fn lines(look: &Look, paint: Paint) -> String {
    let mut text = String::new();
    for group in &look.groups {
        let mut cases = look
            .cases
            .iter()
            .filter(|case| case.group == group.id)
            .peekable();
        if cases.peek().is_none() {
            continue;
        }
        let _ = writeln!(text, "{}", paint.with(Ink::Bold, &group.title));
        for case in cases {
            let build = &case.builds[0];
            let (row, result) = (short(build, paint), result(case.kind, build));
            let ink = if build.counts.wrong > 0 {
                Ink::Wrong
            } else {
                Ink::Right
            };
            let _ = writeln!(text, "  {:20} {row} {}", case.id, paint.with(ink, &result));
        }
    }
    text
}

/// The landings in one line: the first ones, where there are too many.
fn short(build: &Build, paint: Paint) -> String {
    let len = build.landings.len();
    let shown = if len > ROW { ROW - 1 } else { len };
    let marks = build.landings.iter().take(shown);
    let marks =
        marks.map(|landing| paint.with(landing.kind.ink(), &landing.kind.mark().to_string()));
    let rest = if len > ROW { "…" } else { "" };
    let marks: String = marks.collect();
    format!("{marks}{rest}{}", " ".repeat(ROW.saturating_sub(len)))
}

fn result(kind: Kind, build: &Build) -> String {
    let counts = &build.counts;
    if counts.wrong > 0 || kind == Kind::Wrong {
        return format!("{} of {} wrong", counts.wrong, counts.points);
    }
    match (counts.masked_cycles, counts.again) {
        (Some(cycles @ 1..), _) => format!("right, {cycles} cycles masked"),
        (_, 0) => "right, nothing masked".to_owned(),
        _ => "right, main tries again".to_owned(),
    }
}
