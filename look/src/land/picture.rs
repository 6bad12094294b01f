//! One landing in 80 columns: a lane for each party, the words that they share, the answers beside the allowed orders.

use core::fmt::Write as _;

use super::{
    Paint, Scene,
    answers::{answers, sentences, wrapped},
    marks,
    paint::Ink,
    rows::{Row, What, rows},
};
use crate::{
    explain::place,
    record::{Build, Happening, Verdict},
};

/// The columns of a terminal.
pub(super) const WIDTH: usize = 80;
/// How many instructions in between are worth a row.
const GAP: usize = 3;

/// Draws a landing.
#[must_use]
pub fn picture(scene: &Scene<'_>, paint: Paint) -> String {
    let Scene {
        group,
        case,
        build,
        landing,
        ..
    } = *scene;
    let mark = match landing.kind {
        Verdict::Wrong => "WRONG",
        Verdict::Masked => "masked",
        Verdict::Again => "right, tries again",
        Verdict::Ok => "right",
    };
    let mut text = String::new();
    let title = format!("{}: {}", group.title, case.name);
    let core = &scene.look.targets[build.target].core;
    let _ = writeln!(
        text,
        "{}  {}",
        paint.with(Ink::Bold, &title),
        paint.with(landing.kind.ink(), mark)
    );
    let place = place(build, landing).replace('`', "");
    let number = build
        .landings
        .iter()
        .position(|it| it == landing)
        .unwrap_or(0);
    for line in wrapped(&format!(
        "point {} of {} on a {core}, {place}",
        number + 1,
        build.landings.len()
    )) {
        let _ = writeln!(text, "{line}");
    }
    let _ = writeln!(text, "{}\n", marks(build, Some(number), paint));
    Lanes::new(scene, paint).draw(&mut text);
    text.push('\n');
    sentences(scene, paint, &mut text);
    text.push('\n');
    answers(scene, paint, &mut text);
    text
}

/// The lanes, from left to right, and the words.
struct Lanes<'a> {
    scene: &'a Scene<'a>,
    paint: Paint,
    lane: usize,
    /// The columns that have room, and the width of one.
    columns: usize,
    column: usize,
    values: Vec<u32>,
    /// The lanes that have begun and not returned.
    active: Vec<usize>,
    /// The words of each column that were stored.
    stored: Vec<usize>,
    is_masked: bool,
}

impl<'a> Lanes<'a> {
    fn new(scene: &'a Scene<'a>, paint: Paint) -> Self {
        let build = scene.build;
        let lane = if scene.group.lanes.len() == 2 { 25 } else { 19 };
        let room = WIDTH - lane * scene.group.lanes.len();
        let widest = build
            .columns
            .iter()
            .map(|it| it.name.len())
            .max()
            .unwrap_or(0);
        let column = (widest + 1).clamp(6, 10);
        Self {
            scene,
            paint,
            lane,
            columns: build.columns.len().min(room / column),
            column,
            values: build.words.iter().map(|word| word.init).collect(),
            active: vec![0],
            stored: vec![0; build.columns.len()],
            is_masked: false,
        }
    }

    fn draw(&mut self, text: &mut String) {
        let (scene, build) = (self.scene, self.scene.build);
        for (lane, name) in scene.group.lanes.iter().enumerate() {
            text.push_str(&self.paint.with(ink(lane), &padded(name, self.lane)));
        }
        let names = build.columns[..self.columns].iter();
        let names: String = names
            .map(|column| padded(end(&column.name, self.column - 1), self.column))
            .collect();
        text.push_str(names.trim_end());
        text.push('\n');
        let all = vec![true; self.columns];
        self.line(text, 0, "|", Ink::Main, &all);
        for row in rows(build, scene.landing) {
            self.row(text, &row);
        }
        if self.columns < build.columns.len() {
            let left = build.columns.len() - self.columns;
            let note = format!("{:>WIDTH$}", format!("and {left} more"));
            let _ = writeln!(text, "{}", self.paint.with(Ink::Dim, &note));
        }
    }

    fn row(&mut self, text: &mut String, row: &Row) {
        let none = vec![false; self.columns];
        let Row { lane, is_wrong, .. } = *row;
        let bar = if lane == 0 && self.is_masked {
            '#'
        } else {
            '|'
        };
        let (ink, star) = if is_wrong {
            (Ink::Wrong, 'X')
        } else {
            (ink(lane), '*')
        };
        match &row.what {
            What::Instructions(count) if *count < GAP => {}
            What::Instructions(count) => {
                self.line(
                    text,
                    lane,
                    &format!("{bar} {count} instructions"),
                    ink,
                    &none,
                );
            }
            What::Access {
                stores,
                column,
                values,
            } => {
                let mut changed = none;
                for &(word, value) in values.iter().filter(|_| *stores) {
                    self.values[word] = value;
                    self.stored[*column] += 1;
                    if *column < self.columns {
                        changed[*column] = true;
                    }
                }
                let what = self.access(*stores, *column, values);
                self.line(text, lane, &format!("{star} {what}"), ink, &changed);
            }
            What::Pending(handler) => {
                let who = if self.scene.group.lanes.len() == 2 {
                    String::new()
                } else {
                    format!(" {handler}")
                };
                self.line(
                    text,
                    0,
                    &format!("# interrupt{who} pending"),
                    Ink::Dim,
                    &none,
                );
            }
            What::Enter => self.enter(text, lane),
            What::Happens(Happening::Leave) => self.leave(text, lane),
            What::Happens(Happening::Mask) => {
                self.is_masked |= lane == 0;
                self.line(text, lane, "# masks interrupts", Ink::Dim, &none);
            }
            What::Happens(Happening::Unmask) => {
                self.is_masked &= lane != 0;
                self.line(text, lane, "| unmasks them", Ink::Dim, &none);
            }
            What::Happens(happening) => {
                let what = self.happens(*happening, is_wrong, star);
                self.line(text, lane, &what, ink, &none);
            }
        }
    }

