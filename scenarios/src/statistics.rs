//! Count, total and maximum of four workers' times; what a reader in between sees; and a mutex.
//!
//! The average of a torn snapshot is too low here: the writer counts before it adds, and the reader loads
//! the total before the count. The chapter also has one that is too high, from two Relaxed changes that become
//! visible in the other order. On one core, which sees its own steps in order, and on x86, no step of the
//! other side can cause that, so it is not here.
//!
//! Beyond the chapter: a shard for each side, and a snapshot that is whole without a lock. Shards that are
//! read one by one give no such snapshot.

use crate::{Party, Report, Work, kept::Kept};
use core::{
    cell::Cell,
    ops::ControlFlow::{Break, Continue},
};
use critical_section::Mutex;
use indivisible::{
    atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    id::IdAllocator,
    stats::Stats,
    stats::{Recorder, ShardedStats},
};

pub(crate) fn run<P: Party>(party: &P, report: &mut Report<'_>) {
    four_workers(party, report);
    torn_record(party, report);
    torn_snapshot(party, report);
    mutex(party, report);
    sum_of_shards(party, report);
    exact(party, report);
}

fn four_workers<P: Party>(party: &P, report: &mut Report<'_>) {
    let stats = Stats::<u32>::new();
    let items = IdAllocator::<u8>::with_limit(100);
    let work: Work<'_> = &|| match items.allocate() {
        Ok(item) => {
            stats.record(u32::from(item) + 1);
            Continue(())
        }
        Err(_) => Break(()),
    };
    let all = party.run(&[work; 4], || {
        party.wait_for(|| stats.snapshot().count == 100)
    });
    let seen = stats.snapshot();
    report.check("main saw all 100 items recorded", all, true);
    report.check("total of 1 to 100", seen.total as u32, 5050);
    report.check("average of 1 to 100", stats.mean().unwrap_or(0) as u32, 50);
    report.check("peak of 1 to 100", seen.max.unwrap_or(0), 100);
}

/// Two of the chapter's three words.
struct Words {
    count: AtomicU32,
    total: AtomicU32,
}

impl Words {
    /// With one record, of 30.
    const fn new() -> Self {
        Self {
            count: AtomicU32::new(1),
            total: AtomicU32::new(30),
        }
    }

    fn record(&self, value: u32, meanwhile: impl FnOnce()) {
        self.count.fetch_add(1, Relaxed);
        meanwhile();
        self.total.fetch_add(value, Relaxed);
    }

    fn mean(&self, meanwhile: impl FnOnce()) -> u32 {
        let total = self.total.load(Relaxed);
        meanwhile();
        total / self.count.load(Relaxed)
    }
}

/// Main is between its two changes when the other side reads.
fn torn_record<P: Party>(party: &P, report: &mut Report<'_>) {
    let (words, seen) = (Words::new(), AtomicU32::new(0));
    words.record(30, || {
        party.step(&|| seen.store(words.mean(|| {}), Relaxed));
    });
    report.wrong_version(
        "average of 30 and 30, read between main's two changes",
        seen.load(Relaxed),
        15,
        30,
    );
}

/// Main is between its two loads when the other side records.
fn torn_snapshot<P: Party>(party: &P, report: &mut Report<'_>) {
    let words = Words::new();
    let seen = words.mean(|| party.step(&|| words.record(30, || {})));
    report.wrong_version(
        "main's average of 30 and 30, around another record",
        seen,
        15,
        30,
    );
    let whole = words.mean(|| {});
    report.check(
        "with no record in between, main's average of 30 and 30",
        whole,
        30,
    );
}

/// One lock around both words. No step can be taken inside it, so it is requested there.
fn mutex<P: Party>(party: &P, report: &mut Report<'_>) {
    let words = Mutex::new(Cell::new((1, 30)));
    let (seen, ran) = (AtomicU32::new(0), AtomicBool::new(false));
    let read = || {
        let (count, total) = critical_section::with(|section| {
            ran.store(true, Relaxed);
            words.borrow(section).get()
        });
        seen.store(total / count, Relaxed);
    };
    let ran_inside = party.request(&read, |request| {
        critical_section::with(|section| {
            let words = words.borrow(section);
            let (count, total) = words.get();
            words.set((count + 1, total));
            request();
            words.set((count + 1, total + 30));
            ran.load(Relaxed)
        })
    });
    report.check(
        "with a lock, the other side was inside while main was",
        ran_inside,
        false,
    );
    report.check(
        "with a lock, the other side was inside after main",
        ran.load(Relaxed),
        true,
    );
    report.check(
        "with a lock, the other side's average of 30 and 30",
        seen.load(Relaxed),
        30,
    );
}

/// Wrong: each shard is whole, but they are read one after the other. The other side records to the first, then
/// to the second, and main sees only the second record.
fn sum_of_shards<P: Party>(party: &P, report: &mut Report<'_>) {
    let shards = [const { ShardedStats::<1>::new() }; 2];
    let record = || {
        for shard in &shards {
            if let Ok(mut recorder) = shard.claim() {
                recorder.record(1);
            }
        }
    };
    let first = shards[0].snapshot().count;
    party.step(&record);
    let second = shards[1].snapshot().count;
    report.wrong_version(
        "shards read one by one show only the later record",
        second > first,
        true,
        false,
    );
}

/// Four workers with two recorders each, for 1 and for the largest value; the total passes 32 bits.
fn exact<P: Party>(party: &P, report: &mut Report<'_>) {
    const BIG: u32 = u32::MAX;
    const EACH: u32 = 25;

    let stats = ShardedStats::<8>::new();
    let items = IdAllocator::<u8>::with_limit(100);
    let recorders = [const { Kept::new(None) }; 8];
    let record = |to: usize, value| {
        recorders[to].with(|recorder: &mut Option<Recorder<'_>>| {
            if recorder.is_none() {
                *recorder = stats.claim().ok();
            }
            if let Some(recorder) = recorder {
                recorder.record(value);
            }
        });
    };
    let work = |worker: usize| {
        if items.allocate().is_err() {
            return Break(());
        }
        record(2 * worker, 1);
        record(2 * worker + 1, BIG);
        Continue(())
    };
    let works: [&(dyn Fn() -> _ + Sync); 4] = [&|| work(0), &|| work(1), &|| work(2), &|| work(3)];
    let impossible = Cell::new(0);
    let all = party.run(&works, || {
        party.wait_for(|| {
            let seen = stats.snapshot();
            // Each pair records 1 first, so there are never more big values than small ones.
            let big = seen.total / u64::from(BIG);
            impossible.set(impossible.get() + u32::from(2 * big > seen.count));
            seen.count == u64::from(8 * EACH)
        })
    });
    let seen = stats.snapshot();
    report.check("exact, main saw all records", all, true);
    report.check(
        "exact, snapshots with a second record without its first",
        impossible.get(),
        0,
    );
    report.check("exact, records", seen.count, 200);
    report.check(
        "exact, total of 100 times 1 and 4294967295",
        seen.total,
        100 << 32,
    );
    report.check("exact, smallest", seen.min.unwrap_or(0), 1);
    report.check("exact, largest", seen.max.unwrap_or(0), BIG);
}
