//! Several IDs by one exchange, and the unused ones given back.
//!
//! Beyond the chapter, whose allocators change the shared word for every ID.

use crate::{Party, Report, Work, marks::Marks};
use core::ops::ControlFlow::{Break, Continue};
use indivisible::{
    atomic::{AtomicU8, Ordering::Relaxed},
    id::IdAllocator,
};

const LIMIT: u8 = 100;

pub(crate) fn run<P: Party>(party: &P, report: &mut Report<'_>) {
    give_back(party, report);
    give_back_by_store(party, report);
    four_workers(party, report);
}

/// Without and with an allocation by the other side between lease and return.
fn give_back<P: Party>(party: &P, report: &mut Report<'_>) {
    let ids = IdAllocator::<u8>::with_limit(LIMIT);
    let used = |lease| {
        ids.lease(lease)
            .map_or(0, |lease| lease.take(2).count() as u8)
    };
    report.check("of a lease of 8, used", used(8), 2);
    report.check("after giving back, left", ids.remaining(), LIMIT - 2);

    let other = AtomicU8::new(u8::MAX);
    let lease = ids.lease(8);
    party.step(&|| other.store(ids.allocate().unwrap_or(u8::MAX), Relaxed));
    drop(lease);
    report.check(
        "the other side's ID, past a lease of 8",
        other.load(Relaxed),
        10,
    );
    report.check("of that lease, leaked", ids.leaked(), 8);
    report.check("after the leak, left", ids.remaining(), LIMIT - 11);
}

/// Wrong: the rest is given back by a store, although a later ID has been handed out.
fn give_back_by_store<P: Party>(party: &P, report: &mut Report<'_>) {
    let (next, other) = (AtomicU8::new(0), AtomicU8::new(u8::MAX));
    let lease = next.fetch_add(8, Relaxed);
    party.step(&|| other.store(next.fetch_add(1, Relaxed), Relaxed));
    next.store(lease, Relaxed);
    let again = (0..=8).any(|_| next.fetch_add(1, Relaxed) == other.load(Relaxed));
    report.wrong_version(
        "given back by a store, the other side's ID is reused",
        again,
        true,
        false,
    );
}

/// Leases of 8, of which each worker uses 5.
fn four_workers<P: Party>(party: &P, report: &mut Report<'_>) {
    let ids = IdAllocator::<u8>::with_limit(LIMIT);
    let (seen, handed_out) = (Marks::new(), AtomicU8::new(0));
    let work: Work<'_> = &|| match ids.lease(8) {
        Ok(lease) => {
            for id in lease.take(5) {
                seen.mark(id);
                handed_out.fetch_add(1, Relaxed);
            }
            Continue(())
        }
        Err(_) => Break(()),
    };
    party.run(&[work; 4], || ());
    let handed_out = handed_out.load(Relaxed);
    report.check("four workers, IDs seen twice", seen.twice(), 0);
    report.check("four workers, IDs left", ids.remaining(), 0);
    report.check(
        "handed out and leaked are all",
        handed_out + ids.leaked(),
        LIMIT,
    );
}
