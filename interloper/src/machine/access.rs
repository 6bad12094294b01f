//! What one instruction does to memory.

use core::ops::Range;

/// The data addresses that one instruction touches.
///
/// They are always contiguous: no instruction of the three instruction sets names two places in
/// memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Access {
    start: u32,
    end: u32,
    reads: bool,
    writes: bool,
}

impl Access {
    /// No access.
    pub const NONE: Self = Self {
        start: 0,
        end: 0,
        reads: false,
        writes: false,
    };

    /// The addresses, whole words; empty without an access.
    #[must_use]
    pub fn range(&self) -> Range<u32> {
        self.start..self.end
    }

    /// Whether the instruction touches no data.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.start == self.end
    }

    /// Whether it loads.
    #[must_use]
    pub fn reads(&self) -> bool {
        self.reads
    }

    /// Whether it stores.
    #[must_use]
    pub fn writes(&self) -> bool {
        self.writes
    }

    /// The aligned addresses of the words.
    pub fn words(&self) -> impl Iterator<Item = u32> + use<> {
        (self.start..self.end).step_by(4)
    }

    /// Whether both touch a common word, and at least one of them stores.
    #[must_use]
    pub fn conflicts(&self, other: &Self) -> bool {
        (self.writes || other.writes) && self.start < other.end && other.start < self.end
    }

    #[inline]
    pub(super) fn read(&mut self, word: u32) {
        self.reads = true;
        self.cover(word);
    }

    #[inline]
    pub(super) fn write(&mut self, word: u32) {
        self.writes = true;
        self.cover(word);
    }

    #[inline]
    fn cover(&mut self, word: u32) {
        let end = word.wrapping_add(4);
        if self.is_none() {
            (self.start, self.end) = (word, end);
        } else {
            self.start = self.start.min(word);
            self.end = self.end.max(end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(words: &[u32]) -> Access {
        let mut access = Access::NONE;
        words.iter().for_each(|&word| access.write(word));
        access
    }

    #[test]
    fn words_extend_the_range() {
        let access = write(&[0x2000_0008, 0x2000_0004]);
        assert_eq!(access.range(), 0x2000_0004..0x2000_000c);
        assert_eq!(
            access.words().collect::<Vec<_>>(),
            [0x2000_0004, 0x2000_0008]
        );
    }

    #[test]
    fn two_loads_do_not_conflict() {
        let mut read = Access::NONE;
        read.read(0x2000_0004);
        assert!(!read.conflicts(&read));
        assert!(read.conflicts(&write(&[0x2000_0004])));
        assert!(!read.conflicts(&write(&[0x2000_0008])));
        assert!(!read.conflicts(&Access::NONE));
    }
}
