//! A word made of an index and a tag, which makes the ABA problem visible to a compare-and-exchange.

use crate::sync::{Change, Computed, Ordering, needs_read_modify_write, shared};
use core::fmt;

/// An index of `BITS` bits and the tag that distinguishes it from earlier ones.
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

    /// The tag, which every exchange increments and which wraps around.
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
/// For stacks and lists of your own; [`FreeList`](super::FreeList) is one already. Every method may be
/// called from interrupt handlers. Needs read-modify-write; without compare-and-swap an exchange is one
/// critical section, and a load is none. (*Rust Atomics and Locks*, chapter 2, "The ABA Problem".)
///
/// ```
/// use indivisible::{atomic::Ordering::Relaxed, pool::AtomicTaggedIndex};
///
/// let head = AtomicTaggedIndex::<4>::new(7);
/// let old = head.load(Relaxed);
/// head.compare_exchange(old, 9, Relaxed, Relaxed).unwrap();
/// head.compare_exchange(head.load(Relaxed), 7, Relaxed, Relaxed).unwrap();
/// // The index is the same as at first, and the exchange fails nevertheless.
/// assert!(head.compare_exchange(old, 1, Relaxed, Relaxed).is_err());
/// ```
pub struct AtomicTaggedIndex<const BITS: u32>(shared::AtomicUsize);

impl<const BITS: u32> AtomicTaggedIndex<BITS> {
    /// The number of bits of the tag.
    pub const TAG_BITS: u32 = Self::LAYOUT.tag_bits();

    const LAYOUT: Layout = Layout::new(BITS);

    /// Creates it with the lowest `BITS` bits of `index`, and a tag of 0.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn new(index: usize) -> Self {
        Self(shared::AtomicUsize::new(Self::LAYOUT.pack(index, 0)))
    }

    /// Loads the index and its tag.
    #[inline]
    #[must_use]
    pub fn load(&self, order: Ordering) -> TaggedIndex<BITS> {
        TaggedIndex(self.0.load(order))
    }

    needs_read_modify_write! {
        /// Stores the lowest `BITS` bits of `new`, with the next tag, if index *and* tag equal `current`.
        ///
        /// # Errors
        ///
        /// The index and tag found, if they differ from `current`.
        #[inline]
        pub fn compare_exchange(
            &self,
            current: TaggedIndex<BITS>,
            new: usize,
            set: Ordering,
            fetch: Ordering,
        ) -> Result<TaggedIndex<BITS>, TaggedIndex<BITS>> {
            let new = Self::LAYOUT.with_next_tag(current.0, new).computed();
            Self::tagged(Change::compare_exchange(&self.0, current.0, new, set, fetch))
        }
    }

    needs_read_modify_write! {
        /// As [`compare_exchange`](Self::compare_exchange), but may also fail where both equal `current`: for loops,
        /// and shorter where a processor exchanges by exclusive loads and stores.
        ///
        /// # Errors
        ///
        /// The index and tag found.
        #[inline]
        pub fn compare_exchange_weak(
            &self,
            current: TaggedIndex<BITS>,
            new: usize,
            set: Ordering,
            fetch: Ordering,
        ) -> Result<TaggedIndex<BITS>, TaggedIndex<BITS>> {
            let new = Self::LAYOUT.with_next_tag(current.0, new).computed();
            Self::tagged(Change::compare_exchange_weak(&self.0, current.0, new, set, fetch))
        }
    }

    #[inline(always)]
    fn tagged(words: Result<usize, usize>) -> Result<TaggedIndex<BITS>, TaggedIndex<BITS>> {
        match words {
            Ok(old) => Ok(TaggedIndex(old)),
            Err(now) => Err(TaggedIndex(now)),
        }
    }
}

/// As `std`'s atomics: the value.
impl<const BITS: u32> fmt::Debug for AtomicTaggedIndex<BITS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.load(Ordering::Relaxed).fmt(f)
    }
}

#[cfg(feature = "defmt")]
impl<const BITS: u32> defmt::Format for AtomicTaggedIndex<BITS> {
    fn format(&self, f: defmt::Formatter<'_>) {
        self.load(Ordering::Relaxed).format(f);
    }
}

/// The division of a word: the index in its low bits, the tag in all others.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    index_bits: u32,
}

impl Layout {
    pub(super) const fn new(index_bits: u32) -> Self {
        assert!(
            index_bits < usize::BITS,
            "an index of so many bits leaves none for the tag"
        );
        Self { index_bits }
    }

    pub(super) const fn tag_bits(self) -> u32 {
        usize::BITS - self.index_bits
    }

    const fn mask(self) -> usize {
        (1 << self.index_bits) - 1
    }

    pub(super) const fn index(self, word: usize) -> usize {
        word & self.mask()
    }

    const fn tag(self, word: usize) -> usize {
        word >> self.index_bits
    }

    /// The shift drops the bits of a tag that has wrapped around.
    const fn pack(self, index: usize, tag: usize) -> usize {
        tag << self.index_bits | index & self.mask()
    }

    /// `index` with the tag after that of `word`.
    pub(super) const fn with_next_tag(self, word: usize, index: usize) -> usize {
        self.pack(index, self.tag(word).wrapping_add(1))
    }

    /// `index` with the tag of `word`.
    pub(super) const fn with_same_tag(self, word: usize, index: usize) -> usize {
        self.pack(index, self.tag(word))
    }
}

#[cfg(test)]
mod tests {
    use super::AtomicTaggedIndex;
    use crate::sync::Ordering::Relaxed;
    use std::format;

    #[test]
    fn the_tag_wraps_around_and_leaves_the_index() {
        const BITS: u32 = usize::BITS - 2;
        let word = AtomicTaggedIndex::<BITS>::new(5);
        assert_eq!(AtomicTaggedIndex::<BITS>::TAG_BITS, 2);
        let first = word.load(Relaxed);
        assert_eq!(format!("{first:?}"), "TaggedIndex { index: 5, tag: 0 }");
        for turn in 1..=4 {
            word.compare_exchange(word.load(Relaxed), 5, Relaxed, Relaxed)
                .unwrap();
            assert_eq!(word.load(Relaxed) == first, turn == 4);
        }
    }
}
