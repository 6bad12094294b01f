//! How cost grows with the number of shards, waiters and leases, and with threads.

use core::{
    future::Future,
    task::{Context, Poll, Waker},
};

use anyhow::Result;
use indivisible::{
    progress::{MAX_TOTAL, Progress},
    wait::task::Wakers,
};

use crate::{
    contest::{Effort, Entrant, compete},
    contests::{self, broadcast, held, leases_of, snapshot},
    row::{Row, Unit},
    side::{Side, same},
};

/// One operation at several sizes; the others are compared with the first.
struct Growth {
    name: &'static str,
    /// The quantity that grows.
    of: &'static str,
    sizes: Vec<(usize, Side)>,
    /// The number of threads for a size.
    threads: fn(usize) -> usize,
}

macro_rules! sizes {
    ($make:ident: $($size:literal)*) => {
        vec![$(($size, $make::<$size>(concat!($size))),)*]
    };
}

fn growths() -> Vec<Growth> {
    let alone: fn(usize) -> usize = |_| 1;
    vec![
        Growth {
            name: "ShardedStats::snapshot",
            of: "shards",
            sizes: sizes!(snapshot: 1 2 4 8 16 32),
            threads: alone,
        },
        Growth {
            name: "register tasks with Wakers and wake them all",
            of: "tasks",
            sizes: sizes!(tasks: 1 2 4 8 16),
            threads: alone,
        },
        Growth {
            name: "Broadcast: a step, until every waiting thread has read it",
            of: "threads",
            sizes: vec![
                (1, broadcast("1")),
                (2, broadcast("2")),
                (4, broadcast("4")),
                (8, broadcast("8")),
            ],
            threads: |waiters| waiters + 1,
        },
        Growth {
            name: "an ID from one of several leases",
            of: "leases held at once",
            sizes: sizes!(held: 1 4 16 64 256),
            threads: alone,
        },
        Growth {
            name: "an ID from a lease",
            of: "IDs in a lease",
            sizes: sizes!(leases_of: 1 4 16 64 256),
            threads: alone,
        },
    ]
}

/// A row for each size but the first, compared with the first.
pub fn grow(
    effort: &Effort,
    is_wanted: impl Fn(&str) -> bool,
    mut each: impl FnMut(&Row),
) -> Result<()> {
    for growth in growths().iter().filter(|it| is_wanted(it.name)) {
        let Some(((smallest, least), larger)) = growth.sizes.split_first() else {
            continue;
        };
        for (size, side) in larger {
            let enter = |side, size| Entrant {
                side,
                threads: (growth.threads)(size),
            };
            let entrants = [enter(side, *size), enter(least, *smallest)];
            let turns = compete(&entrants, effort)?;
            eprintln!(
                "bench: {}, {size} {}, ns: {}",
                growth.name,
                growth.of,
                turns.scale()
            );
            each(&Row {
                name: growth.name.into(),
                peer: format!("{size} {} against {smallest}", growth.of),
                threads: entrants[0].threads,
                ..turns.row(1, Unit::Time)
            });
        }
    }
    Ok(())
}

/// Core time of an operation on 8 threads, compared with that on 2.
pub fn flat(
    effort: &Effort,
    is_wanted: impl Fn(&str) -> bool,
    mut each: impl FnMut(&Row),
) -> Result<()> {
    for (name, side) in contests::flat() {
        if !is_wanted(name) {
            continue;
        }
        let enter = |threads| Entrant {
            side: &side,
            threads,
        };
        let turns = compete(&[enter(8), enter(2)], effort)?;
        each(&Row {
            name: name.into(),
            peer: "itself on 2 threads".into(),
            threads: 8,
            target: Some(1.3),
            ..turns.row(1, Unit::Cpu)
        });
    }
    Ok(())
}

/// `N` tasks that wait for the next step.
fn tasks<const N: usize>(name: &'static str) -> Side {
    Side::new(
        name,
        |_| Progress::with_unparker(MAX_TOTAL, Wakers::<N>::new()),
        |progress, run| {
            let mut context = Context::from_waker(Waker::noop());
            run.repeat(|i| {
                let mut waiting = [const { None }; N];
                for slot in &mut waiting {
                    *slot = Some(Box::pin(progress.reached(i as usize + 1)));
                }
                let mut poll_all = || {
                    let polled = waiting.iter_mut().flatten();
                    let polled = polled.map(|it| it.as_mut().poll(&mut context));
                    polled.filter(Poll::is_ready).count() as u64
                };
                let early = poll_all();
                progress.advance(1);
                early + poll_all()
            })
        },
        |_, done| same("tasks that were woken", done.sum(), N as u64 * done.total()),
    )
}
