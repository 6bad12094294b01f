//! Data processing in 32 bits (A5.3.1, A5.3.3, A5.3.11 to A5.3.17).

use super::{
    Decoded,
    Invalid::{Undefined, Unpredictable},
    Row, predictable, rows, special,
};
use crate::machine::{
    arm::{
        Profile,
        alu::{Alu, Compare, Shift, expand},
        insn::{Insn, Long, Operand, Reorder, SetFlags, Width},
    },
    encoding::{Fields, Pattern},
};

pub(super) const ROWS: &[Row] = rows! {
    Armv7M "Data processing (modified immediate)" "11110 i 0 oooo s nnnn 0 iii dddd iiiiiiii"   modified_immediate;
    Armv7M "Data processing (shifted register)"   "1110101 oooo s nnnn 0 iii dddd ii tt mmmm"   shifted_register;
    // Data processing (plain binary immediate).
    Armv7M "ADR T3"             "11110 i 100000 1111 0 iii dddd iiiiiiii" |f| adr(f, 1);
    Armv7M "ADR T2"             "11110 i 101010 1111 0 iii dddd iiiiiiii" |f| adr(f, -1);
    Armv7M "ADD (immediate) T4" "11110 i 100000 nnnn 0 iii dddd iiiiiiii" |f| plain(f, Alu::Add);
    Armv7M "SUB (immediate) T4" "11110 i 101010 nnnn 0 iii dddd iiiiiiii" |f| plain(f, Alu::Sub);
    Armv7M "MOV (immediate) T3" "11110 j 100100 iiii 0 kkk dddd llllllll" |f| checked(f, "d", move_wide(f));
    Armv7M "MOVT T1"            "11110 j 101100 iiii 0 kkk dddd llllllll" |f| checked(f, "d", Insn::MoveTop { rd: f.reg('d'), imm: imm16(f) });
    Armv7M "SSAT T1"            "11110 0 1100 h 0 nnnn 0 iii dddd ii 0 wwwww" |f| saturate(f, true);
    Armv7M "SBFX T1"            "11110 0 1101 0 0 nnnn 0 iii dddd ii 0 wwwww" |f| extract(f, true);
    Armv7M "BFC, BFI T1"        "11110 0 1101 1 0 nnnn 0 iii dddd ii 0 wwwww" insert;
    Armv7M "USAT T1"            "11110 0 1110 h 0 nnnn 0 iii dddd ii 0 wwwww" |f| saturate(f, false);
    Armv7M "UBFX T1"            "11110 0 1111 0 0 nnnn 0 iii dddd ii 0 wwwww" |f| extract(f, false);
    // Data processing (register).
    Armv7M "LSL, LSR, ASR, ROR (register) T2" "11111010 0 tt s nnnn 1111 dddd 0000 mmmm" shift_by;
    Armv7M "SXTH T2"  "11111010 0000 1111 1111 dddd 10 rr mmmm" |f| extend(f, Width::SIGNED_HALF);
    Armv7M "UXTH T2"  "11111010 0001 1111 1111 dddd 10 rr mmmm" |f| extend(f, Width::HALF);
    Armv7M "SXTB T2"  "11111010 0100 1111 1111 dddd 10 rr mmmm" |f| extend(f, Width::SIGNED_BYTE);
    Armv7M "UXTB T2"  "11111010 0101 1111 1111 dddd 10 rr mmmm" |f| extend(f, Width::BYTE);
    Armv7M "REV T2"   "11111010 1001 nnnn 1111 dddd 1000 mmmm"  |f| reorder(f, Reorder::Bytes);
    Armv7M "REV16 T2" "11111010 1001 nnnn 1111 dddd 1001 mmmm"  |f| reorder(f, Reorder::BytesOfHalves);
    Armv7M "RBIT T1"  "11111010 1001 nnnn 1111 dddd 1010 mmmm"  |f| reorder(f, Reorder::Bits);
    Armv7M "REVSH T2" "11111010 1001 nnnn 1111 dddd 1011 mmmm"  |f| reorder(f, Reorder::SignedHalf);
    Armv7M "CLZ T1"   "11111010 1011 nnnn 1111 dddd 1000 mmmm"  |f| reorder(f, Reorder::LeadingZeros);
    // Multiply, divide.
    Armv7M "MUL T2"   "11111011 0000 nnnn 1111 dddd 0000 mmmm"  multiply;
    Armv7M "MLA T1"   "11111011 0000 nnnn aaaa dddd 0000 mmmm"  |f| multiply_add(f, false);
    Armv7M "MLS T1"   "11111011 0000 nnnn aaaa dddd 0001 mmmm"  |f| multiply_add(f, true);
    Armv7M "SMULL T1" "11111011 1000 nnnn llll hhhh 0000 mmmm"  |f| multiply_long(f, true, false);
    Armv7M "SDIV T1"  "11111011 1001 nnnn 1111 dddd 1111 mmmm"  |f| divide(f, true);
    Armv7M "UMULL T1" "11111011 1010 nnnn llll hhhh 0000 mmmm"  |f| multiply_long(f, false, false);
    Armv7M "UDIV T1"  "11111011 1011 nnnn 1111 dddd 1111 mmmm"  |f| divide(f, false);
    Armv7M "SMLAL T1" "11111011 1100 nnnn llll hhhh 0000 mmmm"  |f| multiply_long(f, true, true);
    Armv7M "UMLAL T1" "11111011 1110 nnnn llll hhhh 0000 mmmm"  |f| multiply_long(f, false, true);
};

