//! The order of the workers' interrupts.
//!
//! The workers run in turn, the least urgent first, so that each preempts the one before it. No worker runs a
//! second time before each has run once: a tick does nothing while the next worker is still at work. Otherwise
//! the most urgent worker would never leave the processor to the others.

use indivisible::atomic::{
    AtomicU8,
    Ordering::{Acquire, Relaxed, Release},
};
use scenarios::WORKERS;

/// Workers are bits of a byte here.
const _: () = assert!(WORKERS <= 8);

pub(super) struct Turns {
    /// The workers that have not ended.
    working: AtomicU8,
    /// The workers whose interrupt is pending or active.
    busy: AtomicU8,
    /// The last worker. Only the tick stores it.
    last: AtomicU8,
}

impl Turns {
    pub(super) fn new(workers: usize) -> Self {
        assert!(
            workers <= WORKERS,
            "there are interrupts for {WORKERS} workers"
        );
        Self {
            working: AtomicU8::new((1_u16 << workers).wrapping_sub(1) as u8),
            busy: AtomicU8::new(0),
            last: AtomicU8::new(0),
        }
    }

    /// The worker whose turn is now, if there is one.
    pub(super) fn next(&self) -> Option<usize> {
        let (working, last) = (self.working.load(Relaxed), self.last.load(Relaxed));
        let before = (0..last).rev();
        let after = (last..WORKERS as u8).rev();
        let next = before
            .chain(after)
            .find(|worker| working & bit(*worker) != 0)?;
        if self.busy.load(Relaxed) & bit(next) != 0 {
            return None;
        }
        self.busy.fetch_or(bit(next), Relaxed);
        self.last.store(next, Relaxed);
        Some(next.into())
    }

    /// Records that `worker` has done a piece of its work, or the last one.
    pub(super) fn done(&self, worker: usize, last: bool) {
        let bit = bit(worker as u8);
        if last {
            // Release: a reader that sees the worker ended sees its work.
            self.working.fetch_and(!bit, Release);
        }
        self.busy.fetch_and(!bit, Relaxed);
    }

    /// Whether all have ended.
    pub(super) fn are_over(&self) -> bool {
        self.working.load(Acquire) == 0
    }
}

fn bit(worker: u8) -> u8 {
    1 << worker
}
