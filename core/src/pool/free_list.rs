//! A Treiber stack of the free indices, with a tag in its head.
//!
//! ```text
//!   head: | tag | 2 |       link[2] --> 0       link[0] --> N (end)       link[1]: owned by a Slot
//! ```
//!
//! # Why it works
//!
//! 1. `links[i]` is written only by the owner of index `i`: in `give_back` before `i` is published, in
//!    `into_raw`, and in `from_raw`, whose exchange makes its caller the owner.
//! 2. `pop` reads `links[first]` without owning `first`, which another context may pop, own and write
//!    meanwhile; the value read is then stale. Each pop changes the tag, so the exchange of the head
//!    fails, and `pop` starts again.
//! 3. `give_back` keeps the tag. The head can return to an earlier index only through a pop of the
//!    index above it.
//!
//! With critical sections only the exchange of the head is one: the link is read and written outside,
//! which keeps interrupts masked for half as long.
//!
//! # Memory ordering
//!
//! - `give_back` is Release and `pop` Acquire: what the last owner of an index wrote happens before the
//!   return of the `pop` that hands the index out again.
//! - `pop` is also Release. It replaces the word that publishes; with critical sections it is a plain
//!   store, which would end the release sequence of the `give_back` before it.
//! - `into_raw` is Release and `from_raw` Acquire, for the same reason as the first two.

use super::tagged::Layout;
use crate::sync::{
    Change, Computed,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
    ReadModifyWrite, Target, shared, zero,
};
use core::{fmt, mem::ManuallyDrop};

/// The indices `0..N`, each either free or owned by one [`Slot`].
///
/// For buffers and descriptors that lie in an array of your own; [`Pool`](super::Pool) owns its memory.
///
/// Every method may be called from interrupt handlers. Needs read-modify-write; without
/// compare-and-swap, `pop` and the drop of a [`Slot`] mask interrupts for one exchange of one word. How
/// many pops a stalled operation tolerates is in [the module](super).
///
/// ```
/// use indivisible::pool::FreeList;
///
/// static FREE: FreeList<2> = FreeList::new();
/// let first = FREE.pop().unwrap();
/// let second = FREE.pop().unwrap();
/// assert_ne!(first.index(), second.index());
/// assert!(FREE.pop().is_none());
/// drop(first);
/// assert!(FREE.pop().is_some());
/// ```
pub struct FreeList<const N: usize> {
    /// The index of the first free one, or `N`, with the tag.
    head: shared::AtomicUsize,
    /// Of each free index, the distance from `index + 1` to the next free one, wrapping: zeroed memory is
    /// the full list. Of an index in raw form, [`RAW`].
    links: [shared::AtomicUsize; N],
}

/// The link of an index that [`Slot::into_raw`] has given out. As a distance it is -1, by which an index
/// would follow itself.
const RAW: usize = usize::MAX;

impl<const N: usize> FreeList<N> {
    /// The number of bits of the tag; see [the module](super).
    pub const TAG_BITS: u32 = Self::LAYOUT.tag_bits();

    /// `N` itself, the end of the list, is an index too.
    const LAYOUT: Layout = Layout::new(usize::BITS - N.leading_zeros());

    /// Creates the list with every index free.
    #[must_use]
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn new() -> Self
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        Self {
            head: shared::AtomicUsize::new(0),
            links: zero!([shared::AtomicUsize; N]),
        }
    }

    /// Takes a free index, the one that was given back last; `None` if all have owners.
    #[inline]
    #[must_use = "an unused slot is given back at once"]
    pub fn pop(&self) -> Option<Slot<'_, N>> {
        let popped = self.head.exchange(AcqRel, Acquire, |word| {
            let first = Self::LAYOUT.index(word);
            let distance = self.links.get(first)?.load(Relaxed);
            let second = distance.wrapping_add(first + 1);
            Some(Self::LAYOUT.with_next_tag(word, second))
        });
        Some(self.slot(Self::LAYOUT.index(popped.ok()?)))
    }

    /// The slot of an index that [`Slot::into_raw`] returned; `None` for every other number.
    ///
    /// An index in raw form is a plain number without an owner: of several calls with the same number,
    /// one gets the slot. So a number that is passed twice never makes two slots of one index. It may
    /// take the slot away from the context it was meant for; `unsafe` code that lets hardware write to
    /// the memory of a raw index must keep the number from others.
    ///
    /// ```
    /// use indivisible::pool::FreeList;
    ///
    /// static FREE: FreeList<4> = FreeList::new();
    /// let mailbox = FREE.pop().unwrap().into_raw() as u8;
    /// let slot = FREE.from_raw(mailbox.into()).unwrap();
    /// assert!(FREE.from_raw(mailbox.into()).is_none(), "it has an owner again");
    /// assert!(FREE.from_raw(9).is_none(), "no such index");
    /// # drop(slot);
    /// ```
    #[inline]
    #[must_use = "an unused slot is given back at once"]
    #[allow(
        clippy::wrong_self_convention,
        reason = "as `Box::from_raw`, and the list is where the box has its allocator"
    )]
    pub fn from_raw(&self, index: usize) -> Option<Slot<'_, N>> {
        let link = self.links.get(index)?;
        Change::compare_exchange(link, RAW, 0, Acquire, Relaxed).ok()?;
        Some(self.slot(index))
    }

    /// The slot of an index that the caller owns.
    #[inline(always)]
    pub(super) fn slot(&self, index: usize) -> Slot<'_, N> {
        Slot { index, list: self }
    }

    /// Pushes an index that the caller owns.
    #[inline]
    fn give_back(&self, index: usize) {
        let Some(link) = self.links.get(index) else {
            return; // never: `pop` compares with `N`
        };
        let pushed = self.head.exchange(Release, Relaxed, |word| {
            let distance = Self::LAYOUT.index(word).wrapping_sub(index + 1);
            link.store_alone(distance, Relaxed);
            Some(Self::LAYOUT.with_same_tag(word, index))
        });
        debug_assert!(pushed.is_ok(), "the closure never declines");
    }
}

