//! Records as text.

use core::fmt::Write as _;
use std::{fs, path::Path};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{
    expression,
    record::{Answer, Failure, Frame, Landing, Place, Record},
};
use crate::table::reset_clause;

/// The message of a failed test.
pub(crate) fn message(record: &Record) -> String {
    let mut text = String::new();
    for failure in &record.failures {
        let error = error(failure, &record.table, &record.test, Style::Plain);
        let _ = writeln!(text, "{error}\n");
    }
    let counts = &record.counts;
    let _ = write!(
        text,
        "{}: {} runs with {} interrupts, {} instructions",
        record.target, counts.runs, counts.landings, counts.instructions
    );
    text
}

/// What GitHub shows beside the source.
pub(crate) fn annotation(record: &Record) -> Option<String> {
    let failure = record.failures.first()?;
    let place = failure
        .places
        .first()
        .and_then(|place| user_frame(&place.frames, &record.table));
    let (file, line) = place.map_or((shown(&record.table), 1), |frame| {
        (shown(&frame.file), frame.line)
    });
    let message = failure.message.replace('%', "%25").replace('\n', "%0A");
    Some(format!(
        "::error file={file},line={line}::{}: {message}",
        record.test
    ))
}

/// Whether a message has colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// It has none.
    Plain,
    /// It has those of a terminal.
    Coloured,
}

/// A failed run, as rustc writes an error. `table` and `test` are those of the [`Record`].
#[must_use]
pub fn error(failure: &Failure, table: &str, test: &str, style: Style) -> String {
    let sources: Vec<_> = failure
        .places
        .iter()
        .filter_map(|place| Some((place, source(place, table)?)))
        .collect();
    let mut group = Group::with_title(Level::ERROR.primary_title(failure.message.as_str()));
    for (place, (frame, source)) in &sources {
        let snippet = Snippet::source(source.as_str())
            .path(shown(&frame.file))
            .annotation(
                AnnotationKind::Primary
                    .span(span(source, frame))
                    .label(place.label.as_str()),
            );
        group = group.element(snippet);
    }
    let notes = notes(failure, table, test);
    for note in &notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    renderer.render(&[group])
}

fn notes(failure: &Failure, table: &str, test: &str) -> Vec<String> {
    let mut notes: Vec<_> = failure
        .landings
        .iter()
        .map(|landing| landed(landing, table))
        .collect();
    if !failure.answers.is_empty() {
        notes.push(format!(
            "answers: {}",
            outcome(&failure.answers, failure.state.as_deref())
        ));
    }
    if !failure.orders.is_empty() {
        let orders = failure
            .orders
            .iter()
            .map(|order| outcome(&order.answers, order.state.as_deref()));
        let orders: Vec<_> = orders.collect();
        notes.push(format!("allowed: {}", orders.join("\n     or: ")));
    }
    if !failure.variant.is_empty() {
        notes.push(format!("after {}", reset_clause(&failure.variant)));
    }
    if failure.runs > 1 {
        notes.push(format!(
            "{} runs end like this; this one has the fewest interrupts",
            failure.runs
        ));
    }
    if !failure.replay.is_empty() {
        notes.push(format!(
            "replay: INTERLOPER_REPLAY='{}' cargo test -- --exact '{test}'",
            failure.replay
        ));
    }
    notes
}

/// Where the core is when main has returned; `interloper-table` names it.
const IDLE: &str = "interloper_idle";

fn landed(landing: &Landing, table: &str) -> String {
    let Landing {
        step,
        address,
        party,
        ..
    } = landing;
    let is_idle = |frame: &Frame| frame.function == IDLE;
    if let (Some(party), true) = (party, landing.frames.iter().any(is_idle)) {
        return format!(
            "`{party}` enters after {step} instructions, when what it interrupts has returned"
        );
    }
    let place = user_frame(&landing.frames, table).or(landing.frames.first());
    let place = place.map_or(String::new(), |frame| {
        format!(" ({}:{})", shown(&frame.file), frame.line)
    });
    match party {
        Some(party) => {
            format!("`{party}` enters after {step} instructions, before {address:#010x}{place}")
        }
        None => {
            format!(
                "at {address:#010x} the exclusive store fails, or the sleep ends, although nothing causes it{place}"
            )
        }
    }
}

/// A path relative to the directory of the test, where it lies there.
pub(crate) fn shown(file: &str) -> &str {
    let dir = std::env::current_dir().unwrap_or_default();
    Path::new(file)
        .strip_prefix(dir)
        .ok()
        .and_then(Path::to_str)
        .unwrap_or(file)
}

