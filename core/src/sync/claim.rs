//! Whether the one writer of an object is out.

use super::const_fn;

#[cfg(tier2)]
use super::{Ordering::Relaxed, shared};

/// Without read-modify-write nobody can claim, and there is nothing to keep.
pub(crate) struct Claim {
    #[cfg(tier2)]
    taken: shared::AtomicBool,
}

impl Claim {
    const_fn! {
        pub(crate) fn new() -> Self {
            Self {
                #[cfg(tier2)]
                taken: shared::AtomicBool::new(false),
            }
        }
    }

    /// For an owner who hands the writer out himself: nobody can claim after that.
    pub(crate) fn end(&mut self) {
        #[cfg(tier2)]
        {
            self.taken = shared::AtomicBool::new(true);
        }
    }

    /// Whether the caller is the first.
    #[cfg(tier2)]
    #[inline]
    pub(crate) fn take(&self) -> bool {
        // Relaxed: the claim orders nothing, whoever gets it is the first to write.
        !self.taken.swap(true, Relaxed)
    }
}
