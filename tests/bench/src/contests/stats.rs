//! Recording statistics, and reading them while another thread records.

use core::{
    array,
    hint::{black_box, spin_loop},
    sync::atomic::Ordering::Relaxed,
};
use std::sync::{Mutex, PoisonError};

use crossbeam_utils::CachePadded;
use indivisible::{stats::ShardedStats, stats::Stats};

use super::{
    THREADS,
    locked::{Sum, all_in, value},
};
use crate::{
    chapter::Statistics,
    contest::{Contest, Rival},
    side::{Side, same},
};

const SHARDS: usize = 8;

pub(super) fn contests() -> Vec<Contest> {
    vec![
        Contest {
            name: "ShardedStats record",
            ours: sharded(),
            rivals: vec![
                Rival::new(chapter()).one(0.25).two(0.04),
                Rival::new(parking_lot()).one(0.35).two(0.15),
                Rival::new(std_mutex()),
                Rival::new(spin_mutex()),
            ],
            threads: THREADS,
        },
        Contest {
            name: "Stats record",
            ours: shared(),
            rivals: vec![
                Rival::new(chapter()).one(0.7).two(0.8),
                Rival::new(parking_lot()),
                Rival::new(std_mutex()),
            ],
            threads: THREADS,
        },
        Contest {
            name: "snapshot of 8 shards; 2 threads: beside a recorder",
            ours: snapshot::<SHARDS>("ShardedStats"),
            rivals: vec![
                Rival::new(locked_shards()).two(0.5),
                Rival::new(locked_snapshot()).two(1.0),
                Rival::new(parking_lot_snapshot()),
                Rival::new(snapshot_of::<SHARDS, 4>("ShardedStats of 4 slots")),
            ],
            threads: &[1, 2],
        },
    ]
}

pub(super) fn sharded() -> Side {
    Side::new(
        "ShardedStats",
        |_| ShardedStats::<SHARDS>::new(),
        |stats, run| match stats.claim() {
            Ok(mut recorder) => run.repeat(|i| {
                let value = value(i);
                recorder.record(value as u32);
                value
            }),
            Err(_) => 0,
        },
        |stats, done| {
            let seen = stats.snapshot();
            all_in(seen.count, seen.total, done)
        },
    )
}

fn shared() -> Side {
    Side::new(
        "Stats",
        |_| Stats::<u64>::new(),
        |stats, run| {
            run.repeat(|i| {
                let value = value(i);
                stats.record(value);
                value
            })
        },
        |stats, done| {
            let seen = stats.snapshot();
            all_in(seen.count, seen.total, done)
        },
    )
}

fn chapter() -> Side {
    Side::new(
        "the chapter's three RMWs",
        |_| Statistics::default(),
        |stats, run| {
            run.repeat(|i| {
                let value = value(i);
                stats.record(value);
                value
            })
        },
        |stats, done| all_in(stats.count.load(Relaxed), stats.total.load(Relaxed), done),
    )
}

/// Statistics under a mutex: the locks differ, the work under them does not.
macro_rules! locked {
    ($name:literal, $Mutex:ty, |$mutex:ident| $lock:expr) => {
        Side::new(
            $name,
            |_| <$Mutex>::new(Sum::ZERO),
            |$mutex, run| {
                run.repeat(|i| {
                    let value = value(i);
                    $lock.record(value);
                    value
                })
            },
            |$mutex, done| {
                let sum = *$lock;
                all_in(sum.count, sum.total, done)
            },
        )
    };
}

fn parking_lot() -> Side {
    locked!("parking_lot Mutex", parking_lot::Mutex<Sum>, |mutex| mutex
        .lock())
}

fn std_mutex() -> Side {
    locked!("std Mutex", Mutex<Sum>, |mutex| mutex
        .lock()
        .unwrap_or_else(PoisonError::into_inner))
}

fn spin_mutex() -> Side {
    locked!("spin Mutex", spin::Mutex<Sum>, |mutex| mutex.lock())
}

/// The value that is recorded during a snapshot: constant, so that a torn snapshot is detected.
const VALUE: u64 = 3;

/// The work between two records: a third of a microsecond. Beside a recorder without a pause, a snapshot
/// of [`ShardedStats`] may retry for ever, as its documentation states.
fn other_work() {
    const HINTS: u32 = 30;
    (0..HINTS).for_each(|_| spin_loop());
}

/// The number of torn snapshots; the recorder thread returns zero.
#[inline(always)]
fn torn(count: u64, total: u64) -> u64 {
    u64::from(total != count * VALUE)
}

pub(crate) fn snapshot<const N: usize>(name: &'static str) -> Side {
    snapshot_of::<N, 2>(name)
}

fn snapshot_of<const N: usize, const SLOTS: usize>(name: &'static str) -> Side {
    let side = Side::new(
        name,
        |_| ShardedStats::<N, SLOTS>::with_slots(),
        |stats, run| {
            if !run.is_company() {
                return run.repeat(|_| {
                    // Every side reads all three numbers.
                    let seen = black_box(stats.snapshot());
                    torn(seen.count, seen.total)
                });
            }
            match stats.claim() {
                Ok(mut recorder) => run.accompany(|_| {
                    recorder.record(VALUE as u32);
                    other_work();
                    0
                }),
                Err(_) => 1,
            }
        },
        |_, done| same("torn snapshots", done.sum(), 0),
    );
    side.beside_company()
}

macro_rules! locked_snapshot {
    ($name:literal, $Mutex:ty, |$mutex:ident| $lock:expr) => {
        Side::new(
            $name,
            |_| CachePadded::new(<$Mutex>::new(Sum::ZERO)),
            |$mutex, run| {
                if !run.is_company() {
                    return run.repeat(|_| {
                        let seen = black_box(*$lock);
                        torn(seen.count, seen.total)
                    });
                }
                run.accompany(|_| {
                    $lock.record(VALUE);
                    other_work();
                    0
                })
            },
            |_, done| same("torn snapshots", done.sum(), 0),
        )
        .beside_company()
    };
}

/// The same number of shards, each under its own lock: a snapshot takes all of them.
fn locked_shards() -> Side {
    let side = Side::new(
        "8 shards, each under a std Mutex",
        |_| [const { CachePadded::new(Mutex::new(Sum::ZERO)) }; SHARDS],
        |shards, run| {
            let lock = |i: usize| shards[i].lock().unwrap_or_else(PoisonError::into_inner);
            if !run.is_company() {
                return run.repeat(|_| {
                    let locked: [_; SHARDS] = array::from_fn(lock);
                    let seen = locked.iter().fold(Sum::ZERO, |sum, it| sum.merge(it));
                    let seen = black_box(seen);
                    torn(seen.count, seen.total)
                });
            }
            run.accompany(|_| {
                lock(0).record(VALUE);
                other_work();
                0
            })
        },
        |_, done| same("torn snapshots", done.sum(), 0),
    );
    side.beside_company()
}

fn locked_snapshot() -> Side {
    locked_snapshot!("one std Mutex", Mutex<Sum>, |mutex| mutex
        .lock()
        .unwrap_or_else(PoisonError::into_inner))
}

fn parking_lot_snapshot() -> Side {
    locked_snapshot!("one parking_lot Mutex", parking_lot::Mutex<Sum>, |mutex| {
        mutex.lock()
    })
}
