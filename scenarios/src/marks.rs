//! A mark for each number that was seen, to find duplicates.

use indivisible::atomic::{AtomicU32, Ordering::Relaxed};

/// A bit for each number of 8 bits.
pub(crate) struct Marks {
    words: [AtomicU32; 8],
    twice: AtomicU32,
}

impl Marks {
    pub(crate) const fn new() -> Self {
        Self {
            words: [const { AtomicU32::new(0) }; 8],
            twice: AtomicU32::new(0),
        }
    }

    pub(crate) fn mark(&self, number: u8) {
        let (word, bit) = self.place(number);
        if word.fetch_or(bit, Relaxed) & bit != 0 {
            self.twice.fetch_add(1, Relaxed);
        }
    }

    pub(crate) fn unmark(&self, number: u8) {
        let (word, bit) = self.place(number);
        word.fetch_and(!bit, Relaxed);
    }

    /// The number of marked numbers.
    pub(crate) fn count(&self) -> u32 {
        let ones = |word: &AtomicU32| word.load(Relaxed).count_ones();
        self.words.iter().map(ones).sum()
    }

    /// How often a marked number was marked again.
    pub(crate) fn twice(&self) -> u32 {
        self.twice.load(Relaxed)
    }

    fn place(&self, number: u8) -> (&AtomicU32, u32) {
        (&self.words[usize::from(number >> 5)], 1 << (number & 31))
    }
}
