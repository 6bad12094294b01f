//! Loads and stores in 32 bits (A5.3.5 to A5.3.10).

use super::{
    Decoded,
    Invalid::{Undefined, Unpredictable},
    Row, predictable, rows, special,
};
use crate::machine::{
    arm::{
        Profile,
        insn::{Index, Insn, Multiple, Offset, Width},
    },
    encoding::{Fields, Pattern},
};

pub(super) const ROWS: &[Row] = rows! {
    // Load multiple and store multiple.
    Armv7M "STM T2"    "1110100010 w 0 nnnn llllllllllllllll" |f| multiple(f, false, false);
    Armv7M "LDM T2"    "1110100010 w 1 nnnn llllllllllllllll" |f| multiple(f, true, false);
    Armv7M "STMDB T1"  "1110100100 w 0 nnnn llllllllllllllll" |f| multiple(f, false, true);
    Armv7M "LDMDB T1"  "1110100100 w 1 nnnn llllllllllllllll" |f| multiple(f, true, true);
    // Load/store dual or exclusive, table branch.
    Armv7M "STREX T1"  "111010000100 nnnn tttt dddd iiiiiiii" |f| store_exclusive(f, Width::WORD, f.get('i') * 4);
    Armv7M "LDREX T1"  "111010000101 nnnn tttt 1111 iiiiiiii" |f| load_exclusive(f, Width::WORD, f.get('i') * 4);
    Armv7M "STREXB T1" "111010001100 nnnn tttt 1111 0100 dddd" |f| store_exclusive(f, Width::BYTE, 0);
    Armv7M "STREXH T1" "111010001100 nnnn tttt 1111 0101 dddd" |f| store_exclusive(f, Width::HALF, 0);
    Armv7M "TBB T1"    "111010001101 nnnn 1111 0000 0000 mmmm" |f| table_branch(f, false);
    Armv7M "TBH T1"    "111010001101 nnnn 1111 0000 0001 mmmm" |f| table_branch(f, true);
    Armv7M "LDREXB T1" "111010001101 nnnn tttt 1111 0100 1111" |f| load_exclusive(f, Width::BYTE, 0);
    Armv7M "LDREXH T1" "111010001101 nnnn tttt 1111 0101 1111" |f| load_exclusive(f, Width::HALF, 0);
    // Acquire and release, from Armv8-M on (C2.4).
    Armv8M "STLB T1"   "111010001100 nnnn tttt 1111 1000 1111" |f| release(f, Width::BYTE);
    Armv8M "STLH T1"   "111010001100 nnnn tttt 1111 1001 1111" |f| release(f, Width::HALF);
    Armv8M "STL T1"    "111010001100 nnnn tttt 1111 1010 1111" |f| release(f, Width::WORD);
    Armv8M "STLEXB T1" "111010001100 nnnn tttt 1111 1100 dddd" |f| store_exclusive(f, Width::BYTE, 0);
    Armv8M "STLEXH T1" "111010001100 nnnn tttt 1111 1101 dddd" |f| store_exclusive(f, Width::HALF, 0);
    Armv8M "STLEX T1"  "111010001100 nnnn tttt 1111 1110 dddd" |f| store_exclusive(f, Width::WORD, 0);
    Armv8M "LDAB T1"   "111010001101 nnnn tttt 1111 1000 1111" |f| acquire(f, Width::BYTE);
    Armv8M "LDAH T1"   "111010001101 nnnn tttt 1111 1001 1111" |f| acquire(f, Width::HALF);
    Armv8M "LDA T1"    "111010001101 nnnn tttt 1111 1010 1111" |f| acquire(f, Width::WORD);
    Armv8M "LDAEXB T1" "111010001101 nnnn tttt 1111 1100 1111" |f| load_exclusive(f, Width::BYTE, 0);
    Armv8M "LDAEXH T1" "111010001101 nnnn tttt 1111 1101 1111" |f| load_exclusive(f, Width::HALF, 0);
    Armv8M "LDAEX T1"  "111010001101 nnnn tttt 1111 1110 1111" |f| load_exclusive(f, Width::WORD, 0);
    Armv7M "STRD (immediate) T1" "1110100 p u 1 w 0 nnnn tttt dddd iiiiiiii" |f| pair(f, false);
    Armv7M "LDRD (immediate) T1" "1110100 p u 1 w 1 nnnn tttt dddd iiiiiiii" |f| pair(f, true);
    // Store single.
    Armv7M "STR, STRB, STRH (immediate) T3"       "111110001 zz 0 nnnn tttt iiiiiiiiiiii"       |f| store(f, positive(f), Index::Offset);
    Armv7M "STR, STRB, STRH (immediate) T4"       "111110000 zz 0 nnnn tttt 1 p u w iiiiiiii"   |f| store(f, signed(f), index(f)?);
    Armv7M "STR, STRB, STRH (register) T2"        "111110000 zz 0 nnnn tttt 000000 ii mmmm"     |f| store(f, shifted(f)?, Index::Offset);
    // Load single.
    Armv7M "LDR, LDRB, LDRH, LDRSB, LDRSH (literal) T1"   "1111100 g u zz 1 1111 tttt iiiiiiiiiiii" literal;
    Armv7M "LDR, LDRB, LDRH, LDRSB, LDRSH (immediate) T2" "1111100 g 1 zz 1 nnnn tttt iiiiiiiiiiii" |f| load(f, positive(f), Index::Offset);
    Armv7M "LDR, LDRB, LDRH, LDRSB, LDRSH (immediate) T3" "1111100 g 0 zz 1 nnnn tttt 1 p u w iiiiiiii" |f| load(f, signed(f), index(f)?);
    Armv7M "LDR, LDRB, LDRH, LDRSB, LDRSH (register) T2"  "1111100 g 0 zz 1 nnnn tttt 000000 ii mmmm" |f| load(f, shifted(f)?, Index::Offset);
};

