//! Indices that a compare-and-exchange cannot mistake for older ones, and a free list made of them.
//!
//! # The ABA problem
//!
//! A stack of free indices, without tags:
//!
//! ```text
//!   one context pops                       another one, meanwhile
//!   loads head: A; A's next is B
//!                                          pops A, pops B, pushes A
//!   head is A, as expected: head = B
//!   A is out, and so is B: twice
//! ```
//!
//! The head has the value A again, and is not what it was. So each pop gives the head a new *tag*, and
//! the exchange on the left fails.
//!
//! # What is promised
//!
//! A tag comes back after 2^[`TAG_BITS`](AtomicTaggedIndex::TAG_BITS) changes. The exchange is safe as
//! long as fewer happen during one stalled operation. The index takes the bits that it needs and the
//! tag has the others, of a `usize`: the widest word that is lock-free everywhere. With 16 indices on a
//! microcontroller that leaves 27 bits, or seconds at the highest rate there is; with 2^16 indices on
//! 32 bits it leaves 15, which a busy second core passes in less than a millisecond. On 64 bits no
//! sensible number of indices leaves fewer than 2^32 changes.
//!
//! # Memory ordering
//!
//! A push is Release and a pop Acquire: whoever pops an index sees what its last owner wrote. A pop
//! is also Release, since it changes the word that publishes (in section mode, a change that is not
//! would end the release sequence of the push before).

use crate::sync::{
    Change,
    Ordering::{self, AcqRel, Acquire, Relaxed, Release},
    const_fn, plain, shared, zero,
};
use core::{fmt, ptr};

/// An index of `BITS` bits and the tag that tells it from earlier ones.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TaggedIndex<const BITS: u32>(usize);

impl<const BITS: u32> TaggedIndex<BITS> {
    const LAYOUT: Layout = Layout::new(BITS);

    /// The index: below 2^`BITS`.
    #[inline]
    #[must_use]
    pub const fn index(self) -> usize {
        Self::LAYOUT.index(self.0)
    }

    /// The tag: another one after every exchange, until it wraps around.
    #[inline]
    #[must_use]
    pub const fn tag(self) -> usize {
        Self::LAYOUT.tag(self.0)
    }
}

impl<const BITS: u32> fmt::Debug for TaggedIndex<BITS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaggedIndex")
            .field("index", &self.index())
            .field("tag", &self.tag())
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<const BITS: u32> defmt::Format for TaggedIndex<BITS> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "TaggedIndex({=usize}, tag {=usize})",
            self.index(),
            self.tag()
        );
    }
}

/// An atomic [`TaggedIndex`] with an index of `BITS` bits.
///
/// Tier 2. May be called from interrupt handlers. Without compare-and-swap an exchange is one critical
/// section and a load none. (*Rust Atomics and Locks*, chapter 2, "The ABA Problem".)
///
/// ```
/// use indivisible::{atomic::Ordering::Relaxed, tagged::AtomicTaggedIndex};
///
/// let head = AtomicTaggedIndex::<4>::new(7);
/// let old = head.load(Relaxed);
/// head.compare_exchange(old, 9, Relaxed, Relaxed).unwrap();
/// head.compare_exchange(head.load(Relaxed), 7, Relaxed, Relaxed).unwrap();
/// // The index is what it was, and the exchange fails all the same.
/// assert!(head.compare_exchange(old, 1, Relaxed, Relaxed).is_err());
/// ```
#[derive(Debug)]
pub struct AtomicTaggedIndex<const BITS: u32>(shared::AtomicUsize);

impl<const BITS: u32> AtomicTaggedIndex<BITS> {
    /// Bits of the tag.
    pub const TAG_BITS: u32 = Self::LAYOUT.tag_bits();

    const LAYOUT: Layout = Layout::new(BITS);

    const_fn! {
        /// Creates it with a tag of 0; of the index, the lowest `BITS` bits.
        pub fn new(index: usize) -> Self {
            Self(shared::AtomicUsize::new(Self::LAYOUT.pack(index, 0)))
        }
    }

