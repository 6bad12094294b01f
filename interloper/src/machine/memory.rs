//! RAM, what it shares the addresses with, and the record of the last access.

use core::ops::Range;

use super::{Access, FaultKind, Flash, hash::mix, sio::Sio};

/// What happens to the words below the stack pointer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeadStack {
    /// They become zero when the stack pointer rises. An interrupt may overwrite them at any time,
    /// so correct code never reads them; without this no two executions merge.
    #[default]
    Cleared,
    /// They stay, as in hardware.
    Kept,
}

/// The memory of a machine. A clone costs a copy of the RAM.
#[derive(Clone, Debug)]
pub struct Memory {
    ram: Box<[u32]>,
    base: u32,
    hash: u64,
    access: Access,
    flash: Flash,
    dead: DeadStack,
    dry: bool,
    sio: Option<Sio>,
}

impl Memory {
    /// Memory with `flash` and zeroed RAM at the addresses `ram`.
    ///
    /// # Panics
    ///
    /// If `ram` does not consist of whole words, or overlaps the flash.
    #[must_use]
    pub fn new(flash: Flash, ram: Range<u32>) -> Self {
        assert!(
            ram.start.is_multiple_of(4) && ram.end.is_multiple_of(4),
            "RAM consists of words"
        );
        assert!(
            ram.end <= flash.range().start || flash.range().end <= ram.start,
            "RAM and flash overlap"
        );
        let ram_words = vec![0; ram.len() / 4].into();
        let (base, dead) = (ram.start, DeadStack::Cleared);
        Self {
            ram: ram_words,
            base,
            hash: 0,
            access: Access::NONE,
            flash,
            dead,
            dry: false,
            sio: None,
        }
    }

    /// Adds the RP2040's core number (`0xd000_0000`) and spin locks (from `0xd000_0100`), for two
    /// cores.
    ///
    /// A load of a free spin lock claims it; a store releases it. Both count as stores in
    /// [`access`](Self::access).
    #[must_use]
    pub fn with_sio(mut self) -> Self {
        self.sio = Some(Sio::default());
        self
    }

    /// The spin locks that are claimed, a bit each.
    #[must_use]
    pub fn claimed(&self) -> u32 {
        self.sio.map_or(0, Sio::claimed)
    }

    /// Chooses what happens to the words below the stack pointer.
    #[must_use]
    pub fn with_dead_stack(mut self, dead: DeadStack) -> Self {
        self.dead = dead;
        self
    }

    #[cfg(test)]
    pub(super) fn with_flash(mut self, flash: Flash) -> Self {
        self.flash = flash;
        self
    }

    /// The addresses of the RAM.
    #[must_use]
    pub fn ram(&self) -> Range<u32> {
        self.base..self.base + self.ram.len() as u32 * 4
    }

    /// The flash.
    #[must_use]
    pub fn flash(&self) -> &Flash {
        &self.flash
    }

    /// What the last step touched.
    #[inline]
    #[must_use]
    pub fn access(&self) -> Access {
        self.access
    }

    /// A hash of RAM and spin locks. Equal contents have equal hashes.
    #[inline]
    #[must_use]
    pub fn hash(&self) -> u64 {
        self.sio
            .map_or(self.hash, |sio| self.hash.wrapping_add(sio.hash()))
    }

    /// The word at a multiple of four, in RAM or flash; no access is recorded.
    #[must_use]
    pub fn word(&self, address: u32) -> Option<u32> {
        if !address.is_multiple_of(4) {
            return None;
        }
        self.index(address)
            .map(|index| self.ram[index])
            .or_else(|| self.flash.word(address))
    }

    /// Writes bytes to RAM as a loader does; no access is recorded.
    ///
    /// # Panics
    ///
    /// If an address is not in RAM.
    pub fn load_bytes(&mut self, address: u32, bytes: &[u8]) {
        for (address, &byte) in (address..).zip(bytes) {
            let index = self.index(address).expect("the bytes fit RAM");
            let shift = address % 4 * 8;
            self.put(
                index,
                self.ram[index] & !(0xff << shift) | u32::from(byte) << shift,
            );
        }
    }

    #[inline]
    fn index(&self, address: u32) -> Option<usize> {
        let index = address.wrapping_sub(self.base) as usize / 4;
        (index < self.ram.len()).then_some(index)
    }

