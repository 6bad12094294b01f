//! The 16-bit encodings (A5.2).

use super::{Decoded, Invalid::Unpredictable, Row, predictable, rows};
use crate::machine::{
    arm::{
        Profile,
        alu::{Alu, Compare, Shift},
        insn::{Index, Insn, Multiple, Offset, Operand, Reorder, SetFlags, Width},
    },
    encoding::{Fields, Pattern, sign_extend},
};

pub(super) const ROWS: &[Row] = rows! {
    // Shift (immediate), add, subtract, move, and compare (A5.2.1).
    Armv6M "LSL (immediate) T1" "00000 iiiii mmm ddd" |f| shift(f, 0);
    Armv6M "LSR (immediate) T1" "00001 iiiii mmm ddd" |f| shift(f, 1);
    Armv6M "ASR (immediate) T1" "00010 iiiii mmm ddd" |f| shift(f, 2);
    Armv6M "ADD (register) T1"  "0001100 mmm nnn ddd" |f| data(f, Alu::Add, f.reg('d'), f.reg('n'), register(f));
    Armv6M "SUB (register) T1"  "0001101 mmm nnn ddd" |f| data(f, Alu::Sub, f.reg('d'), f.reg('n'), register(f));
    Armv6M "ADD (immediate) T1" "0001110 iii nnn ddd" |f| data(f, Alu::Add, f.reg('d'), f.reg('n'), imm(f));
    Armv6M "SUB (immediate) T1" "0001111 iii nnn ddd" |f| data(f, Alu::Sub, f.reg('d'), f.reg('n'), imm(f));
    Armv6M "MOV (immediate) T1" "00100 ddd iiiiiiii"  |f| data(f, Alu::Mov, f.reg('d'), 0, imm(f));
    Armv6M "CMP (immediate) T1" "00101 nnn iiiiiiii"  |f| compare(Compare::Cmp, f.reg('n'), imm(f));
    Armv6M "ADD (immediate) T2" "00110 ddd iiiiiiii"  |f| data(f, Alu::Add, f.reg('d'), f.reg('d'), imm(f));
    Armv6M "SUB (immediate) T2" "00111 ddd iiiiiiii"  |f| data(f, Alu::Sub, f.reg('d'), f.reg('d'), imm(f));
    // Data processing (A5.2.2).
    Armv6M "AND (register) T1"  "0100000000 mmm ddd"  |f| two(f, Alu::And);
    Armv6M "EOR (register) T1"  "0100000001 mmm ddd"  |f| two(f, Alu::Eor);
    Armv6M "LSL (register) T1"  "0100000010 mmm ddd"  |f| shift_by(f, 0);
    Armv6M "LSR (register) T1"  "0100000011 mmm ddd"  |f| shift_by(f, 1);
    Armv6M "ASR (register) T1"  "0100000100 mmm ddd"  |f| shift_by(f, 2);
    Armv6M "ADC (register) T1"  "0100000101 mmm ddd"  |f| two(f, Alu::Adc);
    Armv6M "SBC (register) T1"  "0100000110 mmm ddd"  |f| two(f, Alu::Sbc);
    Armv6M "ROR (register) T1"  "0100000111 mmm ddd"  |f| shift_by(f, 3);
    Armv6M "TST (register) T1"  "0100001000 mmm nnn"  |f| compare(Compare::Tst, f.reg('n'), register(f));
    Armv6M "RSB (immediate) T1" "0100001001 nnn ddd"  |f| data(f, Alu::Rsb, f.reg('d'), f.reg('n'), Operand::Imm(0));
    Armv6M "CMP (register) T1"  "0100001010 mmm nnn"  |f| compare(Compare::Cmp, f.reg('n'), register(f));
    Armv6M "CMN (register) T1"  "0100001011 mmm nnn"  |f| compare(Compare::Cmn, f.reg('n'), register(f));
    Armv6M "ORR (register) T1"  "0100001100 mmm ddd"  |f| two(f, Alu::Orr);
    Armv6M "MUL T1"             "0100001101 nnn ddd"  multiply;
    Armv6M "BIC (register) T1"  "0100001110 mmm ddd"  |f| two(f, Alu::Bic);
    Armv6M "MVN (register) T1"  "0100001111 mmm ddd"  |f| two(f, Alu::Mvn);
    // Special data instructions and branch and exchange (A5.2.3).
    Armv6M "ADD (register) T2"  "01000100 d mmmm ddd" add_high;
    Armv6M "CMP (register) T2"  "01000101 n mmmm nnn" compare_high;
    Armv6M "MOV (register) T1"  "01000110 d mmmm ddd" |f| Ok(high(f, Alu::Mov));
    Armv6M "BX T1"              "010001110 mmmm 000"  |f| exchange(f, false);
    Armv6M "BLX (register) T1"  "010001111 mmmm 000"  |f| exchange(f, true);
    // Loads and stores (A5.2.4).
    Armv6M "LDR (literal) T1"    "01001 ttt iiiiiiii"   literal;
    Armv6M "STR (register) T1"   "0101000 mmm nnn ttt"  |f| Ok(store(f, Width::WORD, by_register(f)));
    Armv6M "STRH (register) T1"  "0101001 mmm nnn ttt"  |f| Ok(store(f, Width::HALF, by_register(f)));
    Armv6M "STRB (register) T1"  "0101010 mmm nnn ttt"  |f| Ok(store(f, Width::BYTE, by_register(f)));
    Armv6M "LDRSB (register) T1" "0101011 mmm nnn ttt"  |f| Ok(load(f, Width::SIGNED_BYTE, by_register(f)));
    Armv6M "LDR (register) T1"   "0101100 mmm nnn ttt"  |f| Ok(load(f, Width::WORD, by_register(f)));
    Armv6M "LDRH (register) T1"  "0101101 mmm nnn ttt"  |f| Ok(load(f, Width::HALF, by_register(f)));
    Armv6M "LDRB (register) T1"  "0101110 mmm nnn ttt"  |f| Ok(load(f, Width::BYTE, by_register(f)));
    Armv6M "LDRSH (register) T1" "0101111 mmm nnn ttt"  |f| Ok(load(f, Width::SIGNED_HALF, by_register(f)));
    Armv6M "STR (immediate) T1"  "01100 iiiii nnn ttt"  |f| Ok(store(f, Width::WORD, by(f, 4)));
    Armv6M "LDR (immediate) T1"  "01101 iiiii nnn ttt"  |f| Ok(load(f, Width::WORD, by(f, 4)));
    Armv6M "STRB (immediate) T1" "01110 iiiii nnn ttt"  |f| Ok(store(f, Width::BYTE, by(f, 1)));
    Armv6M "LDRB (immediate) T1" "01111 iiiii nnn ttt"  |f| Ok(load(f, Width::BYTE, by(f, 1)));
    Armv6M "STRH (immediate) T1" "10000 iiiii nnn ttt"  |f| Ok(store(f, Width::HALF, by(f, 2)));
    Armv6M "LDRH (immediate) T1" "10001 iiiii nnn ttt"  |f| Ok(load(f, Width::HALF, by(f, 2)));
    Armv6M "STR (immediate) T2"  "10010 ttt iiiiiiii"   |f| Ok(store_at(f, Width::WORD, SP, by(f, 4)));
    Armv6M "LDR (immediate) T2"  "10011 ttt iiiiiiii"   |f| Ok(load_at(f, Width::WORD, SP, by(f, 4)));
    // Addresses and miscellaneous (A5.2.5).
    Armv6M "ADR T1"                     "10100 ddd iiiiiiii" adr;
    Armv6M "ADD (SP plus immediate) T1" "10101 ddd iiiiiiii" |f| Ok(on_sp(Alu::Add, f.reg('d'), f));
    Armv6M "ADD (SP plus immediate) T2" "101100000 iiiiiii"  |f| Ok(on_sp(Alu::Add, SP, f));
    Armv6M "SUB (SP minus immediate) T1" "101100001 iiiiiii" |f| Ok(on_sp(Alu::Sub, SP, f));
    Armv7M "CBNZ, CBZ T1" "1011 o 0 i 1 iiiii nnn"    compare_branch;
    Armv6M "SXTH T1"      "1011001000 mmm ddd"        |f| extend(f, Width::SIGNED_HALF);
    Armv6M "SXTB T1"      "1011001001 mmm ddd"        |f| extend(f, Width::SIGNED_BYTE);
    Armv6M "UXTH T1"      "1011001010 mmm ddd"        |f| extend(f, Width::HALF);
    Armv6M "UXTB T1"      "1011001011 mmm ddd"        |f| extend(f, Width::BYTE);
    Armv6M "PUSH T1"      "1011010 m llllllll"        push;
    Armv6M "CPS T1"       "10110110011 o 0 0 i f"     |f| masks(f);
    Armv6M "REV T1"       "1011101000 mmm ddd"        |f| reorder(f, Reorder::Bytes);
    Armv6M "REV16 T1"     "1011101001 mmm ddd"        |f| reorder(f, Reorder::BytesOfHalves);
    Armv6M "REVSH T1"     "1011101011 mmm ddd"        |f| reorder(f, Reorder::SignedHalf);
    Armv6M "POP T1"       "1011110 m llllllll"        pop;
    Armv6M "BKPT T1"      "10111110 iiiiiiii"         |_| Ok(Insn::Breakpoint);
    Armv6M "WFE T1"       "10111111 0010 0000"        |_| Ok(Insn::WaitForEvent);
    Armv6M "WFI T1"       "10111111 0011 0000"        |_| Ok(Insn::WaitForInterrupt);
    Armv6M "SEV T1"       "10111111 0100 0000"        |_| Ok(Insn::SendEvent);
    Armv6M "NOP, YIELD and reserved hints T1" "10111111 oooo 0000" |_| Ok(Insn::Nop);
    Armv7M "IT T1"        "10111111 cccc mmmm"        |f| if_then(f);
    // Load and store multiple (A5.2.1), conditional branch and supervisor call (A5.2.6).
    Armv6M "STM T1"       "11000 nnn llllllll"        |f| store_multiple(f);
    Armv6M "LDM T1"       "11001 nnn llllllll"        load_multiple;
    Armv6M "UDF T1"       "11011110 iiiiiiii"         |_| Ok(Insn::Abort);
    Armv6M "SVC T1"       "11011111 iiiiiiii"         |_| Ok(Insn::SupervisorCall);
    Armv6M "B T1"         "1101 cccc iiiiiiii"        |f| Ok(branch(f.reg('c'), f.get('i'), 8));
    Armv6M "B T2"         "11100 iiiiiiiiiii"         |f| Ok(branch(ALWAYS, f.get('i'), 11));
};

