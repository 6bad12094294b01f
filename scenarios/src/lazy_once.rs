//! A key generated on first use, each time another: every caller must get the first one stored.

use crate::{Party, Report, Work};
use core::{num::NonZero, ops::ControlFlow::Break};
use indivisible::{
    atomic::{AtomicU32, Ordering::Relaxed},
    id::IdAllocator,
    race::{AlreadySetError, OnceWord},
};

/// The source of keys: 1, 2, 3…
type Source = IdAllocator<NonZero<u32>>;

fn generate(source: &Source) -> NonZero<u32> {
    source.allocate().unwrap_or(NonZero::<u32>::MAX)
}

pub(crate) fn run<P: Party>(party: &P, report: &mut Report<'_>) {
    stored(party, report);
    main_generates(party, report);
    other_side_generates(party, report);
    five_at_once(party, report);
}

/// Wrong: both find no key, both store their own, and both return it.
fn stored<P: Party>(party: &P, report: &mut Report<'_>) {
    let (word, source) = (AtomicU32::new(0), Source::new());
    let get = |meanwhile: &dyn Fn()| match word.load(Relaxed) {
        0 => {
            meanwhile();
            let key = generate(&source).get();
            word.store(key, Relaxed);
            key
        }
        key => key,
    };
    let theirs = AtomicU32::new(0);
    let ours = get(&|| party.step(&|| theirs.store(get(&|| {}), Relaxed)));
    let theirs = theirs.load(Relaxed);
    report.wrong_version(
        "storing the key, the two sides have two keys",
        theirs != 0 && theirs != ours,
        true,
        false,
    );
}

fn main_generates<P: Party>(party: &P, report: &mut Report<'_>) {
    let (key, source) = (OnceWord::new(), Source::new());
    let theirs = AtomicU32::new(0);
    let step = || theirs.store(key.get_or_init(|| generate(&source)).get(), Relaxed);
    let ours = key.get_or_init(|| {
        party.step(&step);
        generate(&source)
    });
    report.check(
        "while main generates, the other side's key",
        theirs.load(Relaxed),
        1,
    );
    report.check("while main generates, main's key", ours.get(), 1);
    report.check(
        "while main generates, keys generated",
        source.limit() - source.remaining(),
        2,
    );
    let refused = key.set(NonZero::<u32>::MAX);
    report.check(
        "a later key is refused, with the current one",
        refused == Err(AlreadySetError { current: ours }),
        true,
    );
}

/// With the roles exchanged. Main cannot preempt a handler; a further step can.
fn other_side_generates<P: Party>(party: &P, report: &mut Report<'_>) {
    let (key, source) = (OnceWord::new(), Source::new());
    let (theirs, between) = (AtomicU32::new(0), AtomicU32::new(0));
    let step = || between.store(key.get_or_init(|| generate(&source)).get(), Relaxed);
    party.step(&|| {
        let got = key.get_or_init(|| {
            party.step(&step);
            generate(&source)
        });
        theirs.store(got.get(), Relaxed);
    });
    report.check(
        "while the other side generates, a further step's key",
        between.load(Relaxed),
        1,
    );
    report.check(
        "while the other side generates, its own key",
        theirs.load(Relaxed),
        1,
    );
    let ours = key.get_or_init(|| generate(&source));
    report.check("after the other side, main's key", ours.get(), 1);
    report.check(
        "after the other side, keys generated",
        source.limit() - source.remaining(),
        2,
    );
}

/// Any of the keys may be the first; all callers get that one.
fn five_at_once<P: Party>(party: &P, report: &mut Report<'_>) {
    let (key, source) = (OnceWord::new(), Source::new());
    let (lowest, highest) = (AtomicU32::new(u32::MAX), AtomicU32::new(0));
    let answers = AtomicU32::new(0);
    let get: Work<'_> = &|| {
        let got = key.get_or_init(|| generate(&source)).get();
        lowest.fetch_min(got, Relaxed);
        highest.fetch_max(got, Relaxed);
        answers.fetch_add(1, Relaxed);
        Break(())
    };
    party.run(&[get; 4], || {
        let _ = get();
    });
    let one_key = lowest.load(Relaxed) == highest.load(Relaxed);
    report.check(
        "at once, four workers and main have asked",
        answers.load(Relaxed),
        5,
    );
    report.check("at once, they have one key", one_key, true);
}
