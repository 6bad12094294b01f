//! Whether the only writer of an object has an owner.

use super::{Change, Ordering::Relaxed, shared};

/// The writer is claimed at most once.
pub(crate) struct Claim {
    taken: shared::AtomicBool,
}

impl Claim {
    #[cfg_attr(no_const, no_const::no_const)]
    pub(crate) const fn new() -> Self {
        Self {
            taken: shared::AtomicBool::new(false),
        }
    }

    /// For the owner of the object, which hands the writer out: no claim succeeds afterwards.
    pub(crate) fn end(&mut self) {
        self.taken = shared::AtomicBool::new(true);
    }

    /// Whether the caller is the first.
    #[inline]
    pub(crate) fn take(&self) -> bool {
        // Relaxed: the claim orders nothing, since its winner is the first to write.
        !Change::swap(&self.taken, true, Relaxed)
    }
}