    #[inline]
    fn put(&mut self, index: usize, value: u32) {
        if self.dry {
            return;
        }
        let address = self.base + index as u32 * 4;
        let old = core::mem::replace(&mut self.ram[index], value);
        self.hash = self
            .hash
            .wrapping_sub(mix(address, old))
            .wrapping_add(mix(address, value));
    }

    /// Begins a step: the record of accesses is empty.
    #[inline]
    pub(super) fn begin(&mut self) {
        self.access = Access::NONE;
    }

    /// Runs `step` with stores and spin locks withheld, and returns what it touched.
    pub(super) fn dry_run<T>(&mut self, step: impl FnOnce(&mut Self) -> T) -> (T, Access) {
        let access = core::mem::replace(&mut self.access, Access::NONE);
        self.dry = true;
        let result = step(self);
        self.dry = false;
        (result, core::mem::replace(&mut self.access, access))
    }

    /// Loads the word at a multiple of four, for the core with the number `id`.
    #[inline(always)]
    pub(super) fn load_word(&mut self, address: u32, id: u32) -> Result<u32, FaultKind> {
        if let Some(index) = self.index(address) {
            self.access.read(address);
            return Ok(self.ram[index]);
        }
        if let Some(word) = self.flash.word(address) {
            return Ok(word);
        }
        self.load_elsewhere(address, id)
    }

    #[cold]
    fn load_elsewhere(&mut self, address: u32, id: u32) -> Result<u32, FaultKind> {
        let Some(sio) = self.sio else {
            return Err(FaultKind::Load { address });
        };
        let (value, after) = sio.load(address, id).ok_or(FaultKind::Load { address })?;
        self.put_sio(address, after);
        Ok(value)
    }

    fn put_sio(&mut self, address: u32, after: Option<Sio>) {
        if let Some(after) = after {
            self.access.write(address);
            if !self.dry {
                self.sio = Some(after);
            }
        }
    }

    /// Stores the word at a multiple of four.
    #[inline(always)]
    pub(super) fn store_word(&mut self, address: u32, value: u32) -> Result<(), FaultKind> {
        let Some(index) = self.index(address) else {
            return self.store_elsewhere(address);
        };
        self.access.write(address);
        self.put(index, value);
        Ok(())
    }

    #[cold]
    fn store_elsewhere(&mut self, address: u32) -> Result<(), FaultKind> {
        if self.flash.range().contains(&address) {
            return Err(FaultKind::ReadOnly { address });
        }
        let after = self
            .sio
            .and_then(|sio| sio.store(address))
            .ok_or(FaultKind::Store { address })?;
        self.put_sio(address, Some(after));
        Ok(())
    }

    /// Loads 1, 2 or 4 bytes at any address.
    #[inline(always)]
    pub(super) fn load(&mut self, address: u32, size: u32, id: u32) -> Result<u32, FaultKind> {
        let (word, shift, mask) = (address & !3, address % 4 * 8, mask(size));
        let low = self.load_word(word, id)?;
        if shift + size * 8 <= 32 {
            return Ok(low >> shift & mask);
        }
        let high = self.load_word(word.wrapping_add(4), id)?;
        Ok(((u64::from(high) << 32 | u64::from(low)) >> shift) as u32 & mask)
    }

    /// Stores 1, 2 or 4 bytes at any address.
    #[inline(always)]
    pub(super) fn store(&mut self, address: u32, size: u32, value: u32) -> Result<(), FaultKind> {
        let (word, shift) = (address & !3, address % 4 * 8);
        let (bits, mask) = (
            u64::from(value & mask(size)) << shift,
            u64::from(mask(size)) << shift,
        );
        self.store_bits(word, bits as u32, mask as u32)?;
        match (mask >> 32) as u32 {
            0 => Ok(()),
            mask => self.store_bits(word.wrapping_add(4), (bits >> 32) as u32, mask),
        }
    }

    #[inline]
    fn store_bits(&mut self, word: u32, bits: u32, mask: u32) -> Result<(), FaultKind> {
        let old = self.index(word).map_or(0, |index| self.ram[index]);
        self.store_word(word, old & !mask | bits)
    }

    /// The stack pointer rose through `range`.
    #[inline]
    pub(super) fn clear_dead(&mut self, range: Range<u32>) {
        if self.dead == DeadStack::Kept {
            return;
        }
        let ram = self.ram();
        for address in (range.start.max(ram.start) & !3..range.end.min(ram.end)).step_by(4) {
            let index = (address - ram.start) as usize / 4;
            if self.ram[index] != 0 {
                self.put(index, 0);
            }
        }
    }

