//! RV32I, M, A and Zicsr: *The RISC-V Instruction Set Manual, Volume I*, "RV32/64G Instruction Set
//! Listings".

use super::{Row, rows};
use crate::machine::{
    encoding::{Fields, Pattern, sign_extend},
    riscv::insn::{Alu, Amo, Change, Insn, Operand, Test, Width},
};

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = rows! {
    "LUI"    "iiiiiiiiiiiiiiiiiiii ddddd 0110111"     |f| Some(Insn::LoadUpper { rd: f.reg('d'), imm: upper(f) });
    "AUIPC"  "iiiiiiiiiiiiiiiiiiii ddddd 0010111"     |f| Some(Insn::AddUpperToPc { rd: f.reg('d'), imm: upper(f) });
    "JAL"    "iiiiiiiiiiiiiiiiiiii ddddd 1101111"     jump;
    "JALR"   "iiiiiiiiiiii sssss 000 ddddd 1100111"   jump_register;
    "BEQ"    "iiiiiii ttttt sssss 000 iiiii 1100011"  |f| branch(f, Test::Equal);
    "BNE"    "iiiiiii ttttt sssss 001 iiiii 1100011"  |f| branch(f, Test::NotEqual);
    "BLT"    "iiiiiii ttttt sssss 100 iiiii 1100011"  |f| branch(f, Test::Less);
    "BGE"    "iiiiiii ttttt sssss 101 iiiii 1100011"  |f| branch(f, Test::GreaterEqual);
    "BLTU"   "iiiiiii ttttt sssss 110 iiiii 1100011"  |f| branch(f, Test::LessUnsigned);
    "BGEU"   "iiiiiii ttttt sssss 111 iiiii 1100011"  |f| branch(f, Test::GreaterEqualUnsigned);
    "LB"     "iiiiiiiiiiii sssss 000 ddddd 0000011"   |f| load(f, Width::BYTE);
    "LH"     "iiiiiiiiiiii sssss 001 ddddd 0000011"   |f| load(f, Width::HALF);
    "LW"     "iiiiiiiiiiii sssss 010 ddddd 0000011"   |f| load(f, Width::WORD);
    "LBU"    "iiiiiiiiiiii sssss 100 ddddd 0000011"   |f| load(f, Width::BYTE_UNSIGNED);
    "LHU"    "iiiiiiiiiiii sssss 101 ddddd 0000011"   |f| load(f, Width::HALF_UNSIGNED);
    "SB"     "iiiiiii ttttt sssss 000 iiiii 0100011"  |f| store(f, Width::BYTE);
    "SH"     "iiiiiii ttttt sssss 001 iiiii 0100011"  |f| store(f, Width::HALF);
    "SW"     "iiiiiii ttttt sssss 010 iiiii 0100011"  |f| store(f, Width::WORD);
    "ADDI"   "iiiiiiiiiiii sssss 000 ddddd 0010011"   |f| constant(f, Alu::Add, imm(f));
    "SLTI"   "iiiiiiiiiiii sssss 010 ddddd 0010011"   |f| constant(f, Alu::Less, imm(f));
    "SLTIU"  "iiiiiiiiiiii sssss 011 ddddd 0010011"   |f| constant(f, Alu::LessUnsigned, imm(f));
    "XORI"   "iiiiiiiiiiii sssss 100 ddddd 0010011"   |f| constant(f, Alu::Xor, imm(f));
    "ORI"    "iiiiiiiiiiii sssss 110 ddddd 0010011"   |f| constant(f, Alu::Or, imm(f));
    "ANDI"   "iiiiiiiiiiii sssss 111 ddddd 0010011"   |f| constant(f, Alu::And, imm(f));
    "SLLI"   "0000000 iiiii sssss 001 ddddd 0010011"  |f| constant(f, Alu::ShiftLeft, f.get('i'));
    "SRLI"   "0000000 iiiii sssss 101 ddddd 0010011"  |f| constant(f, Alu::ShiftRight, f.get('i'));
    "SRAI"   "0100000 iiiii sssss 101 ddddd 0010011"  |f| constant(f, Alu::ShiftRightArithmetic, f.get('i'));
    "ADD"    "0000000 ttttt sssss 000 ddddd 0110011"  |f| register(f, Alu::Add);
    "SUB"    "0100000 ttttt sssss 000 ddddd 0110011"  |f| register(f, Alu::Sub);
    "SLL"    "0000000 ttttt sssss 001 ddddd 0110011"  |f| register(f, Alu::ShiftLeft);
    "SLT"    "0000000 ttttt sssss 010 ddddd 0110011"  |f| register(f, Alu::Less);
    "SLTU"   "0000000 ttttt sssss 011 ddddd 0110011"  |f| register(f, Alu::LessUnsigned);
    "XOR"    "0000000 ttttt sssss 100 ddddd 0110011"  |f| register(f, Alu::Xor);
    "SRL"    "0000000 ttttt sssss 101 ddddd 0110011"  |f| register(f, Alu::ShiftRight);
    "SRA"    "0100000 ttttt sssss 101 ddddd 0110011"  |f| register(f, Alu::ShiftRightArithmetic);
    "OR"     "0000000 ttttt sssss 110 ddddd 0110011"  |f| register(f, Alu::Or);
    "AND"    "0000000 ttttt sssss 111 ddddd 0110011"  |f| register(f, Alu::And);
    "FENCE"  "iiiiiiiiiiii sssss 000 ddddd 0001111"   |_| Some(Insn::Fence);
    "FENCE.I" "iiiiiiiiiiii sssss 001 ddddd 0001111"  |_| Some(Insn::Fence);
    "ECALL"  "0000000 00000 00000 000 00000 1110011"  |_| Some(Insn::EnvironmentCall);
    "EBREAK" "0000000 00001 00000 000 00000 1110011"  |_| Some(Insn::Breakpoint);
    // Zicsr.
    "CSRRW"  "cccccccccccc sssss 001 ddddd 1110011"   |f| csr(f, Change::Write, Some(Operand::Reg(f.reg('s'))));
    "CSRRS"  "cccccccccccc sssss 010 ddddd 1110011"   |f| csr(f, Change::Set, source(f, Operand::Reg(f.reg('s'))));
    "CSRRC"  "cccccccccccc sssss 011 ddddd 1110011"   |f| csr(f, Change::Clear, source(f, Operand::Reg(f.reg('s'))));
    "CSRRWI" "cccccccccccc sssss 101 ddddd 1110011"   |f| csr(f, Change::Write, Some(Operand::Imm(f.get('s'))));
    "CSRRSI" "cccccccccccc sssss 110 ddddd 1110011"   |f| csr(f, Change::Set, source(f, Operand::Imm(f.get('s'))));
    "CSRRCI" "cccccccccccc sssss 111 ddddd 1110011"   |f| csr(f, Change::Clear, source(f, Operand::Imm(f.get('s'))));
    // Volume II, machine mode.
    "MRET"   "0011000 00010 00000 000 00000 1110011"  |_| Some(Insn::MachineReturn);
    "WFI"    "0001000 00101 00000 000 00000 1110011"  |_| Some(Insn::WaitForInterrupt);
    // RV32M.
    "MUL"    "0000001 ttttt sssss 000 ddddd 0110011"  |f| register(f, Alu::Multiply);
    "MULH"   "0000001 ttttt sssss 001 ddddd 0110011"  |f| register(f, Alu::MultiplyHigh);
    "MULHSU" "0000001 ttttt sssss 010 ddddd 0110011"  |f| register(f, Alu::MultiplyHighSignedUnsigned);
    "MULHU"  "0000001 ttttt sssss 011 ddddd 0110011"  |f| register(f, Alu::MultiplyHighUnsigned);
    "DIV"    "0000001 ttttt sssss 100 ddddd 0110011"  |f| register(f, Alu::Divide);
    "DIVU"   "0000001 ttttt sssss 101 ddddd 0110011"  |f| register(f, Alu::DivideUnsigned);
    "REM"    "0000001 ttttt sssss 110 ddddd 0110011"  |f| register(f, Alu::Remainder);
    "REMU"   "0000001 ttttt sssss 111 ddddd 0110011"  |f| register(f, Alu::RemainderUnsigned);
    // RV32A. The bits `aq` and `rl` order nothing on one hart, nor between harts that take turns.
    "LR.W"      "00010 aa 00000 sssss 010 ddddd 0101111" load_reserved;
    "SC.W"      "00011 aa ttttt sssss 010 ddddd 0101111" store_conditional;
    "AMOSWAP.W" "00001 aa ttttt sssss 010 ddddd 0101111" |f| amo(f, Amo::Swap);
    "AMOADD.W"  "00000 aa ttttt sssss 010 ddddd 0101111" |f| amo(f, Amo::Add);
    "AMOXOR.W"  "00100 aa ttttt sssss 010 ddddd 0101111" |f| amo(f, Amo::Xor);
    "AMOAND.W"  "01100 aa ttttt sssss 010 ddddd 0101111" |f| amo(f, Amo::And);
    "AMOOR.W"   "01000 aa ttttt sssss 010 ddddd 0101111" |f| amo(f, Amo::Or);
    "AMOMIN.W"  "10000 aa ttttt sssss 010 ddddd 0101111" |f| amo(f, Amo::Min);
    "AMOMAX.W"  "10100 aa ttttt sssss 010 ddddd 0101111" |f| amo(f, Amo::Max);
    "AMOMINU.W" "11000 aa ttttt sssss 010 ddddd 0101111" |f| amo(f, Amo::MinUnsigned);
    "AMOMAXU.W" "11100 aa ttttt sssss 010 ddddd 0101111" |f| amo(f, Amo::MaxUnsigned);
};

