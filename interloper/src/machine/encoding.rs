//! Bit patterns as the manuals draw them, and their fields.

/// The pattern of an encoding: `0` and `1` are fixed, a letter names a field, spaces separate.
///
/// A field may have several parts: its bits are put together from left to right.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pattern {
    text: &'static str,
    mask: u32,
    value: u32,
}

impl Pattern {
    /// Reads a pattern. In a constant, a character that is no bit is a compile error.
    pub(super) const fn new(text: &'static str) -> Self {
        let (mut mask, mut value) = (0, 0);
        let mut at = 0;
        while at < text.len() {
            let (fixed, one) = match text.as_bytes()[at] {
                b' ' => {
                    at += 1;
                    continue;
                }
                b'0' => (1, 0),
                b'1' => (1, 1),
                letter => {
                    assert!(
                        letter.is_ascii_alphabetic(),
                        "a bit of a pattern is 0, 1 or a letter"
                    );
                    (0, 0)
                }
            };
            mask = mask << 1 | fixed;
            value = value << 1 | one;
            at += 1;
        }
        Self { text, mask, value }
    }

    pub(super) fn matches(&self, encoding: u32) -> bool {
        encoding & self.mask == self.value
    }

    /// The encoding with the fields of `random`.
    #[cfg(test)]
    pub(super) fn example(&self, random: u32) -> u32 {
        let fields = (1_u64 << self.width()) as u32;
        random & fields.wrapping_sub(1) & !self.mask | self.value
    }

    /// The number of bits.
    #[cfg(test)]
    pub(super) fn width(&self) -> usize {
        self.text.bytes().filter(|&bit| bit != b' ').count()
    }

    pub(super) fn fields(&self, encoding: u32) -> Fields {
        Fields {
            text: self.text,
            encoding,
        }
    }
}

/// The fields of one encoding.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    text: &'static str,
    encoding: u32,
}

impl Fields {
    /// The bits of the field `letter`, zero-extended.
    pub(super) fn get(&self, letter: char) -> u32 {
        let bits = self.text.bytes().rev().filter(|&bit| bit != b' ').zip(0..);
        let (value, width) = bits
            .filter(|&(bit, _)| bit == letter as u8)
            .fold((0, 0), |(value, width), (_, at)| {
                (value | (self.encoding >> at & 1) << width, width + 1)
            });
        debug_assert!(width > 0, "{} has no field {letter}", self.text);
        value
    }

    /// The bits of the field `letter` from left to right, each at its place in `order`, as the
    /// manual draws an immediate: `imm[4|9:6]` is `[4, 9, 8, 7, 6]`.
    pub(super) fn permuted(&self, letter: char, order: &[u32]) -> u32 {
        let bits = self.get(letter);
        order
            .iter()
            .rev()
            .enumerate()
            .fold(0, |value, (at, place)| value | (bits >> at & 1) << place)
    }

    /// A register number.
    pub(super) fn reg(&self, letter: char) -> u8 {
        self.get(letter) as u8
    }

    /// A field of one bit.
    pub(super) fn flag(&self, letter: char) -> bool {
        self.get(letter) != 0
    }
}

/// Extends the sign of a number of `bits` bits.
pub(super) const fn sign_extend(value: u32, bits: u32) -> u32 {
    ((value << (32 - bits)) as i32 >> (32 - bits)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATTERN: Pattern = Pattern::new("10ii 0i 1r");

    #[test]
    fn fixed_bits_decide() {
        assert!(PATTERN.matches(0b10_11_01_10));
        assert!(!PATTERN.matches(0b10_11_11_10));
        assert!(!PATTERN.matches(0b11_11_01_10));
    }

    #[test]
    fn parts_of_a_field_are_put_together() {
        let fields = PATTERN.fields(0b10_10_01_11);
        assert_eq!(fields.get('i'), 0b101);
        assert!(fields.flag('r'));
    }

    #[test]
    fn a_field_is_permuted_from_left_to_right() {
        let fields = PATTERN.fields(0b10_10_01_11);
        assert_eq!(fields.permuted('i', &[0, 4, 2]), 0b101);
        assert_eq!(fields.permuted('i', &[1, 5, 7]), 0b1000_0010);
    }

    #[test]
    fn the_sign_is_the_topmost_bit() {
        assert_eq!(sign_extend(0b100, 3), (-4_i32) as u32);
        assert_eq!(sign_extend(0b011, 3), 3);
    }
}
