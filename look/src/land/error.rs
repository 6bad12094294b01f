//! A wrong landing in the form of an error of rustc: the two expressions that cannot both be right are underlined.

use interloper::report::{
    self, Style,
    record::{
        Answer, Failure, FailureKind, Frame as Place, Landing as Landed, Order, Place as Shown,
    },
};

use super::{Paint, Scene};
use crate::{
    record::{Build, Executed, Frame, FrameKind, Happening, Node},
    source::root,
};

/// The error; `None` for a landing that is right.
#[must_use]
pub fn error(scene: &Scene<'_>, paint: Paint) -> Option<String> {
    let why = scene.landing.why?;
    let run = scene.build.executed(scene.landing);
    let mut places = Vec::new();
    if scene.build.is_wrong_alone(scene.landing) {
        places.extend(alone(scene, &run));
    } else {
        places.extend(
            why.first
                .and_then(|pair| accessed(scene, &run, pair, "before", "writes")),
        );
        places.extend(
            why.last
                .and_then(|pair| accessed(scene, &run, pair, "after", "wrote")),
        );
    }
    let stops = run
        .last()
        .filter(|it| matches!(it.step.happens, Happening::Wfi | Happening::Fault));
    if let Some(stop) = stops {
        let what = match (stop.step.happens, stop.lane) {
            (Happening::Wfi, _) => {
                "main sleeps here, and no interrupt is left to wake it".to_owned()
            }
            (_, 0) => "main never leaves this loop".to_owned(),
            (_, lane) => format!("{} never leaves this loop", who(scene, lane)),
        };
        places.extend(place(scene, stop, what));
    }
    let failure = Failure {
        variant: String::new(),
        kind: FailureKind::NoOrder,
        message: message(scene),
        runs: 1,
        landings: landings(scene),
        places,
        answers: answers(
            scene,
            &scene.build.outcomes[scene.landing.outcome].shown,
            None,
        ),
        state: state(scene, &scene.build.outcomes[scene.landing.outcome].shown),
        orders: orders(scene),
        replay: String::new(),
    };
    let style = match paint {
        Paint::Plain => Style::Plain,
        Paint::Coloured => Style::Coloured,
    };
    Some(report::error(
        &failure,
        &scene.case.file,
        &scene.case.id,
        style,
    ))
}

/// A handler in a sentence.
fn who(scene: &Scene<'_>, lane: usize) -> String {
    match scene.group.lanes.len() {
        2 => "the handler".to_owned(),
        _ => scene.group.lanes[lane].clone(),
    }
}

fn message(scene: &Scene<'_>) -> String {
    let lanes = scene.group.lanes[1..].join(" and ");
    if scene.build.is_wrong_alone(scene.landing) {
        return format!("main, {lanes}: this version is wrong without an interrupt, too");
    }
    format!("main, {lanes}: no order of the calls gives these answers")
}

/// Main's access of a pair.
fn accessed(
    scene: &Scene<'_>,
    run: &[Executed<'_>],
    (main, other): (Node, Node),
    when: &str,
    stores: &str,
) -> Option<Shown> {
    let build = scene.build;
    let (mine, theirs) = (Build::access(run, main), Build::access(run, other));
    let verb = if mine.store == 1 { "writes" } else { "reads" };
    let who = who(scene, run[other.0].lane);
    let theirs = match (theirs.store == 1, when) {
        (true, _) => format!("{stores} {}", build.value(theirs.word, theirs.value)),
        (false, "before") => "reads it".to_owned(),
        (false, _) => "read it".to_owned(),
    };
    let word = &build.words[mine.word].name;
    let value = build.value(mine.word, mine.value);
    place(
        scene,
        &run[main.0],
        format!("main {verb} `{word}` = {value} here, {when} {who} {theirs}"),
    )
}

/// What a version changes that is wrong by itself.
fn alone(scene: &Scene<'_>, run: &[Executed<'_>]) -> Option<Shown> {
    let build = scene.build;
    let changes = |it: &&Executed<'_>| {
        let mut accesses = it.step.accesses.iter();
        it.lane == 0
            && accesses.any(|access| access.store == 1 && build.column(access.word).is_some())
    };
    let change = run.iter().find(changes)?;
    let access = change
        .step
        .accesses
        .iter()
        .find(|access| access.store == 1)?;
    let word = &build.words[access.word].name;
    let value = build.value(access.word, access.value);
    place(
        scene,
        change,
        format!("main writes `{word}` = {value} here, in every order"),
    )
}

/// A place of the example, of which a step is a part.
fn place(scene: &Scene<'_>, it: &Executed<'_>, label: String) -> Option<Shown> {
    let code = &scene.build.code[it.step.code];
    let frames = code.frames.iter().map(|&frame| &scene.look.frames[frame]);
    let shown = frames.clone().find(|frame| frame.kind == FrameKind::User);
    let frame = shown.or(frames.clone().next())?;
    Some(Shown {
        label,
        address: code.address,
        frames: vec![of_report(frame)],
    })
}

fn of_report(frame: &Frame) -> Place {
    let file = root().join(&frame.file);
    // The column of the expression in the line, whose indentation the record leaves out.
    let source = std::fs::read_to_string(&file).unwrap_or_default();
    let line = source
        .lines()
        .nth((frame.line as usize).saturating_sub(1))
        .unwrap_or_default();
    let indent = line.len() - line.trim_start().len();
    Place {
        file: file.display().to_string(),
        line: frame.line,
        column: (indent + frame.from + 1) as u32,
        function: frame.function.clone(),
    }
}

fn landings(scene: &Scene<'_>) -> Vec<Landed> {
    let Scene { build, landing, .. } = *scene;
    let landed = landing
        .taken
        .iter()
        .enumerate()
        .filter_map(|(handler, &taken)| {
            let step = *build.seqs[0].get(taken)?;
            let code = &build.code[build.steps[step].code];
            let frames = code.frames.iter().map(|&frame| &scene.look.frames[frame]);
            Some(Landed {
                step: taken as u64,
                core: 0,
                party: Some(scene.group.lanes[handler + 1].clone()),
                address: code.address,
                frames: frames
                    .filter(|frame| frame.kind == FrameKind::User)
                    .map(of_report)
                    .collect(),
            })
        });
    landed.collect()
}

fn answers(scene: &Scene<'_>, shown: &[String], lanes: Option<&[usize]>) -> Vec<Answer> {
    let all: Vec<_> = (0..scene.group.lanes.len()).collect();
    let lanes = lanes
        .unwrap_or(&all)
        .iter()
        .filter(|&&lane| scene.group.answers[lane] != "–");
    let answers = lanes.map(|&lane| Answer {
        call: scene.group.answers[lane].clone(),
        answer: Some(shown[lane].clone()),
    });
    answers.collect()
}

fn state(scene: &Scene<'_>, shown: &[String]) -> Option<String> {
    let name = scene.group.answers.last().filter(|name| *name != "–")?;
    Some(format!("{name} {}", shown.last()?))
}

fn orders(scene: &Scene<'_>) -> Vec<Order> {
    let orders = scene.build.orders.iter().map(|order| Order {
        answers: answers(scene, &order.shown, Some(&order.lanes)),
        state: state(scene, &order.shown),
    });
    orders.collect()
}
