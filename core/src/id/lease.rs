//! Several IDs at once, for a context that needs many.

use super::{Checked, Id, IdAllocator, IdsExhausted};
use crate::atomic::generic::{Arithmetic, Widen};
use crate::sync::{Change, ChangeInteger, Ordering::Relaxed};
use core::{fmt, iter::FusedIterator};

impl<T: Id> IdAllocator<T, Checked> {
    /// As many of the next `n` IDs as there are, and at least one, to be handed out without touching
    /// shared memory again. A lease of 0 is empty.
    ///
    /// # Errors
    ///
    /// [`IdsExhausted`] where all are out and `n` is not 0.
    ///
    /// ```
    /// use indivisible::id::IdAllocator;
    ///
    /// static IDS: IdAllocator<u32> = IdAllocator::with_limit(10);
    /// let mut lease = IDS.lease(4)?;
    /// assert_eq!(IDS.allocate(), Ok(4));
    /// assert_eq!(lease.by_ref().take(2).collect::<Vec<_>>(), [0, 1]);
    /// drop(lease); // 2 and 3 cannot come back: 4 is out
    /// assert_eq!((IDS.lost(), IDS.remaining()), (2, 5));
    /// # Ok::<(), indivisible::id::IdsExhausted>(())
    /// ```
    pub fn lease(&self, n: T::Raw) -> Result<IdLease<'_, T>, IdsExhausted> {
        let limit = self.limit;
        let end = |next: T::Raw| next.wrapping_add(n.min(limit.saturating_sub(next)));
        let next = if n == T::Raw::ZERO {
            limit
        } else {
            self.next
                .change(Relaxed, Relaxed, |next| (next < limit).then(|| end(next)))
                .map_err(|_| IdsExhausted)?
        };
        Ok(IdLease {
            ids: self,
            next,
            end: end(next),
        })
    }

    /// How many IDs were leased, not handed out, and could not be given back.
    ///
    /// Handed out + lost + held in leases + [`remaining`](Self::remaining) is the limit, at any instant
    /// without a call in progress.
    #[must_use]
    pub fn lost(&self) -> T::Raw {
        self.lost.load(Relaxed)
    }
}

/// IDs that nobody else gets, handed out by its iterator.
///
/// Dropping it gives the rest back in one compare-and-exchange, if no ID was allocated or leased since;
/// else they are [lost](IdAllocator::lost). May be dropped in an interrupt handler.
#[must_use = "the IDs of a lease that is dropped at once go back"]
pub struct IdLease<'a, T: Id> {
    ids: &'a IdAllocator<T, Checked>,
    next: T::Raw,
    end: T::Raw,
}

impl<T: Id> IdLease<'_, T> {
    /// How many IDs it still holds.
    #[must_use]
    pub fn held(&self) -> T::Raw {
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
        let held = usize::try_from(self.held().widen());
        (held.unwrap_or(usize::MAX), held.ok())
    }
}

impl<T: Id> FusedIterator for IdLease<'_, T> {}

impl<T: Id> Drop for IdLease<'_, T> {
    fn drop(&mut self) {
        let held = self.held();
        if held == T::Raw::ZERO {
            return;
        }
        // The counter stands at our end: nobody has taken an ID behind it, or whoever did has given it
        // back unused. So all from `next` on are unused.
        let ids = self.ids;
        if ids
            .next
            .compare_exchange(self.end, self.next, Relaxed, Relaxed)
            .is_err()
        {
            ids.lost.fetch_add(held, Relaxed);
        }
    }
}

impl<T: Id> fmt::Debug for IdLease<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdLease")
            .field("held", &self.held())
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<T: Id> defmt::Format for IdLease<'_, T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "IdLease({=u64} held)", self.held().widen());
    }
}

#[cfg(test)]
mod tests {
    use super::{IdAllocator, IdsExhausted};
    use core::num::NonZero;

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
        assert_eq!(ids.lease(1).unwrap_err(), IdsExhausted);
        assert_eq!(ids.lease(0).unwrap().count(), 0);
    }

    #[test]
    fn the_rest_comes_back_if_nobody_came_after() {
        let ids = IdAllocator::<u16>::with_limit(10);
        let mut first = ids.lease(4).unwrap();
        let second = ids.lease(4).unwrap();
        assert_eq!(first.next(), Some(0));
        drop(second);
        assert_eq!((ids.remaining(), ids.lost()), (6, 0));
        drop(first);
        assert_eq!((ids.remaining(), ids.lost()), (9, 0));
        assert_eq!(ids.allocate(), Ok(1));
    }

    #[test]
    fn the_rest_is_lost_if_somebody_did() {
        let ids = IdAllocator::<u16>::with_limit(10);
        let lease = ids.lease(4).unwrap();
        assert_eq!(ids.allocate(), Ok(4));
        assert_eq!(lease.held(), 4);
        drop(lease);
        assert_eq!((ids.remaining(), ids.lost()), (5, 4));
    }
}