    /// Clears the words of a stack that no call uses any more.
    pub fn clear_stack(&mut self, range: Range<u32>) {
        self.clear_dead(range);
    }
}

fn mask(size: u32) -> u32 {
    u32::MAX >> (32 - size * 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAM: u32 = 0x2000_0000;

    fn memory() -> Memory {
        Memory::new(Flash::new(0x100, vec![1, 2, 3, 4]), RAM..RAM + 32)
    }

    #[test]
    fn bytes_halfwords_and_words_overlap() {
        let mut memory = memory();
        memory.store(RAM, 4, 0x4433_2211).unwrap();
        memory.store(RAM + 1, 1, 0xaa).unwrap();
        memory.store(RAM + 2, 2, 0xbbcc).unwrap();
        assert_eq!(memory.load(RAM, 4, 0), Ok(0xbbcc_aa11));
        assert_eq!(memory.load(RAM + 1, 1, 0), Ok(0xaa));
        assert_eq!(memory.load(RAM + 2, 2, 0), Ok(0xbbcc));
    }

    #[test]
    fn an_unaligned_access_crosses_two_words() {
        let mut memory = memory();
        memory.begin();
        memory.store(RAM + 3, 4, 0x4433_2211).unwrap();
        assert_eq!(
            (memory.word(RAM), memory.word(RAM + 4)),
            (Some(0x1100_0000), Some(0x0044_3322))
        );
        assert_eq!(memory.load(RAM + 3, 4, 0), Ok(0x4433_2211));
        assert_eq!(memory.access().range(), RAM..RAM + 8);
    }

    #[test]
    fn accesses_outside_are_faults() {
        let mut memory = memory();
        assert_eq!(memory.load(0x100, 4, 0), Ok(0x0403_0201));
        assert_eq!(
            memory.store(0x100, 4, 0),
            Err(FaultKind::ReadOnly { address: 0x100 })
        );
        assert_eq!(
            memory.load(0x104, 4, 0),
            Err(FaultKind::Load { address: 0x104 })
        );
        assert_eq!(
            memory.store(RAM + 32, 4, 0),
            Err(FaultKind::Store { address: RAM + 32 })
        );
        assert_eq!(
            memory.load(RAM + 30, 4, 0),
            Err(FaultKind::Load { address: RAM + 32 })
        );
        assert_eq!(
            memory.load(0xd000_0000, 4, 0),
            Err(FaultKind::Load {
                address: 0xd000_0000
            })
        );
    }

    #[test]
    fn the_hash_depends_on_contents_not_on_history() {
        let (mut one, mut other) = (memory(), memory());
        one.store(RAM, 4, 7).unwrap();
        one.store(RAM + 4, 4, 8).unwrap();
        assert_ne!(one.hash(), other.hash());
        other.store(RAM + 4, 4, 8).unwrap();
        other.store(RAM, 4, 9).unwrap();
        assert_ne!(one.hash(), other.hash());
        other.store(RAM, 4, 7).unwrap();
        assert_eq!(one.hash(), other.hash());
        one.load_bytes(RAM, &[0; 8]);
        assert_eq!(one.hash(), memory().hash());
    }

    #[test]
    fn dead_words_are_cleared_unless_kept() {
        for (dead, left) in [(DeadStack::Cleared, 0), (DeadStack::Kept, 7)] {
            let mut memory = memory().with_dead_stack(dead);
            memory.store(RAM + 4, 4, 7).unwrap();
            memory.clear_dead(0..u32::MAX);
            assert_eq!(memory.word(RAM + 4), Some(left));
        }
    }

    #[test]
    fn a_dry_run_changes_nothing() {
        let mut memory = memory().with_sio();
        memory.begin();
        let before = memory.clone();
        let (lock, access) = memory.dry_run(|memory| {
            memory.store(RAM, 4, 7).unwrap();
            memory.load(0xd000_0100, 4, 0)
        });
        assert_eq!(lock, Ok(1));
        assert!(access.writes());
        assert_eq!(
            (memory.hash(), memory.access(), memory.word(RAM)),
            (before.hash(), Access::NONE, Some(0))
        );
    }
}
