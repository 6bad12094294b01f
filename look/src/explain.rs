//! Why a landing is right or wrong, in sentences.
//!
//! A run is wrong if no order of the calls gives its answers. Two conflicting accesses (one word, one of them a store)
//! of main and a handler order the two: the one that comes first in the run comes first in every order that explains
//! what both saw. A pair with main before the handler and a pair with main after the same handler, or a later one,
//! contradict each other:
//!
//! ```text
//!  main      reads counter 0 ─┐1                     2┌─► writes counter 1
//!  handler                    └─► writes counter 1 ───┘
//! ```
//!
//! `evidence` finds the two pairs, `check` tests whether a pair is one in the run, and the sentences name them.

use crate::assemble::index_of;
#[cfg(test)]
use crate::record::Landing;
use crate::record::{Build, Executed, Happening, Node, Verdict, Why};

mod sentences;
#[cfg(test)]
mod tests;

pub(crate) use sentences::place;

/// Explains every landing, with sentences that all builds share.
pub(crate) fn explain(build: &mut Build, sentences: &mut Vec<String>) {
    for index in 0..build.landings.len() {
        let landing = &build.landings[index];
        let run = build.executed(landing);
        let why = (landing.kind == Verdict::Wrong).then(|| evidence(&run));
        let texts = sentences::of(build, landing, &run, why);
        let mut intern = |text| index_of(sentences, text);
        let head = texts.head.map(&mut intern);
        let says = texts.says.into_iter().map(&mut intern).collect();
        let tail = intern(texts.tail);
        let landing = &mut build.landings[index];
        (landing.why, landing.head, landing.says, landing.tail) = (why, head, says, tail);
    }
}

/// Main's access and a handler's.
type Pair = (Node, Node);

/// A handler in a run.
#[derive(Clone, Copy, Debug)]
struct Call {
    lane: usize,
    /// Its first step, and its last.
    first: usize,
    last: usize,
}

/// The two pairs that contradict each other, as far as there are two.
pub(crate) fn evidence(run: &[Executed<'_>]) -> Why {
    let calls = calls(run);
    let before = calls
        .iter()
        .filter_map(|call| Some((before(run, call)?, call)));
    // The most telling; of equals, that with the handler that came first.
    let before = before.max_by_key(|((_, rank), call)| (*rank, core::cmp::Reverse(call.first)));
    let first = before.map(|((pair, _), _)| pair);
    let end = run.len().saturating_sub(1);
    let ends = run.last().map(|it| it.step.happens);
    if matches!(ends, Some(Happening::Wfi | Happening::Fault)) {
        return Why {
            first,
            last: None,
            wrong: Some(end),
        };
    }
    let not_earlier = |call: &&Call| before.is_none_or(|(_, other)| call.first >= other.first);
    let after = calls
        .iter()
        .filter(not_earlier)
        .filter_map(|call| after(run, call));
    let last = after.max_by_key(|(_, rank)| *rank).map(|(pair, _)| pair);
    Why {
        first,
        last,
        wrong: last.map(|(main, _)| main.0),
    }
}

/// The handlers of a run, in the order in which they began.
fn calls(run: &[Executed<'_>]) -> Vec<Call> {
    let lanes = 1..=run.iter().map(|it| it.lane).max().unwrap_or(0);
    let mut calls: Vec<_> = lanes
        .filter_map(|lane| {
            let first = run.iter().position(|it| it.lane == lane)?;
            let last = run.iter().rposition(|it| it.lane == lane)?;
            Some(Call { lane, first, last })
        })
        .collect();
    calls.sort_by_key(|call| call.first);
    calls
}

/// The accesses of a lane in these steps.
fn accesses<'a>(
    run: &'a [Executed<'_>],
    lane: usize,
    steps: core::ops::Range<usize>,
) -> impl DoubleEndedIterator<Item = Node> + 'a {
    let steps = steps.filter(move |&step| run[step].lane == lane);
    steps.flat_map(|step| (0..run[step].step.accesses.len()).map(move |access| (step, access)))
}

fn conflict(run: &[Executed<'_>], one: Node, other: Node) -> bool {
    let (one, other) = (Build::access(run, one), Build::access(run, other));
    one.word == other.word && (one.store == 1 || other.store == 1)
}

/// What main did before the handler: best, it read what the handler then changed.
fn before(run: &[Executed<'_>], call: &Call) -> Option<(Pair, (bool, bool, usize))> {
    let of_main = accesses(run, 0, 0..call.first);
    let pairs = of_main.filter_map(|main| {
        let mut handler = accesses(run, call.lane, call.first..call.last + 1);
        let other = handler.find(|&other| conflict(run, main, other))?;
        let mine = Build::access(run, main);
        let stores = accesses(run, call.lane, call.first..call.last + 1);
        let mut stores = stores
            .map(|node| Build::access(run, node))
            .filter(|it| it.store == 1 && it.word == mine.word);
        // In the ABA problem the head is again what it was: it does not show which lane came first.
        let is_changed = stores
            .next_back()
            .is_some_and(|last| last.value != mine.value);
        Some((
            (main, other),
            (is_changed || mine.store == 1, mine.store == 0, main.0),
        ))
    });
    pairs.max_by_key(|(_, rank)| *rank)
}

/// What main did after the handler: best, it overwrote what the handler had left; else, it read that.
fn after(run: &[Executed<'_>], call: &Call) -> Option<(Pair, (bool, core::cmp::Reverse<usize>))> {
    let of_main = accesses(run, 0, call.last + 1..run.len());
    let pairs = of_main.filter_map(|main| {
        let handler = accesses(run, call.lane, call.first..call.last + 1);
        let conflicting = handler.filter(|&other| conflict(run, main, other));
        let other = conflicting.max_by_key(|&node| (Build::access(run, node).store, node))?;
        let is_store = Build::access(run, main).store == 1;
        Some(((main, other), (is_store, core::cmp::Reverse(main.0))))
    });
    pairs.max_by_key(|(_, rank)| *rank)
}

/// Whether an explanation is true of its run.
#[cfg(test)]
pub(crate) fn check(build: &Build, landing: &Landing) -> Result<(), String> {
    let run = build.executed(landing);
    let Some(why) = landing.why else {
        return Ok(());
    };
    let pair = |(main, handler): Pair| {
        let exists = |node: Node| {
            run.get(node.0)
                .is_some_and(|it| node.1 < it.step.accesses.len())
        };
        if !exists(main) || !exists(handler) {
            return Err("there is no such access".to_owned());
        }
        if run[main.0].lane != 0 || run[handler.0].lane == 0 {
            return Err("a pair is main's access and a handler's".to_owned());
        }
        if !conflict(&run, main, handler) {
            return Err("the accesses do not conflict".to_owned());
        }
        Ok(())
    };
    if let Some((main, handler)) = why.first {
        pair((main, handler))?;
        if main.0 > handler.0 {
            return Err("main's access is not before the handler's".to_owned());
        }
    }
    if let Some((main, handler)) = why.last {
        pair((main, handler))?;
        if main.0 < handler.0 {
            return Err("main's access is not after the handler's".to_owned());
        }
        if why.first.is_some_and(|(_, first)| {
            run[first.0].lane != run[handler.0].lane && first.0 > handler.0
        }) {
            return Err("the handler that main came before began after the other".to_owned());
        }
    }
    Ok(())
}
