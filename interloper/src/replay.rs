//! `INTERLOPER_REPLAY`: one run, instruction by instruction.

use anyhow::{Context, Result, ensure};

use crate::{
    check::{Bench, Stage},
    combination::Combination,
    explorer::replay as execute,
    machine::Core,
    report,
    scenario::Scenario,
    table::reset_clause,
};

/// Executes one run, and lists its instructions.
pub(crate) fn replay<'a, C: Core>(
    bench: &Bench<'a, C>,
    combination: &Combination<'a>,
    text: &str,
) -> Result<String> {
    let (variant, cast, path) = report::split(text)?;
    let reset = combination
        .object
        .resets
        .iter()
        .find(|reset| reset.name == variant);
    let reset = reset.with_context(|| format!("there is no {}", reset_clause(variant)))?;
    let cast = bench
        .casts(combination)
        .into_iter()
        .nth(cast)
        .context("there is no such cast")?;
    let scenario = Scenario::new(combination.object, reset, &cast)?;
    let path = report::decode(path, &scenario)?;
    let mut stage = bench.stage(scenario)?;
    let Stage {
        scenario,
        memory,
        helper,
        ..
    } = &mut stage;
    let cores = &bench.cores[..scenario.cores()];
    let trace = execute(scenario, bench.image, cores, memory, helper, &path);
    let rows = trace.executed.iter().map(|it| {
        let party = scenario.actor_name(it.actor);
        let word = it.access.range().start;
        let access = match (it.access.reads(), it.access.writes()) {
            (false, false) => String::new(),
            (reads, writes) => format!(
                "{}{} {}",
                if reads { "r" } else { "" },
                if writes { "w" } else { "" },
                scenario
                    .object
                    .word(word)
                    .unwrap_or_else(|| format!("{word:#010x}")),
            ),
        };
        let frames = bench.image.lines.frames(it.pc);
        let mut shown = frames.iter().filter(|it| report::is_shown(&it.file));
        // An instruction that rustc attributes to a file without a line is that of no expression.
        let frame = shown.find(|frame| frame.line > 0);
        let place = frame.map_or(String::new(), |frame| {
            format!("{}:{}", report::shown(&frame.file), frame.line)
        });
        (
            it.step,
            it.core,
            party,
            it.pc,
            format!("{access:24} {place}"),
            it.masked,
        )
    });
    let mut listing = report::listing(rows);
    ensure!(
        trace.is_complete || trace.stopped.is_some(),
        "the run ends before the last decision\n{listing}"
    );
    if let Some(kind) = &trace.stopped {
        listing += &format!("{kind}\n");
    }
    let (answers, state) = report::answered(&trace.observed, scenario, helper);
    listing += &format!("answers: {}\n", report::outcome(&answers, state.as_deref()));
    Ok(listing)
}
