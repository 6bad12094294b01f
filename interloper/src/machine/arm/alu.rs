//! Arithmetic of the data-processing instructions (A2.2.1, A7.4.2, A5.3.2).

use super::insn::{Long, Reorder, Width};

/// An operation on two operands with a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alu {
    And,
    Bic,
    Orr,
    Orn,
    Eor,
    Add,
    Adc,
    Sbc,
    Sub,
    /// Reverse subtract.
    Rsb,
    /// The second operand.
    Mov,
    /// Its complement.
    Mvn,
}

/// An operation that sets flags only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compare {
    /// And.
    Tst,
    /// Exclusive or.
    Teq,
    /// Subtract.
    Cmp,
    /// Add.
    Cmn,
}

impl Compare {
    /// The operation that sets the same flags.
    pub(super) fn alu(self) -> Alu {
        match self {
            Self::Tst => Alu::And,
            Self::Teq => Alu::Eor,
            Self::Cmp => Alu::Sub,
            Self::Cmn => Alu::Add,
        }
    }
}

/// The kind of a shift. `RRX` is a rotation by one through the carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shift {
    Lsl,
    Lsr,
    Asr,
    Ror,
    Rrx,
}

/// The condition flags, and the sticky flag of saturation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flags {
    pub(super) n: bool,
    pub(super) z: bool,
    pub(super) c: bool,
    pub(super) v: bool,
    pub(super) q: bool,
}

impl Flags {
    /// The flags of a result; carry and overflow stay.
    #[inline]
    pub(super) fn with_result(self, result: u32) -> Self {
        Self {
            n: result >> 31 != 0,
            z: result == 0,
            ..self
        }
    }

    /// In the bits of `APSR`.
    pub(super) fn bits(self) -> u32 {
        let Self { n, z, c, v, q } = self;
        [n, z, c, v, q]
            .into_iter()
            .zip((27..=31).rev())
            .fold(0, |bits, (flag, at)| bits | u32::from(flag) << at)
    }

    /// From the bits of `APSR`.
    pub(super) fn from_bits(bits: u32) -> Self {
        let [n, z, c, v, q] = [31, 30, 29, 28, 27].map(|at| bits >> at & 1 != 0);
        Self { n, z, c, v, q }
    }

    /// Whether a condition holds (A7.3).
    #[inline]
    pub(super) fn hold(self, condition: u8) -> bool {
        let Self { n, z, c, v, .. } = self;
        let holds = match condition >> 1 {
            0 => z,
            1 => c,
            2 => n,
            3 => v,
            4 => c && !z,
            5 => n == v,
            6 => !z && n == v,
            _ => return true,
        };
        holds != (condition & 1 != 0)
    }
}

/// `AddWithCarry`.
#[inline]
fn add_with_carry(a: u32, b: u32, carry: bool) -> (u32, bool, bool) {
    let (sum, carried) = a.overflowing_add(b);
    let (sum, carried_in) = sum.overflowing_add(u32::from(carry));
    (sum, carried | carried_in, (!(a ^ b) & (a ^ sum)) >> 31 != 0)
}

impl Alu {
    /// The result and the flags that it would set. `shifted` is the carry of the second operand.
    #[inline]
    pub(super) fn apply(self, a: u32, b: u32, shifted: bool, flags: Flags) -> (u32, Flags) {
        let logical = |result| (result, shifted, flags.v);
        let (result, c, v) = match self {
            Self::And => logical(a & b),
            Self::Bic => logical(a & !b),
            Self::Orr => logical(a | b),
            Self::Orn => logical(a | !b),
            Self::Eor => logical(a ^ b),
            Self::Mov => logical(b),
            Self::Mvn => logical(!b),
            Self::Add => add_with_carry(a, b, false),
            Self::Adc => add_with_carry(a, b, flags.c),
            Self::Sbc => add_with_carry(a, !b, flags.c),
            Self::Sub => add_with_carry(a, !b, true),
            Self::Rsb => add_with_carry(!a, b, true),
        };
        (result, Flags { c, v, ..flags }.with_result(result))
    }
}

impl Shift {
    /// `Shift_C`: the result and the carry.
    #[inline]
    pub(super) fn apply(self, x: u32, amount: u32, carry: bool) -> (u32, bool) {
        if self == Self::Rrx {
            return (x >> 1 | u32::from(carry) << 31, x & 1 != 0);
        }
        if amount == 0 {
            return (x, carry);
        }
        let last_out = |at: u32| x >> at & 1 != 0;
        match self {
            Self::Lsl if amount < 32 => (x << amount, last_out(32 - amount)),
            Self::Lsl => (0, amount == 32 && last_out(0)),
            Self::Lsr if amount < 32 => (x >> amount, last_out(amount - 1)),
            Self::Lsr => (0, amount == 32 && last_out(31)),
            Self::Asr => (
                (x as i32 >> amount.min(31)) as u32,
                last_out((amount - 1).min(31)),
            ),
            Self::Ror | Self::Rrx => {
                let result = x.rotate_right(amount % 32);
                (result, result >> 31 != 0)
            }
        }
    }

    /// `DecodeImmShift`: the kind and the amount of a shift by a constant.
    pub(super) fn decode(kind: u32, amount: u32) -> (Self, u8) {
        match (kind, amount as u8) {
            (0, amount) => (Self::Lsl, amount),
            (1, 0) => (Self::Lsr, 32),
            (1, amount) => (Self::Lsr, amount),
            (2, 0) => (Self::Asr, 32),
            (2, amount) => (Self::Asr, amount),
            (_, 0) => (Self::Rrx, 1),
            (_, amount) => (Self::Ror, amount),
        }
    }