impl<const N: usize> Default for FreeList<N>
where
    for<'a> Target<'a>: ReadModifyWrite,
{
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> fmt::Debug for FreeList<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FreeList")
            .field("first", &Self::LAYOUT.index(self.head.load(Relaxed)))
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl<const N: usize> defmt::Format for FreeList<N> {
    fn format(&self, f: defmt::Formatter<'_>) {
        let first = Self::LAYOUT.index(self.head.load(Relaxed));
        defmt::write!(f, "FreeList(first {=usize})", first);
    }
}

/// An index of a [`FreeList`], with one owner, given back when it is dropped.
///
/// It may be dropped in any context, also in an interrupt handler. [`into_raw`](Self::into_raw) makes a
/// plain number of it, for a mailbox or a descriptor.
#[must_use = "an unused slot is given back at once"]
pub struct Slot<'a, const N: usize> {
    index: usize,
    list: &'a FreeList<N>,
}

impl<const N: usize> Slot<'_, N> {
    /// The index, below `N`.
    #[inline]
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Makes a plain number of the slot; [`FreeList::from_raw`] makes a slot of it again. Until then,
    /// the index is neither free nor owned.
    #[inline]
    #[must_use = "an index that does not return through `from_raw` is lost"]
    pub fn into_raw(self) -> usize {
        let slot = ManuallyDrop::new(self);
        if let Some(link) = slot.list.links.get(slot.index) {
            link.store(RAW.computed(), Release);
        }
        slot.index
    }
}

impl<const N: usize> Drop for Slot<'_, N> {
    #[inline]
    fn drop(&mut self) {
        self.list.give_back(self.index);
    }
}

impl<const N: usize> fmt::Debug for Slot<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Slot").field(&self.index).finish()
    }
}

#[cfg(feature = "defmt")]
impl<const N: usize> defmt::Format for Slot<'_, N> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Slot({=usize})", self.index);
    }
}

#[cfg(test)]
mod tests {
    use super::{FreeList, RAW, Slot};
    use std::{format, vec::Vec};

    #[test]
    fn every_index_is_handed_out_once_and_returns() {
        let list = FreeList::<3>::new();
        let all: Vec<_> = core::iter::from_fn(|| list.pop()).collect();
        assert_eq!(all.iter().map(Slot::index).collect::<Vec<_>>(), [0, 1, 2]);
        drop(all);
        // Last in, first out.
        let (last, next) = (list.pop().unwrap(), list.pop().unwrap());
        assert_eq!((last.index(), next.index()), (2, 1));
        assert_eq!(
            format!("{list:?} {last:?}"),
            "FreeList { first: 0, .. } Slot(2)"
        );
    }

    #[test]
    fn an_empty_list_is_empty() {
        let list = FreeList::<0>::new();
        assert!(list.pop().is_none());
        assert!(list.from_raw(0).is_none());
    }

    #[test]
    fn only_a_raw_index_becomes_a_slot_again_and_only_once() {
        let list = FreeList::<2>::new();
        assert!(list.from_raw(0).is_none(), "it is free");
        let slot = list.pop().unwrap();
        assert!(list.from_raw(0).is_none(), "it has an owner");
        assert_eq!(slot.into_raw(), 0);
        for other in [1, 2, RAW] {
            assert!(list.from_raw(other).is_none());
        }
        assert_eq!(list.pop().as_ref().map(Slot::index), Some(1));
        let slot = list.from_raw(0).unwrap();
        assert!(list.from_raw(0).is_none(), "it has an owner again");
        drop(slot);
        assert!(list.from_raw(0).is_none(), "it is free again");
        assert_eq!(list.pop().as_ref().map(Slot::index), Some(0));
    }
}
