//! Several IDs from one change of the shared counter, for a context that needs many.
//!
//! Every ID below the limit is in exactly one of four states:
//!
//! ```text
//!             lease              next
//!  remaining --------> leased --------> handed out
//!      ^                 | drop
//!      +-----------------+------------> leaked
//!       the lease ends at             another caller has
//!       the counter                   moved the counter since
//! ```
//!
//! [`IdAllocator::allocate`] goes from *remaining* to *handed out* directly.

use super::{Checked, ExhaustedError, Id, IdAllocator};
use crate::atomic::generic::{Arithmetic, Widen};
use crate::sync::{Change, ChangeInteger, Ordering::Relaxed};
use core::{fmt, iter::FusedIterator, num::NonZero};

impl<T: Id> IdAllocator<T, Checked> {
    /// Leases the next `n` IDs, or as many as remain; the iterator then hands them out without touching
    /// shared memory. A lease of 0 is empty.
    ///
    /// # Errors
    ///
    /// [`ExhaustedError`] if all IDs have been allocated and `n` is not 0.
    ///
    /// ```
    /// use indivisible::id::IdAllocator;
    ///
    /// static IDS: IdAllocator<u32> = IdAllocator::with_limit(10);
    /// let mut lease = IDS.lease(4)?;
    /// assert_eq!(IDS.allocate(), Ok(4));
    /// assert_eq!(lease.by_ref().take(2).collect::<Vec<_>>(), [0, 1]);
    /// drop(lease); // 2 and 3 leak: the counter has moved past them
    /// assert_eq!((IDS.leaked(), IDS.remaining()), (2, 5));
    /// # Ok::<(), indivisible::id::ExhaustedError>(())
    /// ```
    pub fn lease(&self, n: T::Raw) -> Result<IdLease<'_, T>, ExhaustedError> {
        let limit = self.limit;
        let end = |next: T::Raw| next.wrapping_add(n.min(limit.saturating_sub(next)));
        let next = if n == T::Raw::ZERO {
            limit
        } else {
            self.next
                .exchange(Relaxed, Relaxed, |next| (next < limit).then(|| end(next)))
                .map_err(|_| ExhaustedError)?
        };
        Ok(IdLease {
            ids: self,
            next,
            end: end(next),
        })
    }

    /// The number of IDs that dropped leases could neither hand out nor give back.
    ///
    /// Handed out + leaked + remaining in leases + [`remaining`](Self::remaining) is the limit, at any
    /// instant without a call in progress.
    #[must_use]
    pub fn leaked(&self) -> T::Raw {
        self.leaked.load(Relaxed)
    }
}

/// An iterator over IDs that no other call gets.
///
/// Dropping it gives the unused IDs back by one compare-and-exchange, unless another ID was allocated
/// or leased since; then they are [leaked](IdAllocator::leaked). It may be dropped in an interrupt
/// handler.
#[must_use = "a lease that is dropped at once allocates no ID"]
pub struct IdLease<'a, T: Id> {
    ids: &'a IdAllocator<T, Checked>,
    next: T::Raw,
    end: T::Raw,
}

impl<T: Id> IdLease<'_, T> {
    /// The number of IDs that it can still hand out.
    #[must_use]
    pub fn remaining(&self) -> T::Raw {
        self.end.saturating_sub(self.next)
    }
}

impl<T: Id> Iterator for IdLease<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        if self.next == self.end {
            return None;
        }
        let id = T::after(self.next);
        self.next = self.next.wrapping_add(T::Raw::ONE);
        id
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let remaining = usize::try_from(self.remaining().widen());
        (remaining.unwrap_or(usize::MAX), remaining.ok())
    }
}

/// For the integers that fit into a `usize` on every target; `u64` does not.
macro_rules! impl_exact_size {
    ($($Raw:ident)*) => { $(
        impl ExactSizeIterator for IdLease<'_, $Raw> {}
        impl ExactSizeIterator for IdLease<'_, NonZero<$Raw>> {}
    )* };
}
impl_exact_size! { u8 u16 u32 usize }

impl<T: Id> FusedIterator for IdLease<'_, T> {}

impl<T: Id> Drop for IdLease<'_, T> {
    fn drop(&mut self) {
        let remaining = self.remaining();
        if remaining == T::Raw::ZERO {
            return;
        }
        // If the counter equals `end`, every ID from `end` on is unallocated: no other caller has
        // allocated any, or has given all of them back unused. So the counter may return to `next`.
        let ids = self.ids;
        if ids
            .next
            .compare_exchange(self.end, self.next, Relaxed, Relaxed)
            .is_err()
        {
            ids.leaked.fetch_add(remaining, Relaxed);
        }
    }
}

impl<T: Id> fmt::Debug for IdLease<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdLease")
            .field("remaining", &self.remaining())
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<T: Id> defmt::Format for IdLease<'_, T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "IdLease({=u64} remaining)", self.remaining().widen());
    }
}

#[cfg(test)]
mod tests {
    use super::{ExhaustedError, IdAllocator};
    use core::num::NonZero;
    use std::format;

    #[test]
    fn a_lease_takes_what_there_is() {
        let ids = IdAllocator::<NonZero<u8>>::with_limit(5);
        assert_eq!(ids.lease(0).unwrap().count(), 0);
        assert_eq!(
            ids.lease(3)
                .unwrap()
                .map(NonZero::get)
                .collect::<std::vec::Vec<_>>(),
            [1, 2, 3]
        );
        assert_eq!(
            ids.lease(u8::MAX)
                .unwrap()
                .map(NonZero::get)
                .collect::<std::vec::Vec<_>>(),
            [4, 5]
        );
        assert_eq!(ids.lease(1).unwrap_err(), ExhaustedError);
        assert_eq!(ids.lease(0).unwrap().count(), 0);
    }

    #[test]
    fn unused_ids_go_back_where_no_allocation_followed() {
        let ids = IdAllocator::<u16>::with_limit(10);
        let mut first = ids.lease(4).unwrap();
        let second = ids.lease(4).unwrap();
        assert_eq!(first.next(), Some(0));
        drop(second);
        assert_eq!((ids.remaining(), ids.leaked()), (6, 0));
        drop(first);
        assert_eq!((ids.remaining(), ids.leaked()), (9, 0));
        assert_eq!(ids.allocate(), Ok(1));
    }

    #[test]
    fn unused_ids_leak_where_an_allocation_followed() {
        let ids = IdAllocator::<u16>::with_limit(10);
        let lease = ids.lease(4).unwrap();
        assert_eq!(ids.allocate(), Ok(4));
        assert_eq!(lease.remaining(), 4);
        assert_eq!(lease.len(), 4);
        assert_eq!(format!("{lease:?}"), "IdLease { remaining: 4 }");
        drop(lease);
        assert_eq!((ids.remaining(), ids.leaked()), (5, 4));
    }
}