    /// The kind of a shift by a register.
    pub(super) fn by_register(kind: u32) -> Self {
        [Self::Lsl, Self::Lsr, Self::Asr, Self::Ror][kind as usize % 4]
    }
}

/// `ThumbExpandImm_C`: the constant, and whether it was rotated. Nothing where the result is
/// unpredictable.
pub(super) fn expand(imm: u32) -> Option<(u32, bool)> {
    let byte = imm & 0xff;
    let repeated = match imm >> 8 {
        0 => byte,
        1 => byte * 0x0001_0001,
        2 => byte * 0x0100_0100,
        3 => byte * 0x0101_0101,
        _ => return Some(((0x80 | imm & 0x7f).rotate_right(imm >> 7), true)),
    };
    (byte != 0 || imm >> 8 == 0).then_some((repeated, false))
}

/// The product, and the sum with it.
pub(super) fn multiply_long(long: Long, a: u32, b: u32, addend: u64) -> u64 {
    let product = match long.signed {
        true => i64::from(a as i32).wrapping_mul(i64::from(b as i32)) as u64,
        false => u64::from(a) * u64::from(b),
    };
    if long.accumulates {
        product.wrapping_add(addend)
    } else {
        product
    }
}

/// Division rounds towards zero; by zero it is zero (`CCR.DIV_0_TRP` is clear).
pub(super) fn divide(signed: bool, a: u32, b: u32) -> u32 {
    match (signed, b) {
        (_, 0) => 0,
        (true, b) => (a as i32).wrapping_div(b as i32) as u32,
        (false, b) => a / b,
    }
}

/// The lowest bytes of `x`, extended to a word.
#[inline]
pub(super) fn extend(x: u32, width: Width) -> u32 {
    match width {
        Width::SIGNED_BYTE => x as i8 as u32,
        Width::SIGNED_HALF => x as i16 as u32,
        Width::BYTE => x & 0xff,
        Width::HALF => x & 0xffff,
        _ => x,
    }
}

pub(super) fn reorder(order: Reorder, x: u32) -> u32 {
    match order {
        Reorder::Bytes => x.swap_bytes(),
        Reorder::BytesOfHalves => x.swap_bytes().rotate_right(16),
        Reorder::Bits => x.reverse_bits(),
        Reorder::SignedHalf => (x as u16).swap_bytes() as i16 as u32,
        Reorder::LeadingZeros => x.leading_zeros(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARRY: Flags = Flags {
        n: false,
        z: false,
        c: true,
        v: false,
        q: false,
    };

    fn nzcv(flags: Flags) -> u32 {
        flags.bits() >> 28
    }

    #[test]
    fn subtraction_sets_carry_when_it_does_not_borrow() {
        let (result, flags) = Alu::Sub.apply(1, 2, false, Flags::default());
        assert_eq!((result, nzcv(flags)), (u32::MAX, 0b1000));
        assert_eq!(
            nzcv(Alu::Sub.apply(2, 2, false, Flags::default()).1),
            0b0110
        );
        assert_eq!(
            nzcv(Alu::Sub.apply(0x8000_0000, 1, false, Flags::default()).1),
            0b0011
        );
    }

    #[test]
    fn addition_with_carry_carries_twice() {
        assert_eq!(Alu::Adc.apply(u32::MAX, 0, false, CARRY).0, 0);
        assert_eq!(nzcv(Alu::Adc.apply(u32::MAX, 0, false, CARRY).1), 0b0110);
        assert_eq!(nzcv(Alu::Add.apply(0x7fff_ffff, 1, false, CARRY).1), 0b1001);
    }

    #[test]
    fn logical_operations_take_the_carry_of_the_operand() {
        assert!(Alu::And.apply(1, 1, true, Flags::default()).1.c);
        assert!(!Alu::And.apply(1, 1, false, CARRY).1.c);
    }

    #[test]
    fn shifts_by_the_width_and_more() {
        assert_eq!(Shift::Lsl.apply(1, 32, false), (0, true));
        assert_eq!(Shift::Lsl.apply(1, 33, true), (0, false));
        assert_eq!(Shift::Lsr.apply(0x8000_0000, 32, false), (0, true));
        assert_eq!(Shift::Asr.apply(0x8000_0000, 40, false), (u32::MAX, true));
        assert_eq!(
            Shift::Ror.apply(0x8000_0001, 32, false),
            (0x8000_0001, true)
        );
        assert_eq!(Shift::Rrx.apply(1, 1, true), (0x8000_0000, true));
        assert_eq!(Shift::Lsr.apply(7, 0, true), (7, true));
    }

    #[test]
    fn constants_are_repeated_or_rotated() {
        assert_eq!(expand(0x0ab), Some((0xab, false)));
        assert_eq!(expand(0x1ab), Some((0x00ab_00ab, false)));
        assert_eq!(expand(0x2ab), Some((0xab00_ab00, false)));
        assert_eq!(expand(0x3ab), Some((0xabab_abab, false)));
        assert_eq!(expand(0x4ff), Some((0x7f80_0000, true)));
        assert_eq!(expand(0x100), None, "unpredictable");
    }

    #[test]
    fn conditions_come_in_pairs() {
        for bits in 0..16 {
            let flags = Flags::from_bits(bits << 28);
            assert_eq!(nzcv(flags), bits);
            for condition in (0..14).step_by(2) {
                assert_ne!(flags.hold(condition), flags.hold(condition + 1));
            }
            assert!(flags.hold(14));
        }
    }
}