fn imm(f: Fields) -> u32 {
    sign_extend(f.get('i'), 12)
}

fn upper(f: Fields) -> u32 {
    f.get('i') << 12
}

fn jump_register(f: Fields) -> Option<Insn> {
    Some(Insn::JumpRegister {
        rd: f.reg('d'),
        rs1: f.reg('s'),
        offset: imm(f) as i32,
    })
}

fn load_reserved(f: Fields) -> Option<Insn> {
    Some(Insn::LoadReserved {
        rd: f.reg('d'),
        rs1: f.reg('s'),
    })
}

fn store_conditional(f: Fields) -> Option<Insn> {
    Some(Insn::StoreConditional {
        rd: f.reg('d'),
        rs1: f.reg('s'),
        rs2: f.reg('t'),
    })
}

/// `imm[20|10:1|11|19:12]`.
fn jump(f: Fields) -> Option<Insn> {
    const ORDER: [u32; 20] = [
        20, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 11, 19, 18, 17, 16, 15, 14, 13, 12,
    ];
    let offset = sign_extend(f.permuted('i', &ORDER), 21) as i32;
    Some(Insn::Jump {
        rd: f.reg('d'),
        offset,
    })
}

/// `imm[12|10:5]` and `imm[4:1|11]`.
fn branch(f: Fields, test: Test) -> Option<Insn> {
    let offset = sign_extend(
        f.permuted('i', &[12, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 11]),
        13,
    ) as i32;
    Some(Insn::Branch {
        test,
        rs1: f.reg('s'),
        rs2: f.reg('t'),
        offset,
    })
}

