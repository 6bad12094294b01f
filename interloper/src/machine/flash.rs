//! Read-only memory that all clones share.

use core::ops::Range;
use std::sync::Arc;

/// Read-only memory: code and constants.
#[derive(Clone, Debug)]
pub struct Flash {
    base: u32,
    bytes: Arc<[u8]>,
}

impl Flash {
    /// Puts `bytes` at the address `base`.
    ///
    /// # Panics
    ///
    /// If `base` is no multiple of four, or the bytes do not fit the address space.
    #[must_use]
    pub fn new(base: u32, bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        assert!(base.is_multiple_of(4), "flash begins at a word");
        assert!(
            u32::try_from(bytes.len()).is_ok_and(|len| base.checked_add(len).is_some()),
            "flash ends before 4 GiB"
        );
        Self { base, bytes }
    }

    /// The addresses.
    #[must_use]
    pub fn range(&self) -> Range<u32> {
        self.base..self.base + self.bytes.len() as u32
    }

    /// The halfword at an even address.
    #[inline]
    #[must_use]
    pub fn halfword(&self, address: u32) -> Option<u16> {
        let at = address.checked_sub(self.base)? as usize;
        self.bytes
            .get(at..)?
            .first_chunk()
            .map(|&bytes| u16::from_le_bytes(bytes))
    }

    /// The word at a multiple of four.
    #[inline]
    #[must_use]
    pub fn word(&self, address: u32) -> Option<u32> {
        let at = address.checked_sub(self.base)? as usize;
        self.bytes
            .get(at..)?
            .first_chunk()
            .map(|&bytes| u32::from_le_bytes(bytes))
    }
}