/// `insn`, unless one of the named registers is the stack pointer or the program counter.
fn checked(f: Fields, registers: &str, insn: Insn) -> Decoded {
    predictable(
        insn,
        registers.chars().any(|register| special(f.reg(register))),
    )
}

fn modified_immediate(f: Fields) -> Decoded {
    let operand = match expand(f.get('i')).ok_or(Unpredictable)? {
        (imm, true) => Operand::Rotated(imm),
        (imm, false) => Operand::Imm(imm),
    };
    data(f, operand, false)
}

fn shifted_register(f: Fields) -> Decoded {
    let (shift, amount) = Shift::decode(f.get('t'), f.get('i'));
    data(
        f,
        Operand::Shifted {
            rm: f.reg('m'),
            shift,
            amount,
        },
        true,
    )
}

/// The operation field, which both forms share; the register 15 as source or destination selects
/// another instruction.
fn data(f: Fields, operand: Operand, register: bool) -> Decoded {
    let (rd, rn, sets) = (f.reg('d'), f.reg('n'), f.flag('s'));
    let (op, unary, compare) = match f.get('o') {
        0 => (Alu::And, None, Some(Compare::Tst)),
        1 => (Alu::Bic, None, None),
        2 => (Alu::Orr, Some(Alu::Mov), None),
        3 => (Alu::Orn, Some(Alu::Mvn), None),
        4 => (Alu::Eor, None, Some(Compare::Teq)),
        8 => (Alu::Add, None, Some(Compare::Cmn)),
        10 => (Alu::Adc, None, None),
        11 => (Alu::Sbc, None, None),
        13 => (Alu::Sub, None, Some(Compare::Cmp)),
        14 => (Alu::Rsb, None, None),
        _ => return Err(Undefined),
    };
    let additive = matches!(op, Alu::Add | Alu::Sub);
    let rm = if register { Some(f.reg('m')) } else { None };
    let flags = if sets {
        SetFlags::Always
    } else {
        SetFlags::Never
    };
    if let (15, true, Some(op)) = (rd, sets, compare) {
        let bad_base = rn == 15 || rn == 13 && !additive;
        return predictable(
            Insn::Compare { op, rn, operand },
            bad_base || rm.is_some_and(special),
        );
    }
    if let (15, Some(op)) = (rn, unary) {
        let plain_move = register && op == Alu::Mov && f.get('t') == 0 && f.get('i') == 0;
        let bad = if plain_move && !sets {
            rm_or_rd_bad(rd, rm)
        } else {
            special(rd) || rm.is_some_and(special)
        };
        return predictable(
            Insn::Data {
                op,
                flags,
                rd,
                rn,
                operand,
            },
            bad,
        );
    }
    let on_sp = additive && rn == 13;
    let small_shift = !register || f.get('t') == 0 && f.get('i') <= 3;
    let bad_target = rd == 15 || rd == 13 && !(on_sp && small_shift);
    let bad_base = rn == 15 || rn == 13 && !additive;
    predictable(
        Insn::Data {
            op,
            flags,
            rd,
            rn,
            operand,
        },
        bad_target || bad_base || rm.is_some_and(special),
    )
}

/// `MOV (register) T3` without flags takes the stack pointer on one side (A7.7.77).
fn rm_or_rd_bad(rd: u8, rm: Option<u8>) -> bool {
    rd == 15 || rm == Some(15) || rd == 13 && rm == Some(13)
}

fn adr(f: Fields, sign: i32) -> Decoded {
    checked(
        f,
        "d",
        Insn::Adr {
            rd: f.reg('d'),
            offset: sign * f.get('i') as i32,
        },
    )
}

