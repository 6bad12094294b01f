//! From what was found to a record.

use super::{
    encode,
    record::{self, FailureKind, Record},
};
use crate::{
    check::{Bench, Checked, Missing, Scene, Stage},
    combination::{Combination, Expected},
    explorer::{Executed, Trace, replay},
    failure::{Failure, Kind, Landing, What},
    helper::{Helper, TextId},
    image::Image,
    machine::{Access, Core},
    oracle::{Observed, Order},
    scenario::Scenario,
};

/// How many failures a record holds; they are sorted by length.
const FAILURES: usize = 3;

/// The record of a test.
pub(crate) fn describe<'a, C: Core>(
    (test, table, target): (&str, &str, &str),
    combination: &Combination<'a>,
    bench: &Bench<'a, C>,
    checked: &mut Checked<'a, C>,
) -> Record {
    let has_failed = checked.has_failed();
    let passed = match combination.expected {
        Expected::Holds | Expected::Escapes => !has_failed,
        // A search that gave up proves nothing.
        Expected::Caught | Expected::Known(_) => has_failed && !checked.gave_up(),
    };
    let counts = checked.counts();
    let mut failures = Vec::new();
    failures.extend(checked.missing.iter().map(|missing| match missing {
        Missing::Extra { unit, pattern } => plain(
            FailureKind::MissingExtra,
            format!(
                "`{unit}` never answers {pattern}, which the table declares as an extra answer"
            ),
        ),
        Missing::Sleep { party } => plain(
            FailureKind::MissingSleep,
            format!("`{party}` never sleeps, although the table declares that it `sleeps`"),
        ),
    }));
    match combination.expected {
        Expected::Caught if !has_failed => failures.push(plain(
            FailureKind::NotCaught,
            "the wrong version looks right: no run differs from what the right one may answer"
                .into(),
        )),
        Expected::Escapes if has_failed => failures.push(plain(
            FailureKind::CaughtByFewer,
            "fewer parties than `caught by` names catch the wrong version".into(),
        )),
        Expected::Known(reason) if !has_failed => failures.push(plain(
            FailureKind::NoLongerFails,
            format!("this combination is known to fail, and holds ({reason})"),
        )),
        _ => {}
    }
    let casts = bench.casts(combination).len();
    for (index, scene) in checked.scenes.iter_mut().enumerate() {
        for failure in scene
            .failures
            .clone()
            .iter()
            .take(FAILURES.saturating_sub(failures.len()))
        {
            failures.push(failed_run(scene, failure, bench, index % casts));
        }
    }
    let executed = checked
        .scenes
        .iter()
        .flat_map(|scene| scene.found.executed.iter().copied());
    Record {
        version: record::VERSION,
        test: test.into(),
        table: table.into(),
        object: combination.object.name.clone(),
        parties: combination
            .parties
            .iter()
            .map(|(party, _)| party.name.clone())
            .collect(),
        target: target.into(),
        passed,
        expected: match combination.expected {
            Expected::Holds => record::Expected::Holds,
            Expected::Caught => record::Expected::Caught,
            Expected::Escapes => record::Expected::Escapes,
            Expected::Known(reason) => record::Expected::Known(reason.into()),
        },
        counts: record::Counts {
            instructions: counts.steps,
            states: counts.states,
            landings: counts.landings,
            runs: counts.ends,
            longest_masked: counts.masked,
            longest_handler: counts.handler,
        },
        failures,
        executed: rows(executed.collect()),
    }
}

/// Joins the addresses of neighbouring instructions.
fn rows(mut addresses: Vec<u32>) -> Vec<(u32, u32)> {
    addresses.sort_unstable();
    let mut rows: Vec<(u32, u32)> = Vec::new();
    for address in addresses {
        match rows.last_mut() {
            Some((_, last)) if address <= *last + 4 => *last = address,
            _ => rows.push((address, address)),
        }
    }
    rows
}

fn plain(kind: FailureKind, message: String) -> record::Failure {
    record::Failure {
        variant: String::new(),
        kind,
        message,
        runs: 0,
        landings: Vec::new(),
        places: Vec::new(),
        answers: Vec::new(),
        state: None,
        orders: Vec::new(),
        replay: String::new(),
    }
}

fn failed_run<C: Core>(
    scene: &mut Scene<'_, C>,
    failure: &Failure,
    bench: &Bench<'_, C>,
    cast: usize,
) -> record::Failure {
    let Stage {
        scenario,
        memory,
        helper,
        orders,
    } = &mut scene.stage;
    let cores = &bench.cores[..scenario.cores()];
    let trace = replay(scenario, bench.image, cores, memory, helper, &failure.path);
    let (answers, state) = match &failure.kind {
        Kind::NoOrder(seen) => answered(seen, scenario, helper),
        _ => (Vec::new(), None),
    };
    let orders = match failure.kind {
        Kind::NoOrder(_) => orders
            .orders
            .iter()
            .map(|it| order(it, scenario, helper))
            .collect(),
        _ => Vec::new(),
    };
    let landings = failure
        .path
        .iter()
        .filter(|landing| landing.what != What::Run);
    record::Failure {
        variant: scenario.reset.name.clone(),
        kind: kind(&failure.kind),
        message: sentence(&failure.kind, &failure.path, scenario),
        runs: failure.count,
        landings: landings
            .map(|landing| self::landing(landing, scenario, bench.image))
            .collect(),
        places: places(failure, &trace, scenario, bench.image),
        answers,
        state,
        orders,
        replay: encode(&scenario.reset.name, cast, &failure.path),
    }
}

