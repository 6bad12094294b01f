//! The picture of the README: the lanes of one landing, light and dark.

use core::fmt::Write as _;

use crate::{
    land::{
        Scene,
        rows::{Row, What, rows},
    },
    record::Happening,
};

/// The distance of two rows.
const ROW: usize = 26;
const TOP: usize = 66;
/// Where main's lane is, the handler's, and the words.
const LANES: [usize; 2] = [190, 400];
const WORDS: usize = 610;
const WIDTH: usize = 760;

const STYLE: &str = "
  .t { font: 15px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
  .h { font: 600 15px system-ui, sans-serif }
  text { fill: #24292f } .dim { fill: #57606a }
  .main { stroke: #0550ae } .irq { stroke: #953800 } .wrong { stroke: #cf222e }
  text.main { fill: #0550ae; stroke: none } text.irq { fill: #953800; stroke: none }
  text.wrong { fill: #cf222e; stroke: none; font-weight: 600 }
  .lane { stroke-width: 4; fill: none } .wait { stroke-width: 2; stroke-dasharray: 2 6; fill: none }
  .dot { fill: #ffffff; stroke-width: 3 } .box { fill: none; stroke: #8c959f }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .dim { fill: #9198a1 }
    .main { stroke: #79c0ff } .irq { stroke: #ffa657 } .wrong { stroke: #ff7b72 }
    text.main { fill: #79c0ff } text.irq { fill: #ffa657 } text.wrong { fill: #ff7b72 }
    .dot { fill: #0d1117 } .box { stroke: #656c76 }
  }
";

/// Draws a landing of one handler.
#[must_use]
pub fn svg(scene: &Scene<'_>) -> String {
    let rows = rows(scene.build, scene.landing);
    let rows: Vec<_> = rows
        .iter()
        .filter(|row| !matches!(row.what, What::Instructions(_)))
        .collect();
    let height = TOP + rows.len() * ROW + 62;
    let mut text = String::new();
    let _ = writeln!(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"t\">"
    );
    let title = format!("{}: {}", scene.group.title, scene.case.name);
    let _ = writeln!(
        text,
        "<title id=\"t\">{}</title>\n<style>{STYLE}</style>",
        escaped(&title)
    );
    label(&mut text, LANES[0], 22, "h main", "middle", "main");
    label(
        &mut text,
        LANES[1],
        22,
        "h irq",
        "middle",
        "interrupt handler",
    );
    for (index, column) in scene.build.columns.iter().enumerate() {
        label(
            &mut text,
            WORDS + index * 100,
            22,
            "h",
            "middle",
            &column.name,
        );
    }
    lanes(&mut text, &rows);
    let mut values: Vec<u32> = scene.build.words.iter().map(|word| word.init).collect();
    word_values(&mut text, scene, &values, TOP - 20);
    for (index, row) in rows.iter().enumerate() {
        let y = TOP + index * ROW;
        if let What::Access {
            stores: true,
            values: stored,
            ..
        } = &row.what
        {
            stored
                .iter()
                .for_each(|&(word, value)| values[word] = value);
            word_values(&mut text, scene, &values, y);
        }
        draw(&mut text, scene, row, y);
    }
    verdict(&mut text, scene, TOP + rows.len() * ROW + 16);
    text.push_str("</svg>\n");
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn label(text: &mut String, x: usize, y: usize, class: &str, anchor: &str, content: &str) {
    let content = escaped(content);
    let _ = writeln!(
        text,
        "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{content}</text>"
    );
}

fn line(text: &mut String, class: &str, (x, y): (usize, usize), (to_x, to_y): (usize, usize)) {
    let _ = writeln!(
        text,
        "<path class=\"{class}\" d=\"M{x} {y}L{to_x} {to_y}\"/>"
    );
}

/// The lanes themselves: solid where a party executes.
fn lanes(text: &mut String, rows: &[&Row]) {
    let y = |index: usize| TOP + index * ROW;
    let first = rows
        .iter()
        .position(|row| row.lane == 1)
        .unwrap_or(rows.len());
    let last = rows.iter().rposition(|row| row.lane == 1).unwrap_or(first);
    let end = y(rows.len().saturating_sub(1));
    line(
        text,
        "lane main",
        (LANES[0], TOP - 24),
        (LANES[0], y(first)),
    );
    line(text, "wait main", (LANES[0], y(first)), (LANES[0], y(last)));
    line(text, "lane main", (LANES[0], y(last)), (LANES[0], end));
    line(text, "lane irq", (LANES[1], y(first)), (LANES[1], y(last)));
    line(text, "wait irq", (LANES[0], y(first)), (LANES[1], y(first)));
    line(text, "wait irq", (LANES[1], y(last)), (LANES[0], y(last)));
}

fn draw(text: &mut String, scene: &Scene<'_>, row: &Row, y: usize) {
    let class = match (row.is_wrong, row.lane) {
        (true, _) => "wrong",
        (_, 0) => "main",
        _ => "irq",
    };
    let outcome = &scene.build.outcomes[scene.landing.outcome];
    let what = match &row.what {
        What::Access { stores, values, .. } => {
            let verb = if *stores { "writes" } else { "reads" };
            let values = values
                .iter()
                .map(|&(word, value)| scene.build.value(word, value));
            format!("{verb} {}", values.collect::<Vec<_>>().join(", "))
        }
        What::Happens(Happening::Return) => format!("returns {}", outcome.shown[0]),
        What::Happens(Happening::Leave) => format!("returns {}", outcome.shown[1]),
        _ => return,
    };
    let x = LANES[row.lane];
    let _ = writeln!(
        text,
        "<circle class=\"dot {class}\" cx=\"{x}\" cy=\"{y}\" r=\"6\"/>"
    );
    let (x, anchor) = if row.lane == 0 {
        (x - 16, "end")
    } else {
        (x + 16, "start")
    };
    label(text, x, y + 5, &format!("t {class}"), anchor, &what);
}

fn word_values(text: &mut String, scene: &Scene<'_>, values: &[u32], y: usize) {
    for (index, column) in scene.build.columns.iter().enumerate() {
        let x = WORDS + index * 100;
        let shown = column
            .words
            .iter()
            .map(|&word| scene.build.value(word, values[word]));
        let shown = shown.collect::<Vec<_>>().join(" ");
        let _ = writeln!(
            text,
            "<rect class=\"box\" x=\"{}\" y=\"{}\" width=\"76\" height=\"24\" rx=\"4\"/>",
            x - 38,
            y - 12
        );
        label(text, x, y + 5, "t", "middle", &shown);
    }
}

/// What is allowed, and what was answered.
fn verdict(text: &mut String, scene: &Scene<'_>, y: usize) {
    let state = |shown: &[String]| shown.last().cloned().unwrap_or_default();
    let name = scene.group.answers.last().map_or("", String::as_str);
    let mut allowed: Vec<_> = scene
        .build
        .orders
        .iter()
        .map(|order| state(&order.shown))
        .collect();
    allowed.dedup();
    let here = state(&scene.build.outcomes[scene.landing.outcome].shown);
    label(text, 16, y, "t wrong", "start", &format!("{name} = {here}"));
    let allowed = format!(
        "one after the other, they leave {name} = {}",
        allowed.join(" or ")
    );
    label(text, 16, y + 24, "t dim", "start", &allowed);
}
