//! Four workers do 25 items each and count them in one word.

use crate::{Party, Report, marks::Marks};
use core::ops::ControlFlow::{Break, Continue};
use indivisible::{
    atomic::{AtomicU32, Ordering::Relaxed},
    id::IdAllocator,
    progress::Progress,
};

pub(crate) fn run<P: Party>(party: &P, report: &mut Report<'_>) {
    stored(party, report);
    added(party, report);
    four_workers(party, report);
}

/// Wrong: each side stores its own number of items, as the one writer of `progress` does.
fn stored<P: Party>(party: &P, report: &mut Report<'_>) {
    let done = AtomicU32::new(0);
    for item in 1..=2 {
        done.store(item, Relaxed);
    }
    party.step(&|| done.store(1, Relaxed));
    report.wrong_version(
        "three items, each side storing its own number, count",
        done.load(Relaxed),
        1,
        3,
    );
}

fn added<P: Party>(party: &P, report: &mut Report<'_>) {
    let progress = Progress::new(3);
    progress.advance(2);
    party.step(&|| progress.advance(1));
    report.check("three items, added, count", progress.done() as u32, 3);
    // Steps past the total are dropped.
    progress.advance(1);
    report.check(
        "three items, and one past the total, count",
        progress.done() as u32,
        3,
    );
}

fn four_workers<P: Party>(party: &P, report: &mut Report<'_>) {
    // Each worker has its own 25 items, and claims them one by one.
    let claimed: [IdAllocator<u8>; 4] = [const { IdAllocator::with_limit(25) }; 4];
    let (items, progress) = (Marks::new(), Progress::new(100));
    let work = |worker: u8| {
        let Ok(item) = claimed[usize::from(worker)].allocate() else {
            return Break(());
        };
        items.mark(worker * 25 + item);
        progress.advance(1);
        Continue(())
    };
    let all = party.run(
        &[&|| work(0), &|| work(1), &|| work(2), &|| work(3)],
        || party.wait_for(|| progress.is_complete()),
    );
    report.check("main saw all 100 items done", all, true);
    report.check("items done", items.count(), 100);
    report.check("items done twice", items.twice(), 0);
}
