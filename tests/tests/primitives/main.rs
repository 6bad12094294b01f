//! Every primitive beside a sequential model, on random sequences; and on threads, with totals that
//! must come out exactly.
//!
//! Whatever could wait for ever runs under a time limit. All of it holds natively and with
//! `--cfg indivisible_force_sections`.

mod id;
mod once;
mod progress;
mod race;
mod stats;
mod tagged;
mod wait;

use core::time::Duration;
use std::{
    sync::Barrier,
    thread::{self, ScopedJoinHandle},
};

/// When something hangs, no sooner.
const LIMIT: Duration = Duration::from_secs(120);

/// Runs `body` in `count` threads that begin together; gives what they return.
///
/// None of them is the calling thread: the end of a scoped thread unparks that one, and would hide a
/// lost wake-up.
fn race<R: Send>(count: usize, body: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let (body, start) = (&body, &Barrier::new(count));
    thread::scope(|threads| {
        let spawn = |number| {
            threads.spawn(move || {
                start.wait();
                body(number)
            })
        };
        let spawned: Vec<ScopedJoinHandle<'_, R>> = (0..count).map(spawn).collect();
        spawned.into_iter().map(|it| it.join().unwrap()).collect()
    })
}