/// The answers of a run, and the state at its end.
pub(crate) fn answered<C: Core>(
    seen: &Observed,
    scenario: &Scenario<'_>,
    helper: &Helper<C>,
) -> (Vec<record::Answer>, Option<String>) {
    let answers = (0..scenario.units.len()).map(|unit| record::Answer {
        call: scenario.unit_name(unit),
        answer: seen.answers[unit].map(|answer| helper.get(answer.text).to_owned()),
    });
    let state = seen.state.map(|state| helper.get(state).to_owned());
    (answers.collect(), state)
}

/// What went wrong, and between whom.
fn sentence(kind: &Kind, path: &[Landing], scenario: &Scenario<'_>) -> String {
    let main = scenario.actor_name(0);
    let met = match path.iter().any(|landing| landing.what != What::Spurious) {
        true => format!("`{main}` and {}", names(path, scenario)),
        false => format!("`{main}`, not interrupted"),
    };
    format!("{met}: {kind}")
}

fn kind(kind: &Kind) -> FailureKind {
    match kind {
        Kind::NoOrder(_) => FailureKind::NoOrder,
        Kind::Hang | Kind::Waits => FailureKind::Hang,
        Kind::Asleep => FailureKind::Asleep,
        Kind::Polls => FailureKind::Polls,
        Kind::Panic(_) => FailureKind::Panic,
        Kind::Fault(_) => FailureKind::Fault,
        Kind::Broken(_) => FailureKind::Broken,
        Kind::LeftMasked => FailureKind::LeftMasked,
        Kind::Limit(_) => FailureKind::Limit,
    }
}

fn order<C: Core>(order: &Order, scenario: &Scenario<'_>, helper: &Helper<C>) -> record::Order {
    let text = |text: Option<TextId>| text.map(|text| helper.get(text).to_owned());
    let answers = order.sequence.iter().map(|&unit| record::Answer {
        call: scenario.unit_name(unit),
        answer: text(order.answers[unit]),
    });
    record::Order {
        answers: answers.collect(),
        state: text(order.state),
    }
}

fn landing(landing: &Landing, scenario: &Scenario<'_>, image: &Image) -> record::Landing {
    let party = match landing.what {
        What::Enter(actor) | What::Pend(actor) | What::Split { actor, .. } => {
            Some(scenario.actor_name(actor))
        }
        What::Spurious | What::Run => None,
    };
    record::Landing {
        step: landing.step,
        core: landing.core,
        party,
        address: landing.pc,
        frames: frames(landing.pc, image),
    }
}

/// The places of an address in the source.
pub(crate) fn frames(address: u32, image: &Image) -> Vec<record::Frame> {
    let frames = image.lines.frames(address).into_iter();
    let frames = frames.map(|frame| record::Frame {
        file: frame.file,
        line: frame.line,
        column: frame.column,
        function: frame.function,
    });
    frames.collect()
}

/// An access before the first interrupt and the first one after it that concern the same words as what came in
/// between; and where the run stopped.
fn places(
    failure: &Failure,
    trace: &Trace,
    scenario: &Scenario<'_>,
    image: &Image,
) -> Vec<record::Place> {
    let mut places = Vec::new();
    let place = |label: String, address: u32| record::Place {
        label,
        address,
        frames: frames(address, image),
    };
    if let Some(first) = failure.path.iter().find(|landing| landing.step > 0) {
        let victim = trace
            .executed
            .iter()
            .rfind(|it| it.step < first.step && it.core == first.core);
        let victim = victim.map(|it| it.actor);
        let others: Vec<&Executed> = trace
            .executed
            .iter()
            .filter(|it| it.step >= first.step && Some(it.actor) != victim)
            .collect();
        let concerns = |it: &&Executed| {
            Some(it.actor) == victim
                && others
                    .iter()
                    .any(|other| it.access.conflicts(&other.access))
        };
        let does = |it: &Executed| {
            let party = scenario.actor_name(it.actor);
            format!("`{party}` {} here", action(it.access, scenario))
        };
        let (earlier, later): (Vec<&Executed>, Vec<&Executed>) = trace
            .executed
            .iter()
            .filter(concerns)
            .partition(|it| it.step < first.step);
        let after = later.first();
        // What it read and then writes is what goes wrong most often.
        let same =
            |it: &&&Executed| after.is_some_and(|after| it.access.range() == after.access.range());
        let before = earlier.iter().rfind(same).or(earlier.last());
        places.extend(before.map(|it| place(does(it), it.pc)));
        if let Some(after) = after {
            let lands = names(&failure.path, scenario);
            places.push(place(format!("{}, after {lands}", does(after)), after.pc));
        }
    }
    if let Some(at) = trace.executed.last().filter(|_| trace.stopped.is_some()) {
        places.push(place("the run stops here".into(), at.pc));
    }
    places
}

fn names(path: &[Landing], scenario: &Scenario<'_>) -> String {
    let names = path.iter().filter_map(|landing| match landing.what {
        What::Enter(actor) | What::Pend(actor) | What::Split { actor, .. } => {
            Some(format!("`{}`", scenario.actor_name(actor)))
        }
        What::Spurious | What::Run => None,
    });
    let names: Vec<_> = names.collect();
    if names.is_empty() {
        "the other core".into()
    } else {
        names.join(" and ")
    }
}

fn action(access: Access, scenario: &Scenario<'_>) -> String {
    let verb = match (access.reads(), access.writes()) {
        (true, true) => "reads and writes",
        (false, true) => "writes",
        _ => "reads",
    };
    let start = access.range().start;
    let word = scenario
        .object
        .word(start)
        .unwrap_or_else(|| format!("{start:#010x}"));
    format!("{verb} `{word}`")
}
