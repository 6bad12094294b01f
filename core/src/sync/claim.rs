//! Whether the one writer of an object is out.

use super::const_fn;

use super::{Change, Ordering::Relaxed, shared};

/// Without read-modify-write nobody can claim, and there is nothing to keep.
pub(crate) struct Claim {
    taken: shared::AtomicBool,
}

impl Claim {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self {
                taken: shared::AtomicBool::new(false),
            }
        }
    }

    /// For an owner who hands the writer out himself: nobody can claim after that.
    pub(crate) fn end(&mut self) {
        self.taken = shared::AtomicBool::new(true);
    }

    /// Whether the caller is the first.
    #[inline]
    pub(crate) fn take(&self) -> bool {
        // Relaxed: the claim orders nothing, whoever gets it is the first to write.
        !Change::swap(&self.taken, true, Relaxed)
    }
}
