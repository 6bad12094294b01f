//! RV32C without floating point: *The RISC-V Instruction Set Manual, Volume I*, "RVC Instruction
//! Set Listings".

use super::{Row, rows};
use crate::machine::{
    encoding::{Fields, Pattern, sign_extend},
    riscv::insn::{Alu, Insn, Operand, Reg, Test, Width},
};

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = rows! {
    "C.ADDI4SPN" "000 iiiiiiii ddd 00"        add_to_sp;
    "C.LW"       "010 iii sss ii ddd 00"      |f| Some(load(popular(f, 'd'), popular(f, 's'), word_offset(f)));
    "C.SW"       "110 iii sss ii ttt 00"      |f| Some(store(popular(f, 't'), popular(f, 's'), word_offset(f)));
    "C.NOP, C.ADDI" "000 i ddddd iiiii 01"    |f| Some(add(f.reg('d'), f.reg('d'), imm6(f)));
    "C.JAL"      "001 iiiiiiiiiii 01"         |f| Some(Insn::Jump { rd: RA, offset: jump(f) });
    "C.LI"       "010 i ddddd iiiii 01"       |f| Some(add(f.reg('d'), ZERO, imm6(f)));
    "C.ADDI16SP" "011 i 00010 iiiii 01"       raise_sp;
    "C.LUI"      "011 i ddddd iiiii 01"       load_upper;
    "C.SRLI"     "100 0 00 ddd iiiii 01"      |f| Some(constant(f, Alu::ShiftRight, f.get('i')));
    "C.SRAI"     "100 0 01 ddd iiiii 01"      |f| Some(constant(f, Alu::ShiftRightArithmetic, f.get('i')));
    "C.ANDI"     "100 i 10 ddd iiiii 01"      |f| Some(constant(f, Alu::And, imm6(f)));
    "C.SUB"      "100 0 11 ddd 00 ttt 01"     |f| Some(register(f, Alu::Sub));
    "C.XOR"      "100 0 11 ddd 01 ttt 01"     |f| Some(register(f, Alu::Xor));
    "C.OR"       "100 0 11 ddd 10 ttt 01"     |f| Some(register(f, Alu::Or));
    "C.AND"      "100 0 11 ddd 11 ttt 01"     |f| Some(register(f, Alu::And));
    "C.J"        "101 iiiiiiiiiii 01"         |f| Some(Insn::Jump { rd: ZERO, offset: jump(f) });
    "C.BEQZ"     "110 iii sss iiiii 01"       |f| Some(branch(f, Test::Equal));
    "C.BNEZ"     "111 iii sss iiiii 01"       |f| Some(branch(f, Test::NotEqual));
    "C.SLLI"     "000 0 ddddd iiiii 10"       |f| Some(wide_constant(f, Alu::ShiftLeft, f.get('i')));
    "C.LWSP"     "010 i ddddd iiiii 10"       load_from_stack;
    "C.JR"       "100 0 sssss 00000 10"       |f| (f.reg('s') != ZERO).then(|| jump_register(f, ZERO));
    "C.MV"       "100 0 ddddd ttttt 10"       |f| Some(wide_register(f, ZERO));
    "C.EBREAK"   "100 1 00000 00000 10"       |_| Some(Insn::Breakpoint);
    "C.JALR"     "100 1 sssss 00000 10"       |f| Some(jump_register(f, RA));
    "C.ADD"      "100 1 ddddd ttttt 10"       |f| Some(wide_register(f, f.reg('d')));
    "C.SWSP"     "110 iiiiii ttttt 10"        |f| Some(store(f.reg('t'), SP, f.permuted('i', &[5, 4, 3, 2, 7, 6])));
};

const ZERO: Reg = 0;
const RA: Reg = 1;
const SP: Reg = 2;

/// One of the eight registers from `s0` on that three bits reach.
fn popular(f: Fields, letter: char) -> Reg {
    f.reg(letter) + 8
}