fn plain(f: Fields, op: Alu) -> Decoded {
    let (rd, rn) = (f.reg('d'), f.reg('n'));
    let insn = Insn::Data {
        op,
        flags: SetFlags::Never,
        rd,
        rn,
        operand: Operand::Imm(f.get('i')),
    };
    predictable(insn, rd == 15 || rd == 13 && rn != 13)
}

fn move_wide(f: Fields) -> Insn {
    let operand = Operand::Imm(imm16(f).into());
    Insn::Data {
        op: Alu::Mov,
        flags: SetFlags::Never,
        rd: f.reg('d'),
        rn: 0,
        operand,
    }
}

fn imm16(f: Fields) -> u16 {
    (f.get('i') << 12 | f.get('j') << 11 | f.get('k') << 8 | f.get('l')) as u16
}

fn saturate(f: Fields, signed: bool) -> Decoded {
    let kind = if f.flag('h') { 2 } else { 0 };
    if kind == 2 && f.get('i') == 0 {
        return Err(Undefined); // SSAT16 and USAT16 of the DSP extension
    }
    let (shift, amount) = Shift::decode(kind, f.get('i'));
    let bits = f.reg('w') + u8::from(signed);
    checked(
        f,
        "dn",
        Insn::Saturate {
            signed,
            rd: f.reg('d'),
            rn: f.reg('n'),
            shift,
            amount,
            bits,
        },
    )
}

fn extract(f: Fields, signed: bool) -> Decoded {
    let (lsb, width) = (f.reg('i'), f.reg('w') + 1);
    if lsb + width > 32 {
        return Err(Unpredictable);
    }
    checked(
        f,
        "dn",
        Insn::Extract {
            signed,
            rd: f.reg('d'),
            rn: f.reg('n'),
            lsb,
            width,
        },
    )
}

fn insert(f: Fields) -> Decoded {
    let (lsb, msb) = (f.reg('i'), f.reg('w'));
    let rn = (f.reg('n') != 15).then_some(f.reg('n'));
    if msb < lsb || rn == Some(13) {
        return Err(Unpredictable);
    }
    checked(
        f,
        "d",
        Insn::Insert {
            rd: f.reg('d'),
            rn,
            lsb,
            width: msb - lsb + 1,
        },
    )
}

fn shift_by(f: Fields) -> Decoded {
    let flags = if f.flag('s') {
        SetFlags::Always
    } else {
        SetFlags::Never
    };
    let shift = Shift::by_register(f.get('t'));
    checked(
        f,
        "dnm",
        Insn::ShiftBy {
            shift,
            flags,
            rd: f.reg('d'),
            rn: f.reg('n'),
            rm: f.reg('m'),
        },
    )
}

fn extend(f: Fields, width: Width) -> Decoded {
    checked(
        f,
        "dm",
        Insn::Extend {
            width,
            rd: f.reg('d'),
            rm: f.reg('m'),
            rotation: f.reg('r') * 8,
        },
    )
}

/// The encoding holds the source twice.
fn reorder(f: Fields, order: Reorder) -> Decoded {
    if f.reg('n') != f.reg('m') {
        return Err(Unpredictable);
    }
    checked(
        f,
        "dm",
        Insn::Reorder {
            order,
            rd: f.reg('d'),
            rm: f.reg('m'),
        },
    )
}

fn multiply(f: Fields) -> Decoded {
    let [rd, rn, rm] = ['d', 'n', 'm'].map(|letter| f.reg(letter));
    checked(
        f,
        "dnm",
        Insn::Multiply {
            flags: SetFlags::Never,
            rd,
            rn,
            rm,
        },
    )
}

fn multiply_add(f: Fields, subtracts: bool) -> Decoded {
    let [rd, rn, rm, ra] = ['d', 'n', 'm', 'a'].map(|letter| f.reg(letter));
    checked(
        f,
        "dnma",
        Insn::MultiplyAdd {
            subtracts,
            rd,
            rn,
            rm,
            ra,
        },
    )
}

fn multiply_long(f: Fields, signed: bool, accumulates: bool) -> Decoded {
    let [low, high, rn, rm] = ['l', 'h', 'n', 'm'].map(|letter| f.reg(letter));
    if low == high {
        return Err(Unpredictable);
    }
    checked(
        f,
        "lhnm",
        Insn::MultiplyLong {
            long: Long {
                signed,
                accumulates,
            },
            low,
            high,
            rn,
            rm,
        },
    )
}

fn divide(f: Fields, signed: bool) -> Decoded {
    checked(
        f,
        "dnm",
        Insn::Divide {
            signed,
            rd: f.reg('d'),
            rn: f.reg('n'),
            rm: f.reg('m'),
        },
    )
}
