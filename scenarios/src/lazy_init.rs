//! A value computed on first use: both sides may compute it, and get the same value.

use crate::{Party, Report};
use core::num::NonZero;
use indivisible::{
    atomic::{AtomicU32, Ordering::Relaxed},
    race::RacyOnce,
};

/// The value, the number of computations, and the value that the other side got.
struct Lazy {
    value: RacyOnce<NonZero<u32>>,
    computed: AtomicU32,
    theirs: AtomicU32,
}

impl Lazy {
    const fn new() -> Self {
        Self {
            value: RacyOnce::new(),
            computed: AtomicU32::new(0),
            theirs: AtomicU32::new(0),
        }
    }

    /// The value; a computation calls `meanwhile` first.
    fn get(&self, meanwhile: impl FnOnce()) -> u32 {
        let compute = || {
            meanwhile();
            self.computed.fetch_add(1, Relaxed);
            NonZero::<u32>::MIN.saturating_add((1..=9).sum())
        };
        self.value.get_or_init(compute).get()
    }

    fn other_side_gets(&self, meanwhile: impl FnOnce()) {
        self.theirs.store(self.get(meanwhile), Relaxed);
    }

    fn computed(&self) -> u32 {
        self.computed.load(Relaxed)
    }

    fn theirs(&self) -> u32 {
        self.theirs.load(Relaxed)
    }
}

pub(crate) fn run<P: Party>(party: &P, report: &mut Report<'_>) {
    let lazy = Lazy::new();
    let ours = lazy.get(|| {});
    party.step(&|| lazy.other_side_gets(|| {}));
    report.check("main first, computed", lazy.computed(), 1);
    report.check("main first, the other side's value", lazy.theirs(), ours);

    let lazy = Lazy::new();
    party.step(&|| lazy.other_side_gets(|| {}));
    let before = lazy.computed();
    let ours = lazy.get(|| {});
    report.check("the other side first, computed by it", before, 1);
    report.check("the other side first, computed", lazy.computed(), 1);
    report.check("the other side first, main's value", ours, 46);

    let lazy = Lazy::new();
    let ours = lazy.get(|| party.step(&|| lazy.other_side_gets(|| {})));
    report.check(
        "the other side while main computes, computed",
        lazy.computed(),
        2,
    );
    report.check("the other side while main computes, main's value", ours, 46);
    report.check(
        "the other side while main computes, its value",
        lazy.theirs(),
        46,
    );

    // Main cannot preempt a handler; a further step can.
    let lazy = Lazy::new();
    party.step(&|| {
        lazy.other_side_gets(|| {
            party.step(&|| {
                lazy.get(|| {});
            });
        });
    });
    report.check(
        "a step while the other side computes, computed",
        lazy.computed(),
        2,
    );
    report.check(
        "a step while the other side computes, its value",
        lazy.theirs(),
        46,
    );
}