/// An immediate that must not be zero.
fn nonzero(imm: u32) -> Option<u32> {
    (imm != 0).then_some(imm)
}

/// `nzuimm[5:4|9:6|2|3]`.
fn add_to_sp(f: Fields) -> Option<Insn> {
    let imm = nonzero(f.permuted('i', &[5, 4, 9, 8, 7, 6, 2, 3]))?;
    Some(add(popular(f, 'd'), SP, imm))
}

/// `nzimm[9]` and `nzimm[4|6|8:7|5]`.
fn raise_sp(f: Fields) -> Option<Insn> {
    let imm = nonzero(f.permuted('i', &[9, 4, 6, 8, 7, 5]))?;
    Some(add(SP, SP, sign_extend(imm, 10)))
}

fn load_upper(f: Fields) -> Option<Insn> {
    let imm = nonzero(imm6(f) << 12)?;
    Some(Insn::LoadUpper {
        rd: f.reg('d'),
        imm,
    })
}

/// `uimm[5:3]` and `uimm[2|6]`.
fn word_offset(f: Fields) -> u32 {
    f.permuted('i', &[5, 4, 3, 2, 6])
}

/// `uimm[5]` and `uimm[4:2|7:6]`.
fn load_from_stack(f: Fields) -> Option<Insn> {
    let offset = f.permuted('i', &[5, 4, 3, 2, 7, 6]);
    (f.reg('d') != ZERO).then(|| load(f.reg('d'), SP, offset))
}

fn imm6(f: Fields) -> u32 {
    sign_extend(f.get('i'), 6)
}

/// `imm[11|4|9:8|10|6|7|3:1|5]`.
fn jump(f: Fields) -> i32 {
    sign_extend(f.permuted('i', &[11, 4, 9, 8, 10, 6, 7, 3, 2, 1, 5]), 12) as i32
}

/// `imm[8|4:3]` and `imm[7:6|2:1|5]`.
fn branch(f: Fields, test: Test) -> Insn {
    let offset = sign_extend(f.permuted('i', &[8, 4, 3, 7, 6, 2, 1, 5]), 9) as i32;
    Insn::Branch {
        test,
        rs1: popular(f, 's'),
        rs2: ZERO,
        offset,
    }
}

fn add(rd: Reg, rs1: Reg, imm: u32) -> Insn {
    Insn::Alu {
        op: Alu::Add,
        rd,
        rs1,
        operand: Operand::Imm(imm),
    }
}

fn constant(f: Fields, op: Alu, imm: u32) -> Insn {
    let rd = popular(f, 'd');
    Insn::Alu {
        op,
        rd,
        rs1: rd,
        operand: Operand::Imm(imm),
    }
}

fn register(f: Fields, op: Alu) -> Insn {
    let rd = popular(f, 'd');
    Insn::Alu {
        op,
        rd,
        rs1: rd,
        operand: Operand::Reg(popular(f, 't')),
    }
}

fn wide_constant(f: Fields, op: Alu, imm: u32) -> Insn {
    let rd = f.reg('d');
    Insn::Alu {
        op,
        rd,
        rs1: rd,
        operand: Operand::Imm(imm),
    }
}

fn wide_register(f: Fields, rs1: Reg) -> Insn {
    Insn::Alu {
        op: Alu::Add,
        rd: f.reg('d'),
        rs1,
        operand: Operand::Reg(f.reg('t')),
    }
}

fn jump_register(f: Fields, rd: Reg) -> Insn {
    Insn::JumpRegister {
        rd,
        rs1: f.reg('s'),
        offset: 0,
    }
}

fn load(rd: Reg, rs1: Reg, offset: u32) -> Insn {
    Insn::Load {
        width: Width::WORD,
        rd,
        rs1,
        offset: offset as i32,
    }
}

fn store(rs2: Reg, rs1: Reg, offset: u32) -> Insn {
    Insn::Store {
        width: Width::WORD,
        rs1,
        rs2,
        offset: offset as i32,
    }
}
