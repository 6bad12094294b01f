//! The sentences about a landing. Code stands in backquotes.

use crate::record::{Build, Executed, Happening, Landing, Node, Order, Verdict, Why};

/// The sentences about a landing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Texts {
    pub(super) head: Option<String>,
    pub(super) says: Vec<String>,
    pub(super) tail: String,
}

/// The sentences about a landing; `why` if it is wrong.
pub(super) fn of(
    build: &Build,
    landing: &Landing,
    run: &[Executed<'_>],
    why: Option<Why>,
) -> Texts {
    let texts = |head, says, tail| Texts { head, says, tail };
    match (landing.kind, why) {
        (Verdict::Wrong, _) if build.is_wrong_alone(landing) => texts(
            Some("Wrong, and not because of where the interrupt comes.".to_owned()),
            Vec::new(),
            "One after the other, the calls of this version answer the same.".to_owned(),
        ),
        (_, Some(why)) => {
            let (says, tail) = wrong(build, run, &why);
            texts(None, says, tail)
        }
        (Verdict::Masked, None) => texts(
            Some(masked(build, landing)),
            Vec::new(),
            right(build, landing),
        ),
        (Verdict::Again, None) => {
            let more = plural(landing.more as usize, "instruction");
            let head = format!(
                "Main finds that something has changed, and goes round again: {more} more."
            );
            texts(Some(head), Vec::new(), right(build, landing))
        }
        (_, None) if landing.asleep => texts(
            Some("Main is asleep. The interrupt wakes it.".to_owned()),
            Vec::new(),
            right(build, landing),
        ),
        (_, None) => texts(None, Vec::new(), right(build, landing)),
    }
}

fn plural(count: usize, noun: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{s}")
}

/// `the handler`, or `handler 2` where there are two.
fn handler(build: &Build, lane: usize) -> String {
    let handlers = build.landings.first().map_or(1, |landing| landing.at.len());
    if handlers == 1 {
        "the handler".to_owned()
    } else {
        format!("handler {lane}")
    }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

fn point(build: &Build, landing: &Landing, index: usize) -> String {
    let at = landing.at[index];
    if at == build.ends {
        return if build.slept.is_some() {
            "while main sleeps"
        } else {
            "after the end"
        }
        .to_owned();
    }
    let code = &build.code[build.steps[build.seqs[0][at]].code];
    format!("before `{:#x} {}`", code.address, code.text)
}

/// Where the interrupts become pending.
pub(crate) fn place(build: &Build, landing: &Landing) -> String {
    if landing.at.len() == 1 {
        return point(build, landing, 0);
    }
    let points = (0..landing.at.len())
        .map(|index| format!("handler {} {}", index + 1, point(build, landing, index)));
    points.collect::<Vec<_>>().join(", ")
}

/// What a lane did, as in `reads `counter` = 0`.
fn does(build: &Build, run: &[Executed<'_>], node: Node) -> String {
    let access = Build::access(run, node);
    let verb = if access.store == 1 { "writes" } else { "reads" };
    format!(
        "{verb} `{}` = {}",
        build.words[access.word].name,
        build.value(access.word, access.value)
    )
}

fn wrong(build: &Build, run: &[Executed<'_>], why: &Why) -> (Vec<String>, String) {
    let (mut says, mut lanes) = (Vec::new(), Vec::new());
    let is_contradiction = why.first.is_some() && why.last.is_some();
    let mut say = |(main, other): (Node, Node), is_first: bool| {
        let access = Build::access(run, other);
        let value = build.value(access.word, access.value);
        let who = handler(build, run[other.0].lane);
        let theirs = match (is_first, access.store == 1) {
            (true, true) => format!("before {who} writes {value}"),
            (true, false) => format!("before {who} reads it"),
            (false, true) => format!("after {who} wrote {value}"),
            (false, false) => format!("after {who} read it"),
        };
        let mut text = format!("Main {} {theirs}.", does(build, run, main));
        if is_contradiction {
            let order = match (who.as_str(), is_first) {
                ("the handler", true) => " So main came first.".to_owned(),
                ("the handler", false) => " So main came last.".to_owned(),
                (_, true) => format!(" So main came before {who}."),
                (_, false) => format!(" So main came after {who}."),
            };
            text += &order;
        }
        says.push(text);
        lanes.push(run[other.0].lane);
    };
    why.first.into_iter().for_each(|pair| say(pair, true));
    why.last.into_iter().for_each(|pair| say(pair, false));
    let end = run.last();
    let tail = match end.map(|it| (it.lane, it.step.happens)) {
        Some((0, Happening::Wfi)) => {
            "Then main sleeps, and the one interrupt that would wake it has been.".to_owned()
        }
        Some((0, Happening::Fault)) => "Then main never returns.".to_owned(),
        Some((lane, Happening::Fault)) => {
            let who = capital(&handler(build, lane));
            format!(
                "{who} waits for what main would do next, and main cannot go on before it returns."
            )
        }
        _ if !is_contradiction => "No order of the calls gives these answers.".to_owned(),
        _ if lanes[0] == lanes[1] => {
            "It cannot be both: no order of the two gives these answers.".to_owned()
        }
        _ => {
            let [one, other] = [lanes[0], lanes[1]].map(|lane| handler(build, lane));
            format!(
                "{} came before {other}. It cannot be all three: no order gives these answers.",
                capital(&one)
            )
        }
    };
    (says, tail)
}

/// How long the interrupt waits.
fn masked(build: &Build, landing: &Landing) -> String {
    let index = (0..landing.at.len())
        .find(|&index| landing.at[index] != landing.taken[index])
        .unwrap_or(0);
    let (at, taken) = (landing.at[index], landing.taken[index]);
    let of_main = &build.seqs[0];
    let waits = of_main[at.min(of_main.len())..taken.min(of_main.len())]
        .iter()
        .map(|&step| build.steps[step].code);
    let instructions = plural(waits.len(), "instruction");
    let cycles: Option<u32> = waits.map(|code| build.code[code].cycles).sum();
    let cycles = cycles.map_or(String::new(), |cycles| {
        format!(", {}", plural(cycles as usize, "cycle"))
    });
    let until = of_main
        .get(taken)
        .map(|&step| build.code[build.steps[step].code].address);
    let until = until.map_or(String::new(), |address| format!(", until `{address:#x}`"));
    format!(
        "Masked: {} waits for {instructions}{cycles}{until}.",
        handler(build, index + 1)
    )
}

/// Which order explains the answers.
fn right(build: &Build, landing: &Landing) -> String {
    let legal = &build.outcomes[landing.outcome].legal;
    let orders: Vec<_> = build
        .orders
        .iter()
        .zip(legal)
        .filter(|(_, legal)| **legal)
        .map(|(order, _)| order)
        .collect();
    let lanes = landing.at.len() + 1;
    match orders[..] {
        [] => "Right.".to_owned(),
        [order] => format!("Right: {}.", explains(build, order, lanes)),
        _ if lanes == 2 && orders.len() == 2 => {
            "Right: either order gives these answers.".to_owned()
        }
        _ => "Right: several orders give these answers.".to_owned(),
    }
}

fn explains(build: &Build, order: &Order, lanes: usize) -> String {
    let name = |lane: usize| {
        if lane == 0 {
            "main".to_owned()
        } else {
            handler(build, lane)
        }
    };
    let names: Vec<_> = order.lanes.iter().map(|&lane| name(lane)).collect();
    if names.len() < lanes {
        let refused = (0..lanes)
            .filter(|lane| !order.lanes.contains(lane))
            .map(name);
        return format!(
            "{} is refused, as it may be while main is at it",
            refused.collect::<Vec<_>>().join(" and ")
        );
    }
    match &names[..] {
        [first, others @ ..] => {
            format!("as if {first} came first, then {}", others.join(", then "))
        }
        [] => "nothing was called".to_owned(),
    }
}
