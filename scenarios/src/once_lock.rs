//! A value of several words, initialized once; a call that finds the initializer running does not wait.

use crate::{Party, Report};
use indivisible::{
    atomic::{AtomicU8, Ordering::Relaxed},
    once::{InitializingError, OnceLock, TryInitError, TrySetError},
};

type Cell = OnceLock<[u32; 2]>;

const OURS: [u32; 2] = [1, 2];
const THEIRS: [u32; 2] = [3, 4];

pub(crate) fn run<P: Party>(party: &P, report: &mut Report<'_>) {
    main_initializes(party, report);
    other_side_initializes(party, report);
    failure(party, report);
}

/// The answer that the other side got, for main to read.
struct Answer(AtomicU8);

impl Answer {
    const NAMES: [&str; 5] = [
        "nothing",
        "Initializing",
        "AlreadySet",
        "main's value",
        "its own value",
    ];

    const fn new() -> Self {
        Self(AtomicU8::new(0))
    }

    fn record(&self, answer: u8) {
        self.0.store(answer, Relaxed);
    }

    fn get_or_init(&self, cell: &Cell) {
        self.record(match cell.try_get_or_init(|| THEIRS) {
            Err(InitializingError) => 1,
            Ok(&OURS) => 3,
            Ok(&THEIRS) => 4,
            Ok(_) => 0,
        });
    }

    fn set(&self, cell: &Cell) {
        self.record(match cell.try_set(THEIRS) {
            Err(TrySetError::Initializing(THEIRS)) => 1,
            Err(TrySetError::AlreadySet(THEIRS)) => 2,
            Ok(()) => 4,
            Err(_) => 0,
        });
    }

    fn name(&self) -> &'static str {
        Self::NAMES
            .get(usize::from(self.0.load(Relaxed)))
            .unwrap_or(&"nonsense")
    }
}

fn main_initializes<P: Party>(party: &P, report: &mut Report<'_>) {
    let cell = Cell::new();
    let (got, set) = (Answer::new(), Answer::new());
    let step = || {
        got.get_or_init(&cell);
        set.set(&cell);
    };
    let ours = cell.try_get_or_init(|| {
        party.step(&step);
        OURS
    });
    report.check(
        "while main initializes, the other side gets",
        got.name(),
        "Initializing",
    );
    report.check(
        "while main initializes, the other side's set gives",
        set.name(),
        "Initializing",
    );
    report.check(
        "while main initializes, main gets its own value",
        ours == Ok(&OURS),
        true,
    );
    party.step(&step);
    report.check(
        "main's value there, the other side gets",
        got.name(),
        "main's value",
    );
    report.check(
        "main's value there, the other side's set gives",
        set.name(),
        "AlreadySet",
    );
    report.check(
        "main's value there, it stays",
        cell.get() == Some(&OURS),
        true,
    );
}

/// With the roles exchanged. Main cannot preempt a handler; a further step can.
fn other_side_initializes<P: Party>(party: &P, report: &mut Report<'_>) {
    let cell = Cell::new();
    let (got, between) = (Answer::new(), Answer::new());
    party.step(&|| {
        // Main reads the value afterwards.
        let _ = cell.try_get_or_init(|| {
            party.step(&|| between.get_or_init(&cell));
            THEIRS
        });
        got.get_or_init(&cell);
    });
    report.check(
        "while the other side initializes, a further step gets",
        between.name(),
        "Initializing",
    );
    report.check(
        "while the other side initializes, it gets",
        got.name(),
        "its own value",
    );
    let ours = cell.try_get_or_init(|| OURS);
    report.check(
        "after the other side, main gets its value",
        ours == Ok(&THEIRS),
        true,
    );
}

/// An initializer that fails leaves the cell empty for the next call.
fn failure<P: Party>(party: &P, report: &mut Report<'_>) {
    let cell = Cell::new();
    let (between, after) = (Answer::new(), Answer::new());
    let failed = cell.try_get_or_try_init(|| {
        party.step(&|| between.get_or_init(&cell));
        Err("no value")
    });
    report.check(
        "failing, main's initializer gets its error",
        failed == Err(TryInitError::Failed("no value")),
        true,
    );
    report.check(
        "failing, the other side gets meanwhile",
        between.name(),
        "Initializing",
    );
    report.check(
        "failing, the cell is left empty",
        cell.get().is_none(),
        true,
    );
    party.step(&|| after.get_or_init(&cell));
    report.check(
        "after the failure, the other side gets",
        after.name(),
        "its own value",
    );
    report.check(
        "after the failure, main gets the other side's value",
        cell.get() == Some(&THEIRS),
        true,
    );
}