fn multiple(f: Fields, load: bool, before: bool) -> Decoded {
    let (rn, list, writeback) = (f.reg('n'), f.get('l') as u16, f.flag('w'));
    let forbidden: u16 = if load { 1 << 13 } else { 1 << 13 | 1 << 15 };
    let two_targets = load && list >> 14 == 0b11;
    let base_changes = writeback && list >> rn & 1 != 0;
    let unpredictable =
        rn == 15 || list.count_ones() < 2 || list & forbidden != 0 || two_targets || base_changes;
    predictable(
        Insn::Multiple(Multiple {
            load,
            rn,
            list,
            writeback,
            before,
        }),
        unpredictable,
    )
}

fn load_exclusive(f: Fields, width: Width, offset: u32) -> Decoded {
    let (rt, rn) = (f.reg('t'), f.reg('n'));
    predictable(
        Insn::LoadExclusive {
            width,
            rt,
            rn,
            offset: offset as u16,
        },
        special(rt) || rn == 15,
    )
}

fn store_exclusive(f: Fields, width: Width, offset: u32) -> Decoded {
    let (rd, rt, rn) = (f.reg('d'), f.reg('t'), f.reg('n'));
    let insn = Insn::StoreExclusive {
        width,
        rd,
        rt,
        rn,
        offset: offset as u16,
    };
    predictable(
        insn,
        special(rd) || special(rt) || rn == 15 || rd == rn || rd == rt,
    )
}

fn acquire(f: Fields, width: Width) -> Decoded {
    let (rt, rn) = (f.reg('t'), f.reg('n'));
    predictable(Insn::LoadAcquire { width, rt, rn }, special(rt) || rn == 15)
}

fn release(f: Fields, width: Width) -> Decoded {
    let (rt, rn) = (f.reg('t'), f.reg('n'));
    predictable(
        Insn::StoreRelease { width, rt, rn },
        special(rt) || rn == 15,
    )
}

fn table_branch(f: Fields, halves: bool) -> Decoded {
    let (rn, rm) = (f.reg('n'), f.reg('m'));
    predictable(
        Insn::BranchTable { rn, rm, halves },
        rn == 13 || special(rm),
    )
}