    fn happens(&self, happening: Happening, is_wrong: bool, star: char) -> String {
        let outcome = &self.scene.build.outcomes[self.scene.landing.outcome];
        match happening {
            Happening::Return => returned(&outcome.shown[0]),
            Happening::Wfi if is_wrong => "X sleeps for ever".to_owned(),
            Happening::Wfi => "z waits for an interrupt".to_owned(),
            Happening::Refused => "o the store is refused".to_owned(),
            Happening::Fault => format!("{star} never returns"),
            _ => String::new(),
        }
    }

    fn access(&self, stores: bool, column: usize, values: &[(usize, u32)]) -> String {
        let build = self.scene.build;
        let verb = if stores { "writes" } else { "reads" };
        let name = &build.columns[column].name;
        let room = self.lane - 2;
        let value = match values {
            [(word, value)] if build.columns[column].words.len() == 1 => build.value(*word, *value),
            _ => format!("{} of {}", values.len(), build.columns[column].words.len()),
        };
        let long = format!("{verb} {name} {value}");
        if build.columns.len() > 1 && long.chars().count() < room {
            long
        } else {
            format!("{verb} {value}")
        }
    }

    fn enter(&mut self, text: &mut String, lane: usize) {
        // From the lane that is interrupted to the handler's.
        let from = *self.active.last().expect("main is always active");
        let mut line: String = (0..from)
            .map(|it| padded(self.idle(it), self.lane))
            .collect();
        let width = self.lane * (lane - from);
        line.push_str(&format!("+{:-<1$}>+", "-- the interrupt ", width - 2));
        let _ = writeln!(text, "{}", self.paint.with(ink(lane), &line));
        self.active.push(lane);
    }

    fn leave(&mut self, text: &mut String, lane: usize) {
        self.active.retain(|&it| it != lane);
        let to = *self.active.last().expect("main is always active");
        let outcome = &self.scene.build.outcomes[self.scene.landing.outcome];
        let mut line: String = (0..to).map(|it| padded(self.idle(it), self.lane)).collect();
        line.push_str(&format!("+<{:-<1$}+", "", self.lane * (lane - to) - 2));
        let answer = &outcome.shown[lane];
        if answer != "–" {
            line.push_str(&format!(" returns {answer}"));
        }
        let _ = writeln!(text, "{}", self.paint.with(ink(lane), &line));
    }

    /// What a lane shows beside an active one.
    fn idle(&self, lane: usize) -> &'static str {
        if self.active.contains(&lane) { ":" } else { "" }
    }

    fn line(&self, text: &mut String, lane: usize, what: &str, ink: Ink, changed: &[bool]) {
        let mut cells = Vec::new();
        for it in 0..self.scene.group.lanes.len() {
            let (cell, ink) = match it == lane {
                true => (what, ink),
                false => (self.idle(it), self::ink(it)),
            };
            cells.push((padded(cell, self.lane), ink));
        }
        for (column, &changed) in changed.iter().enumerate() {
            let (cell, ink) = match changed {
                true => (self.value(column), Ink::Bold),
                false => ("|".to_owned(), Ink::Dim),
            };
            cells.push((padded(&cell, self.column), ink));
        }
        // No colour ends with blanks.
        while cells.pop_if(|(cell, _)| cell.trim().is_empty()).is_some() {}
        if let Some((cell, _)) = cells.last_mut() {
            cell.truncate(cell.trim_end().len());
        }
        let line = cells.iter().map(|(cell, ink)| self.paint.with(*ink, cell));
        let _ = writeln!(text, "{}", line.collect::<String>());
    }

    fn value(&self, column: usize) -> String {
        let build: &Build = self.scene.build;
        match build.columns[column].words[..] {
            [word] => build.value(word, self.values[word]),
            _ if self.stored[column] == 0 => "old".to_owned(),
            ref words if self.stored[column] < words.len() => "...".to_owned(),
            _ => "new".to_owned(),
        }
    }
}

fn returned(answer: &str) -> String {
    match answer {
        "–" => "+ returns".to_owned(),
        "goes on" => "+ goes on".to_owned(),
        _ => format!("+ returns {answer}"),
    }
}

fn ink(lane: usize) -> Ink {
    if lane == 0 { Ink::Main } else { Ink::Handler }
}

/// The last characters of a name: they tell more than the first.
fn end(name: &str, width: usize) -> &str {
    let start = name.char_indices().rev().nth(width - 1);
    start.map_or(name, |(start, _)| &name[start..])
}

/// A text in a cell of this width, with a space at its end.
pub(super) fn padded(text: &str, width: usize) -> String {
    let len = text.chars().count();
    if len < width {
        return format!("{text}{}", " ".repeat(width - len));
    }
    let cut: String = text.chars().take(width - 1).collect();
    cut + " "
}