    /// Loads both.
    #[inline]
    #[must_use]
    pub fn load(&self, order: Ordering) -> TaggedIndex<BITS> {
        TaggedIndex(self.0.load(order))
    }

    /// Stores `new`, with the next tag, if index *and* tag are `current`; of the index, the lowest
    /// `BITS` bits.
    ///
    /// # Errors
    ///
    /// What there is instead.
    #[inline]
    pub fn compare_exchange(
        &self,
        current: TaggedIndex<BITS>,
        new: usize,
        set: Ordering,
        fetch: Ordering,
    ) -> Result<TaggedIndex<BITS>, TaggedIndex<BITS>> {
        let new = Self::LAYOUT.with_next_tag(current.0, new);
        match self.0.compare_exchange(current.0, new, set, fetch) {
            Ok(old) => Ok(TaggedIndex(old)),
            Err(now) => Err(TaggedIndex(now)),
        }
    }
}

/// How a word is shared between index and tag.
#[derive(Clone, Copy)]
struct Layout {
    index_bits: u32,
}

impl Layout {
    const fn new(index_bits: u32) -> Self {
        assert!(
            index_bits < usize::BITS,
            "an index of so many bits leaves none for the tag"
        );
        Self { index_bits }
    }

    const fn tag_bits(self) -> u32 {
        usize::BITS - self.index_bits
    }

    const fn mask(self) -> usize {
        (1 << self.index_bits) - 1
    }

    const fn index(self, word: usize) -> usize {
        word & self.mask()
    }

    const fn tag(self, word: usize) -> usize {
        word >> self.index_bits
    }

    /// The shift lets the tag wrap around.
    const fn pack(self, index: usize, tag: usize) -> usize {
        tag << self.index_bits | index & self.mask()
    }

    /// A pop: an older head must not look like the new one.
    const fn with_next_tag(self, word: usize, index: usize) -> usize {
        self.pack(index, self.tag(word).wrapping_add(1))
    }

    /// A push: the tag stays, since it brings no older head back.
    const fn with_same_tag(self, word: usize, index: usize) -> usize {
        self.pack(index, self.tag(word))
    }
}

/// The indices `0..N`, each free or with one owner: a stack that every context may push to and pop
/// from.
///
/// For buffers, slots and descriptors that live in an array of the caller's. Tier 2; pushing and popping
/// may be done from interrupt handlers. Without compare-and-swap each is one critical section. How
/// many changes a stalled operation survives is in [the module](self).
///
/// ```
/// use indivisible::tagged::FreeList;
///
/// static FREE: FreeList<2> = FreeList::new();
/// let first = FREE.pop().unwrap();
/// let second = FREE.pop().unwrap();
/// assert_ne!(first.get(), second.get());
/// assert!(FREE.pop().is_none());
/// FREE.push(first).unwrap();
/// assert!(FREE.pop().is_some());
/// ```
pub struct FreeList<const N: usize> {
    /// Index of the first free one, `N` for none, with the tag.
    head: shared::AtomicUsize,
    /// Of each free index, the next free one; written by its last owner, in `push`.
    ///
    /// As the distance from `index + 1`, wrapping, so that the full list is zero memory.
    next: [plain::AtomicUsize; N],
}

impl<const N: usize> FreeList<N> {
    /// Bits of the tag: see [the module](self).
    pub const TAG_BITS: u32 = Self::LAYOUT.tag_bits();

    /// `N` itself, for none, is an index too.
    const LAYOUT: Layout = Layout::new(usize::BITS - N.leading_zeros());

    const_fn! {
        /// Creates the list with every index free.
        pub fn new() -> Self {
            Self {
                head: shared::AtomicUsize::new(0),
                next: zero!([plain::AtomicUsize; N]),
            }
        }
    }