fn load(f: Fields, width: Width) -> Option<Insn> {
    Some(Insn::Load {
        width,
        rd: f.reg('d'),
        rs1: f.reg('s'),
        offset: imm(f) as i32,
    })
}

fn store(f: Fields, width: Width) -> Option<Insn> {
    Some(Insn::Store {
        width,
        rs1: f.reg('s'),
        rs2: f.reg('t'),
        offset: imm(f) as i32,
    })
}

fn constant(f: Fields, op: Alu, imm: u32) -> Option<Insn> {
    Some(Insn::Alu {
        op,
        rd: f.reg('d'),
        rs1: f.reg('s'),
        operand: Operand::Imm(imm),
    })
}

fn register(f: Fields, op: Alu) -> Option<Insn> {
    Some(Insn::Alu {
        op,
        rd: f.reg('d'),
        rs1: f.reg('s'),
        operand: Operand::Reg(f.reg('t')),
    })
}

fn amo(f: Fields, op: Amo) -> Option<Insn> {
    Some(Insn::Amo {
        op,
        rd: f.reg('d'),
        rs1: f.reg('s'),
        rs2: f.reg('t'),
    })
}

/// Setting or clearing no bits, the source field zero, is no write.
fn source(f: Fields, operand: Operand) -> Option<Operand> {
    (f.get('s') != 0).then_some(operand)
}

fn csr(f: Fields, change: Change, source: Option<Operand>) -> Option<Insn> {
    Some(Insn::Csr {
        change,
        rd: f.reg('d'),
        source,
        csr: f.get('c') as u16,
    })
}