/// Answers and the state at the end.
pub(crate) fn outcome(answers: &[Answer], state: Option<&str>) -> String {
    let mut text = String::new();
    for Answer { call, answer } in answers {
        let separator = if text.is_empty() { "" } else { ", " };
        let _ = write!(
            text,
            "{separator}{call} = {}",
            answer.as_deref().unwrap_or("not called")
        );
    }
    match state {
        Some(state) => text + "; state = " + state,
        None => text,
    }
}

/// The frame to show: the innermost one outside the standard library whose file exists.
fn source(place: &Place, table: &str) -> Option<(Frame, String)> {
    let frame = user_frame(&place.frames, table)?;
    let source = fs::read_to_string(&frame.file).ok()?;
    (frame.line as usize <= source.lines().count()).then(|| (frame.clone(), source))
}

/// Whether a file is worth showing: the operation of an atomic is not, nor the call that `object!` makes; their callers
/// are.
pub(crate) fn is_shown(file: &str) -> bool {
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/table/src/");
    let hidden = ["/library/core/", "/interloper-table-", table];
    !hidden.iter().any(|part| file.contains(part))
}

fn user_frame<'a>(frames: &'a [Frame], table: &str) -> Option<&'a Frame> {
    let is_user =
        |frame: &&Frame| frame.line > 0 && is_shown(&frame.file) && Path::new(&frame.file).exists();
    frames
        .iter()
        .find(is_user)
        .or_else(|| frames.iter().find(|frame| frame.file == table))
}

/// The expression at a place, in the whole source.
fn span(source: &str, frame: &Frame) -> core::ops::Range<usize> {
    let line_start: usize = source
        .split_inclusive('\n')
        .take(frame.line as usize - 1)
        .map(str::len)
        .sum();
    let line = source[line_start..].lines().next().unwrap_or_default();
    let found = expression(line, frame.column);
    line_start + found.start..line_start + found.end
}

/// A run, instruction by instruction, with what the signs in it mean.
pub(crate) fn listing(
    rows: impl IntoIterator<Item = (u64, usize, String, u32, String, bool)>,
) -> String {
    let mut text =
        String::from("  step core party            address     touches                   \n");
    for (step, core, party, pc, access, masked) in rows {
        let masked = if masked { '#' } else { ' ' };
        let _ = writeln!(
            text,
            "{step:6} {core:4} {party:16} {pc:#010x} {masked} {access}"
        );
    }
    text + "`#`: interrupts are masked; `r` and `w`: the instruction reads and writes this word\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::record::tests::record;

    #[test]
    fn a_landing_after_the_return_has_no_place() {
        let mut record = record();
        let landing = &mut record.failures[0].landings[0];
        landing.frames[0].function = IDLE.into();
        let text = message(&record);
        let note = "`g` enters after 12 instructions, when what it interrupts has returned\n";
        assert!(text.contains(note), "{text}");
    }

    #[test]
    fn a_message_has_the_answers_beside_the_allowed_ones() {
        let text = message(&record());
        for part in [
            "error: m",
            "`g` enters after 12 instructions, before 0x08000000 (a.rs:1)",
            "answers: f = None",
            "allowed: f = None; state = []",
            "after `reset full`",
            "INTERLOPER_REPLAY='full/12e1' cargo test -- --exact 'thumbv6m::queue::f x g'",
            "thumbv6m-none-eabi: 4 runs with 3 interrupts",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }

    #[test]
    fn an_annotation_is_one_line() {
        let mut record = record();
        record.failures[0].message = "50 %\nof it".into();
        record.failures[0].places.clear();
        assert_eq!(
            annotation(&record).unwrap(),
            "::error file=tests/queue.rs,line=1::thumbv6m::queue::f x g: 50 %25%0Aof it"
        );
    }

    #[test]
    fn a_span_ends_with_the_arguments() {
        let source = "fn f() {\n    x.load(a, (b)).wait();\n}\n";
        let frame = |line, column| Frame {
            file: String::new(),
            line,
            column,
            function: String::new(),
        };
        assert_eq!(&source[span(source, &frame(2, 7))], "x.load(a, (b))");
        assert_eq!(&source[span(source, &frame(2, 0))], "x.load(a, (b))");
        assert_eq!(&source[span(source, &frame(3, 1))], "}");
    }
}
