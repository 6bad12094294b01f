//! One side works and stores how many items are done, the other side reads that; then the roles are exchanged.

use crate::{Party, Report, kept::Kept};
use core::{
    array,
    cell::Cell,
    ops::ControlFlow::{Break, Continue},
};
use indivisible::{
    atomic::{AtomicU32, Ordering::Relaxed},
    progress::SingleProgress,
};

const ITEMS: usize = 25;

pub(crate) fn run<P: Party>(party: &P, report: &mut Report<'_>) {
    other_side_works(party, report);
    main_works(party, report);
}

fn other_side_works<P: Party>(party: &P, report: &mut Report<'_>) {
    let progress = SingleProgress::new(ITEMS);
    let writer = Kept::new(progress.claim());
    let results: [AtomicU32; ITEMS] = array::from_fn(|_| AtomicU32::new(0));
    let work = || {
        let next = writer.with(|writer| {
            let writer = writer.as_mut()?;
            results.get(writer.done())?.store(1, Relaxed);
            writer.advance(1);
            Some(())
        });
        match next.flatten() {
            Some(()) => Continue(()),
            None => Break(()),
        }
    };

    report.check(
        "items done before the other side's first step",
        done(&progress),
        0,
    );
    party.step(&|| {
        let _ = work();
    });
    report.check("items done after it", done(&progress), 1);

    let (last, back, unseen) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let all = party.run(&[&work], || {
        party.wait_for(|| {
            let done = progress.done();
            let results = results.iter().take(done);
            let missing = results.filter(|it| it.load(Relaxed) == 0).count();
            unseen.set(unseen.get() + missing as u32);
            if done < last.replace(done) {
                back.set(back.get() + 1);
            }
            progress.is_complete()
        })
    });
    report.check("main saw all 25 items done", all, true);
    report.check("how often main saw the count decrease", back.get(), 0);
    report.check("items that main saw done without a result", unseen.get(), 0);
}

fn main_works<P: Party>(party: &P, report: &mut Report<'_>) {
    let mut progress = SingleProgress::new(4);
    let (mut writer, reader) = progress.split();
    let seen = AtomicU32::new(u32::MAX);
    let read = || seen.store(done(reader), Relaxed);
    let mut agreed = 0;
    for item in 1..=4 {
        writer.advance(1);
        party.step(&read);
        if seen.load(Relaxed) == item {
            agreed += 1;
        }
    }
    report.check("how often the other side saw main's newest item", agreed, 4);
    writer.set_done(2);
    party.step(&read);
    report.check(
        "what the other side sees after main has set fewer",
        seen.load(Relaxed),
        4,
    );
}

fn done(progress: &SingleProgress<impl Sync>) -> u32 {
    progress.done() as u32
}