const SP: u8 = 13;
const ALWAYS: u8 = 14;

fn imm(f: Fields) -> Operand {
    Operand::Imm(f.get('i'))
}

fn register(f: Fields) -> Operand {
    Operand::Shifted {
        rm: f.reg('m'),
        shift: Shift::Lsl,
        amount: 0,
    }
}

fn data(_: Fields, op: Alu, rd: u8, rn: u8, operand: Operand) -> Decoded {
    Ok(Insn::Data {
        op,
        flags: SetFlags::OutsideIt,
        rd,
        rn,
        operand,
    })
}

fn two(f: Fields, op: Alu) -> Decoded {
    data(f, op, f.reg('d'), f.reg('d'), register(f))
}

fn shift(f: Fields, kind: u32) -> Decoded {
    let (shift, amount) = Shift::decode(kind, f.get('i'));
    data(
        f,
        Alu::Mov,
        f.reg('d'),
        0,
        Operand::Shifted {
            rm: f.reg('m'),
            shift,
            amount,
        },
    )
}

fn shift_by(f: Fields, kind: u32) -> Decoded {
    let shift = Shift::by_register(kind);
    Ok(Insn::ShiftBy {
        shift,
        flags: SetFlags::OutsideIt,
        rd: f.reg('d'),
        rn: f.reg('d'),
        rm: f.reg('m'),
    })
}

