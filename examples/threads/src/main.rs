//! Threads that work off a list of jobs, and a progress bar that sleeps between the changes.

use indicatif::ProgressBar;
use indivisible::{
    id::IdAllocator,
    progress::{ChangeError, Progress},
    stats::ShardedStats,
    wait::thread::{CurrentThread, ThreadSlot},
};
use std::thread;

const JOBS: usize = 10_000;
const THREADS: usize = 4;

/// Each job has one thread.
static NEXT: IdAllocator<usize> = IdAllocator::with_limit(JOBS);
/// One recorder for each thread: they share no cache line.
static STEPS: ShardedStats<THREADS> = ShardedStats::new();
static DONE: Progress<ThreadSlot> = Progress::with_unparker(JOBS, ThreadSlot::new());

/// The steps of the Collatz sequence of `number`.
fn steps(mut number: u64) -> u32 {
    let mut steps = 0;
    while number != 1 {
        number = if number.is_multiple_of(2) {
            number / 2
        } else {
            3 * number + 1
        };
        steps += 1;
    }
    steps
}

fn work() {
    let mut recorder = STEPS.claim().expect("a recorder for each thread");
    while let Ok(job) = NEXT.allocate() {
        recorder.record(steps(job as u64 + 1));
        DONE.advance(1);
    }
}

fn main() {
    let bar = ProgressBar::new(JOBS as u64);
    thread::scope(|threads| {
        (0..THREADS).for_each(|_| drop(threads.spawn(work)));

        let mut seen = 0;
        let end = loop {
            match DONE.wait_change(seen, &CurrentThread::new()) {
                Ok(done) => seen = done,
                Err(end) => break end,
            }
            bar.set_position(seen as u64);
        };
        assert_eq!(end, ChangeError::Complete);
    });
    bar.finish_and_clear();

    let steps = STEPS.snapshot();
    println!(
        "{} numbers: {} steps on average, {} at most",
        steps.count,
        steps.mean().unwrap(),
        steps.max.unwrap()
    );
}
