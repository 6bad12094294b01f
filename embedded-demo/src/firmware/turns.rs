//! Which worker's interrupt is next.
//!
//! The workers come in turn, the least urgent first, so that each interrupts the one before it. Nobody
//! comes a second time before everybody has: the tick skips a beat while the one in turn is still at
//! work. Otherwise the most urgent worker would have the processor for itself.

use indivisible::atomic::{
    AtomicU8,
    Ordering::{Acquire, Relaxed, Release},
};
use scenarios::WORKERS;

/// Workers are bits of a byte here.
const _: () = assert!(WORKERS <= 8);

pub(super) struct Turns {
    /// Who has not ended yet.
    working: AtomicU8,
    /// Whose interrupt is pending or active.
    busy: AtomicU8,
    /// Who came last; only the tick's.
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

    /// Who is to come now, if anybody.
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

    /// Says that `worker` has done a piece of its work, or the last.
    pub(super) fn done(&self, worker: usize, last: bool) {
        let bit = bit(worker as u8);
        if last {
            // Release: who sees that the worker has ended sees what it has done.
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
