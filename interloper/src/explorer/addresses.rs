//! A set of instructions.

use core::ops::Range;

/// Addresses of instructions in a flash, a bit for each halfword: a search inserts one for every step.
#[derive(Debug)]
pub(super) struct Addresses {
    start: u32,
    bits: Vec<u64>,
}

impl Addresses {
    /// None of this flash.
    pub(super) fn none(flash: Range<u32>) -> Self {
        Self {
            start: flash.start,
            bits: vec![0; flash.len().div_ceil(2 * 64)],
        }
    }

    /// Inserts an address. There is no instruction outside the flash, and the step from there is a fault.
    #[inline]
    pub(super) fn insert(&mut self, address: u32) {
        let at = address.wrapping_sub(self.start) / 2;
        if let Some(bits) = self.bits.get_mut(at as usize / 64) {
            *bits |= 1 << (at % 64);
        }
    }

    /// The addresses, in ascending order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        let places = self.bits.iter().zip((self.start..).step_by(2 * 64));
        places.flat_map(|(&bits, first)| {
            let set = (0..64).filter(move |at| bits >> at & 1 != 0);
            set.map(move |at| first + 2 * at)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_order_and_once() {
        let mut addresses = Addresses::none(0x8000_0000..0x8000_0102);
        let inserted = [
            0x8000_0100,
            0x8000_0000,
            0x8000_007e,
            0x8000_0080,
            0x8000_0000,
        ];
        inserted.into_iter().for_each(|it| addresses.insert(it));
        let found: Vec<_> = addresses.iter().collect();
        assert_eq!(found, [0x8000_0000, 0x8000_007e, 0x8000_0080, 0x8000_0100]);
    }

    #[test]
    fn what_is_outside_the_flash_is_left_out() {
        let mut addresses = Addresses::none(0x100..0x200);
        let outside = [0, 0xfe, 0x200, 0x2000_0000, u32::MAX];
        outside.into_iter().for_each(|it| addresses.insert(it));
        assert_eq!(addresses.iter().count(), 0);
    }
}