fn compare(op: Compare, rn: u8, operand: Operand) -> Decoded {
    Ok(Insn::Compare { op, rn, operand })
}

/// The forms that reach the registers from 8 on and set no flags.
fn high(f: Fields, op: Alu) -> Insn {
    Insn::Data {
        op,
        flags: SetFlags::Never,
        rd: f.reg('d'),
        rn: f.reg('d'),
        operand: register(f),
    }
}

fn add_high(f: Fields) -> Decoded {
    predictable(high(f, Alu::Add), f.reg('d') == 15 && f.reg('m') == 15)
}

fn compare_high(f: Fields) -> Decoded {
    let (rn, rm) = (f.reg('n'), f.reg('m'));
    let insn = Insn::Compare {
        op: Compare::Cmp,
        rn,
        operand: register(f),
    };
    predictable(insn, rn == 15 || rm == 15 || rn < 8 && rm < 8)
}

fn multiply(f: Fields) -> Decoded {
    let (rd, rn) = (f.reg('d'), f.reg('n'));
    Ok(Insn::Multiply {
        flags: SetFlags::OutsideIt,
        rd,
        rn,
        rm: rd,
    })
}

fn exchange(f: Fields, link: bool) -> Decoded {
    predictable(
        Insn::BranchExchange {
            rm: f.reg('m'),
            link,
        },
        f.reg('m') == 15,
    )
}

