//! What stands under the lanes: the sentences, and the answers beside the allowed orders.

use core::fmt::Write as _;

use super::{
    Paint, Scene,
    paint::Ink,
    picture::{WIDTH, padded},
};
use crate::record::Verdict;

/// The width of the name of an order.
const NAME: usize = 30;

/// A text in lines of at most 80 characters.
pub(super) fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is one line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= WIDTH {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// Why it is right or wrong.
pub(super) fn sentences(scene: &Scene<'_>, paint: Paint, text: &mut String) {
    let landing = scene.landing;
    let said = landing
        .head
        .iter()
        .chain(&landing.says)
        .map(|&at| (at, Ink::Plain));
    for (at, ink) in said.chain([(landing.tail, landing.kind.ink())]) {
        for line in wrapped(&scene.look.sentences[at].replace('`', "")) {
            let _ = writeln!(text, "{}", paint.with(ink, &line));
        }
    }
}

/// The answers of the run, and under them those of each order.
pub(super) fn answers(scene: &Scene<'_>, paint: Paint, text: &mut String) {
    let Scene {
        group,
        build,
        landing,
        ..
    } = *scene;
    let outcome = &build.outcomes[landing.outcome];
    let all = || {
        build
            .orders
            .iter()
            .map(|order| &order.shown)
            .chain([&outcome.shown])
    };
    let shown: Vec<usize> = (0..group.answers.len())
        .filter(|&index| group.answers[index] != "–" && all().any(|shown| shown[index] != "–"))
        .collect();
    let width = |index: usize| {
        let cells = all().map(|shown| shown[index].chars().count());
        cells
            .max()
            .unwrap_or(0)
            .max(group.answers[index].chars().count())
            + 2
    };
    let mut row = |name: &str, cells: &[String], ink| {
        let cells: String = shown
            .iter()
            .map(|&index| padded(&cells[index], width(index)))
            .collect();
        let line = format!("{}{}", padded(name, NAME), cells);
        let _ = writeln!(text, "{}", paint.with(ink, line.trim_end()));
    };
    let separator = if group.lanes.len() == 2 {
        ", then "
    } else {
        ", "
    };
    row("", &group.answers, Ink::Dim);
    let here = if landing.kind == Verdict::Wrong {
        "X here"
    } else {
        "  here"
    };
    row(here, &outcome.shown, landing.kind.ink());
    for order in &build.orders {
        let names = order.lanes.iter().map(|&lane| group.lanes[lane].as_str());
        let names = names.collect::<Vec<_>>().join(separator);
        row(&format!("  {names}"), &order.shown, Ink::Plain);
    }
}
