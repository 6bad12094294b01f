//! The other side is a thread.

use core::{cell::Cell, ops::ControlFlow, time::Duration};
use indivisible::wait::thread::{CurrentThread, ThreadSlot};
use scenarios::{Party, Step, WORKERS, Work};
use std::{thread, time::Instant};

/// The time limit of the other side.
///
/// Only a bug takes that long, and then a wrong fact is better than a hang.
const LIMIT: Duration = Duration::from_secs(60);

/// Threads, started for each step and joined before the scenario continues.
#[derive(Clone, Copy, Debug, Default)]
pub struct Threads;

impl Party for Threads {
    type Unparker = ThreadSlot;
    type Parker = CurrentThread;

    fn unparker(&self) -> ThreadSlot {
        ThreadSlot::new()
    }

    fn parker(&self) -> CurrentThread {
        CurrentThread::with_timeout(LIMIT)
    }

    fn step(&self, step: Step<'_>) {
        thread::scope(|scope| {
            scope.spawn(step);
        });
    }

    fn request<R>(&self, step: Step<'_>, body: impl FnOnce(&dyn Fn()) -> R) -> R {
        thread::scope(|scope| {
            let requested = Cell::new(false);
            body(&|| {
                // An interrupt that is pended twice is taken once.
                if !requested.replace(true) {
                    scope.spawn(step);
                }
            })
        })
    }

    fn run<R>(&self, workers: &[Work<'_>], main: impl FnOnce() -> R) -> R {
        assert!(workers.len() <= WORKERS, "more workers than a party runs");
        thread::scope(|scope| {
            for &work in workers {
                scope.spawn(move || repeat(work));
            }
            main()
        })
    }

    fn wait_for(&self, ready: impl Fn() -> bool) -> bool {
        let deadline = Instant::now() + LIMIT;
        while !ready() {
            if Instant::now() > deadline {
                return false;
            }
            thread::yield_now();
        }
        true
    }
}

fn repeat(work: Work<'_>) {
    let deadline = Instant::now() + LIMIT;
    while work() == ControlFlow::Continue(()) && Instant::now() < deadline {
        thread::yield_now();
    }
}
