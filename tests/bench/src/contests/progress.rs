//! Counting progress, and waking its waiter.

use core::sync::atomic::{
    AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};
use std::{
    sync::{Mutex, OnceLock, PoisonError},
    thread::{self, Thread},
};

use anyhow::Result;
use crossbeam_utils::sync::{Parker, Unparker};
use indivisible::{
    progress::{MAX_TOTAL, Progress},
    wait::thread::{Broadcast, CurrentThread, ThreadSlot},
};

use super::THREADS;
use crate::{
    contest::{Contest, Rival},
    side::{Done, Run, Side, same},
};

pub(super) fn contests() -> Vec<Contest> {
    vec![
        Contest {
            name: "Progress::advance, no waiter",
            ours: advance(),
            rivals: vec![Rival::new(fetch_add()).one(1.2).two(1.1)],
            threads: THREADS,
        },
        Contest {
            name: "Progress wake-up, there and back",
            ours: wake_up(),
            rivals: vec![Rival::new(park()), Rival::new(crossbeam_parker())],
            threads: &[2],
        },
        Contest {
            name: "Progress wake-up, there and back, on one core",
            ours: wake_up().on_one_core(),
            rivals: vec![
                Rival::new(park().on_one_core()).two(1.05),
                Rival::new(crossbeam_parker().on_one_core()),
            ],
            threads: &[2],
        },
    ]
}

fn advance() -> Side {
    Side::new(
        "Progress",
        |_| Progress::with_unparker(MAX_TOTAL, ThreadSlot::new()),
        |progress, run| {
            run.repeat(|_| {
                progress.advance(1);
                0
            })
        },
        |progress, done| same("done", progress.done() as u64, done.total()),
    )
}

fn fetch_add() -> Side {
    Side::new(
        "a bare fetch_add",
        |_| AtomicUsize::new(0),
        |count, run| {
            run.repeat(|_| {
                count.fetch_add(1, Release);
                0
            })
        },
        |count, done| same("done", count.load(Relaxed) as u64, done.total()),
    )
}

/// One thread steps and waits for the other's step, which waits for the first. `wait` returns the number of
/// refused waits, and so does this function.
fn ping_pong<T>(
    run: &Run<'_>,
    balls: &[T; 2],
    step: impl Fn(&T, usize),
    wait: impl Fn(&T, usize) -> u64,
) -> u64 {
    let (mine, others) = (&balls[run.thread], &balls[1 - run.thread]);
    let mut refused = 0;
    for i in 1..=run.ops as usize {
        if run.thread == 0 {
            step(mine, i);
            refused += wait(others, i);
        } else {
            refused += wait(others, i);
            step(mine, i);
        }
    }
    refused
}

/// Checks that each side has stepped as often as planned.
fn all_back(pings: usize, pongs: usize, done: &Done) -> Result<()> {
    same("refused waits", done.sum(), 0)?;
    same("pings", pings as u64, done.ops)?;
    same("pongs", pongs as u64, done.ops)
}

fn wake_up() -> Side {
    let make = || Progress::with_unparker(MAX_TOTAL, ThreadSlot::new());
    Side::new(
        "Progress, ThreadSlot",
        move |_| [make(), make()],
        |balls, run| {
            let parker = CurrentThread::new();
            let step = |it: &Progress<ThreadSlot>, _| it.advance(1);
            let wait = |it: &Progress<ThreadSlot>, i| u64::from(it.wait_until(i, &parker).is_err());
            ping_pong(run, balls, step, wait)
        },
        |[ping, pong], done| all_back(ping.done(), pong.done(), done),
    )
}

/// A counter, and its waiter.
#[derive(Default)]
struct Parked {
    count: AtomicUsize,
    waiter: OnceLock<Thread>,
}

fn park() -> Side {
    Side::new(
        "bare park and unpark",
        |_| [Parked::default(), Parked::default()],
        |balls, run| {
            let mine = thread::current();
            balls[1 - run.thread].waiter.get_or_init(|| mine);
            let step = |it: &Parked, i| {
                it.count.store(i, Release);
                it.waiter.wait().unpark();
            };
            let wait = |it: &Parked, i| {
                while it.count.load(Acquire) < i {
                    thread::park();
                }
                0
            };
            ping_pong(run, balls, step, wait)
        },
        |[ping, pong], done| all_back(ping.count.load(Relaxed), pong.count.load(Relaxed), done),
    )
}

/// A counter, and crossbeam's `Parker` and `Unparker`.
struct Pair {
    count: AtomicUsize,
    parker: Mutex<Parker>,
    unparker: Unparker,
}

fn crossbeam_parker() -> Side {
    let make = || {
        let parker = Parker::new();
        Pair {
            count: AtomicUsize::new(0),
            unparker: parker.unparker().clone(),
            parker: Mutex::new(parker),
        }
    };
    Side::new(
        "crossbeam Parker",
        move |_| [make(), make()],
        |balls, run| {
            let parker = balls[1 - run.thread]
                .parker
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let step = |it: &Pair, i| {
                it.count.store(i, Release);
                it.unparker.unpark();
            };
            let wait = |it: &Pair, i| {
                while it.count.load(Acquire) < i {
                    parker.park();
                }
                0
            };
            ping_pong(run, balls, step, wait)
        },
        |[ping, pong], done| all_back(ping.count.load(Relaxed), pong.count.load(Relaxed), done),
    )
}

/// One thread steps; all others read the step before the next one.
pub(crate) fn broadcast(name: &'static str) -> Side {
    let side = Side::new(
        name,
        |_| {
            (
                Progress::with_unparker(MAX_TOTAL, Broadcast::new()),
                Progress::with_unparker(MAX_TOTAL, ThreadSlot::new()),
            )
        },
        |(step, seen), run| {
            let parker = CurrentThread::new();
            if !run.is_company() {
                let waiters = run.threads - 1;
                return run.repeat(|i| {
                    step.advance(1);
                    u64::from(
                        seen.wait_until(waiters * (i as usize + 1), &parker)
                            .is_err(),
                    )
                });
            }
            (1..=run.ops as usize)
                .map(|i| {
                    let failed = step.wait_until(i, &parker).is_err();
                    seen.advance(1);
                    u64::from(failed)
                })
                .sum()
        },
        |(step, _), done| {
            same("refused waits", done.sum(), 0)?;
            same("steps", step.done() as u64, done.ops)
        },
    );
    side.beside_company()
}