fn pair(f: Fields, load: bool) -> Decoded {
    let (rt, rt2, rn) = (f.reg('t'), f.reg('d'), f.reg('n'));
    let offset = if f.flag('u') { 4 } else { -4 } * f.get('i') as i16;
    let index = match (f.flag('p'), f.flag('w')) {
        (true, false) => Index::Offset,
        (true, true) => Index::Pre,
        (false, true) => Index::Post,
        (false, false) => return Err(Undefined),
    };
    let base_changes = index != Index::Offset && (rn == 15 || rn == rt || rn == rt2);
    let unpredictable =
        special(rt) || special(rt2) || base_changes || if load { rt == rt2 } else { rn == 15 };
    let insn = match load {
        true => Insn::LoadPair {
            rt,
            rt2,
            rn,
            offset,
            index,
        },
        false => Insn::StorePair {
            rt,
            rt2,
            rn,
            offset,
            index,
        },
    };
    predictable(insn, unpredictable)
}

fn width(f: Fields, signed: bool) -> Result<Width, super::Invalid> {
    match (f.get('z'), signed) {
        (0, false) => Ok(Width::BYTE),
        (1, false) => Ok(Width::HALF),
        (2, false) => Ok(Width::WORD),
        (0, true) => Ok(Width::SIGNED_BYTE),
        (1, true) => Ok(Width::SIGNED_HALF),
        _ => Err(Undefined),
    }
}

fn positive(f: Fields) -> Offset {
    Offset::Imm(f.get('i') as i32)
}

fn signed(f: Fields) -> Offset {
    let offset = f.get('i') as i32;
    Offset::Imm(if f.flag('u') { offset } else { -offset })
}

fn shifted(f: Fields) -> Result<Offset, super::Invalid> {
    if special(f.reg('m')) {
        Err(Unpredictable)
    } else {
        Ok(Offset::Shifted {
            rm: f.reg('m'),
            amount: f.reg('i'),
        })
    }
}

/// With `p` and `u` alone, an access with the rights of unprivileged code: here, those of any code.
fn index(f: Fields) -> Result<Index, super::Invalid> {
    match (f.flag('p'), f.flag('w')) {
        (true, false) => Ok(Index::Offset),
        (true, true) => Ok(Index::Pre),
        (false, true) => Ok(Index::Post),
        (false, false) => Err(Undefined),
    }
}

fn store(f: Fields, offset: Offset, index: Index) -> Decoded {
    let (rt, rn, width) = (f.reg('t'), f.reg('n'), width(f, false)?);
    if rn == 15 {
        return Err(Undefined);
    }
    let bad_source = rt == 15 || rt == 13 && width != Width::WORD;
    let base_changes = index != Index::Offset && rn == rt;
    predictable(
        Insn::Store {
            width,
            rt,
            rn,
            offset,
            index,
        },
        bad_source || base_changes,
    )
}

fn load(f: Fields, offset: Offset, index: Index) -> Decoded {
    let (rt, rn, width) = (f.reg('t'), f.reg('n'), width(f, f.flag('g'))?);
    if rt == 15 && width != Width::WORD {
        return preload(index);
    }
    let bad_target = rt == 13 && width != Width::WORD;
    let base_changes = index != Index::Offset && rn == rt;
    predictable(
        Insn::Load {
            width,
            rt,
            rn,
            offset,
            index,
        },
        bad_target || base_changes,
    )
}

fn literal(f: Fields) -> Decoded {
    let (rt, width) = (f.reg('t'), width(f, f.flag('g'))?);
    if rt == 15 && width != Width::WORD {
        return preload(Index::Offset);
    }
    let offset = if f.flag('u') {
        f.get('i') as i32
    } else {
        -(f.get('i') as i32)
    };
    predictable(
        Insn::LoadLiteral { width, rt, offset },
        rt == 13 && width != Width::WORD,
    )
}

/// `PLD` and `PLI`, which change neither registers nor memory; they have no form that changes the
/// base.
fn preload(index: Index) -> Decoded {
    predictable(Insn::Nop, index != Index::Offset)
}