fn literal(f: Fields) -> Decoded {
    Ok(Insn::LoadLiteral {
        width: Width::WORD,
        rt: f.reg('t'),
        offset: f.get('i') as i32 * 4,
    })
}

fn adr(f: Fields) -> Decoded {
    Ok(Insn::Adr {
        rd: f.reg('d'),
        offset: f.get('i') as i32 * 4,
    })
}

fn compare_branch(f: Fields) -> Decoded {
    Ok(Insn::BranchZero {
        rn: f.reg('n'),
        nonzero: f.flag('o'),
        offset: f.get('i') as u8 * 2,
    })
}

/// A branch by a number of halfwords of `bits` bits.
fn branch(condition: u8, halfwords: u32, bits: u32) -> Insn {
    Insn::Branch {
        condition,
        offset: sign_extend(halfwords << 1, bits + 1) as i32,
    }
}

fn on_sp(op: Alu, rd: u8, f: Fields) -> Insn {
    Insn::Data {
        op,
        flags: SetFlags::Never,
        rd,
        rn: SP,
        operand: Operand::Imm(f.get('i') * 4),
    }
}

fn by(f: Fields, bytes: i32) -> Offset {
    Offset::Imm(f.get('i') as i32 * bytes)
}

fn by_register(f: Fields) -> Offset {
    Offset::Shifted {
        rm: f.reg('m'),
        amount: 0,
    }
}

fn load(f: Fields, width: Width, offset: Offset) -> Insn {
    load_at(f, width, f.reg('n'), offset)
}

fn load_at(f: Fields, width: Width, rn: u8, offset: Offset) -> Insn {
    Insn::Load {
        width,
        rt: f.reg('t'),
        rn,
        offset,
        index: Index::Offset,
    }
}

fn store(f: Fields, width: Width, offset: Offset) -> Insn {
    store_at(f, width, f.reg('n'), offset)
}

fn store_at(f: Fields, width: Width, rn: u8, offset: Offset) -> Insn {
    Insn::Store {
        width,
        rt: f.reg('t'),
        rn,
        offset,
        index: Index::Offset,
    }
}

fn extend(f: Fields, width: Width) -> Decoded {
    Ok(Insn::Extend {
        width,
        rd: f.reg('d'),
        rm: f.reg('m'),
        rotation: 0,
    })
}

fn reorder(f: Fields, order: Reorder) -> Decoded {
    Ok(Insn::Reorder {
        order,
        rd: f.reg('d'),
        rm: f.reg('m'),
    })
}

/// The register list, whose bit `m` stands for one register of its own.
fn list(f: Fields, high: u8) -> u16 {
    (f.get('l') | f.get('m') << high) as u16
}

fn multiple(multiple: Multiple) -> Decoded {
    predictable(Insn::Multiple(multiple), multiple.list == 0)
}

fn push(f: Fields) -> Decoded {
    multiple(Multiple {
        load: false,
        rn: SP,
        list: list(f, 14),
        writeback: true,
        before: true,
    })
}

fn pop(f: Fields) -> Decoded {
    multiple(Multiple {
        load: true,
        rn: SP,
        list: list(f, 15),
        writeback: true,
        before: false,
    })
}

/// The base changes unless it is loaded.
fn load_multiple(f: Fields) -> Decoded {
    let (rn, list) = (f.reg('n'), f.get('l') as u16);
    let writeback = list >> rn & 1 == 0;
    multiple(Multiple {
        load: true,
        rn,
        list,
        writeback,
        before: false,
    })
}

/// With writeback, the value stored for the base is unknown unless it is stored first (A7.7.159).
fn store_multiple(f: Fields) -> Decoded {
    let (rn, list) = (f.reg('n'), f.get('l') as u16);
    if list >> rn & 1 != 0 && list.trailing_zeros() != u32::from(rn) {
        return Err(Unpredictable);
    }
    multiple(Multiple {
        load: false,
        rn,
        list,
        writeback: true,
        before: false,
    })
}

fn masks(f: Fields) -> Decoded {
    let (primask, faultmask, set) = (f.flag('i'), f.flag('f'), f.flag('o'));
    predictable(
        Insn::ChangeMasks {
            primask,
            faultmask,
            set,
        },
        !primask && !faultmask,
    )
}

fn if_then(f: Fields) -> Decoded {
    let (condition, mask) = (f.get('c'), f.get('m'));
    let unpredictable = condition == 15 || condition == u32::from(ALWAYS) && mask.count_ones() != 1;
    predictable(Insn::IfThen((condition << 4 | mask) as u8), unpredictable)
}