    /// An index that nobody else has, until it is [pushed](Self::push) back; `None` if all have owners.
    #[inline]
    pub fn pop(&self) -> Option<FreeIndex<'_, N>> {
        let popped = self.head.change(AcqRel, Acquire, |word| {
            let first = Self::LAYOUT.index(word);
            // If somebody pops `first` meanwhile this is an old value, and the tag says so.
            let distance = self.next.get(first)?.load(Relaxed);
            let second = distance.wrapping_add(first + 1);
            Some(Self::LAYOUT.with_next_tag(word, second))
        });
        Some(FreeIndex {
            index: Self::LAYOUT.index(popped.ok()?),
            list: self,
        })
    }

    /// Gives an index back.
    ///
    /// # Errors
    ///
    /// The index, where it is another list's.
    #[inline]
    pub fn push<'a>(&self, free: FreeIndex<'a, N>) -> Result<(), FreeIndex<'a, N>> {
        if !ptr::eq(self, free.list) {
            return Err(free);
        }
        let index = free.index;
        let Some(next) = self.next.get(index) else {
            return Err(free); // never: `pop` gave it out
        };
        let pushed = self.head.change(Release, Relaxed, |word| {
            let distance = Self::LAYOUT.index(word).wrapping_sub(index + 1);
            next.store(distance, Relaxed);
            Some(Self::LAYOUT.with_same_tag(word, index))
        });
        debug_assert!(pushed.is_ok(), "the closure never declines");
        Ok(())
    }
}

impl<const N: usize> Default for FreeList<N> {
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

/// An index out of a [`FreeList`], with one owner.
///
/// Lost without [`FreeList::push`]: dropping it does not give it back.
#[must_use = "an index that is not pushed back is lost"]
pub struct FreeIndex<'a, const N: usize> {
    index: usize,
    list: &'a FreeList<N>,
}

impl<const N: usize> FreeIndex<'_, N> {
    /// The index itself, below `N`.
    #[inline]
    #[must_use]
    pub fn get(&self) -> usize {
        self.index
    }
}

impl<const N: usize> fmt::Debug for FreeIndex<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FreeIndex").field(&self.index).finish()
    }
}

#[cfg(feature = "defmt")]
impl<const N: usize> defmt::Format for FreeIndex<'_, N> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "FreeIndex({=usize})", self.index);
    }
}

#[cfg(test)]
mod tests {
    use super::{AtomicTaggedIndex, FreeList};
    use crate::sync::Ordering::Relaxed;

    #[test]
    fn every_index_comes_once_and_comes_back() {
        let list = FreeList::<3>::new();
        let all: std::vec::Vec<_> = core::iter::from_fn(|| list.pop()).collect();
        assert_eq!(
            all.iter().map(|it| it.get()).collect::<std::vec::Vec<_>>(),
            [0, 1, 2]
        );
        for index in all {
            list.push(index).unwrap();
        }
        // Last in, first out.
        assert_eq!(list.pop().unwrap().get(), 2);
        assert_eq!(list.pop().unwrap().get(), 1);
    }

    #[test]
    fn an_empty_list_is_empty() {
        assert!(FreeList::<0>::new().pop().is_none());
    }

    #[test]
    fn another_lists_index_is_refused() {
        let (one, other) = (FreeList::<1>::new(), FreeList::<1>::new());
        let index = one.pop().unwrap();
        let index = other.push(index).unwrap_err();
        assert!(one.push(index).is_ok());
    }

    #[test]
    fn the_tag_wraps_around_and_not_into_the_index() {
        const BITS: u32 = usize::BITS - 2;
        let word = AtomicTaggedIndex::<BITS>::new(5);
        assert_eq!(AtomicTaggedIndex::<BITS>::TAG_BITS, 2);
        let first = word.load(Relaxed);
        for turn in 1..=4 {
            word.compare_exchange(word.load(Relaxed), 5, Relaxed, Relaxed)
                .unwrap();
            assert_eq!(word.load(Relaxed) == first, turn == 4);
        }
    }
}
