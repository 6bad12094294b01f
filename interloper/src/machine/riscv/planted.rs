//! Bugs that the recorded cases must catch, one at least in each group of instructions.

use super::{
    Riscv,
    insn::{Alu, Amo, Change, Insn, Operand, Test, Width},
};
use crate::machine::differential::ExceptionBug;

/// A wrong instruction for a right one, where the bug concerns it. The name is that of its encoding.
type Bug = fn(&str, Insn) -> Option<Insn>;

pub(super) const BUGS: &[(&str, Bug)] = &[
    ("arithmetic: SLT is SLTU", |_, insn| match insn {
        Insn::Alu {
            op: Alu::Less,
            rd,
            rs1,
            operand,
        } => Some(Insn::Alu {
            op: Alu::LessUnsigned,
            rd,
            rs1,
            operand,
        }),
        _ => None,
    }),
    ("arithmetic: SRA is SRL", |_, insn| match insn {
        Insn::Alu {
            op: Alu::ShiftRightArithmetic,
            rd,
            rs1,
            operand,
        } => Some(Insn::Alu {
            op: Alu::ShiftRight,
            rd,
            rs1,
            operand,
        }),
        _ => None,
    }),
    ("arithmetic: AUIPC is LUI", |_, insn| match insn {
        Insn::AddUpperToPc { rd, imm } => Some(Insn::LoadUpper { rd, imm }),
        _ => None,
    }),
    ("multiply: MULHSU is MULHU", |_, insn| match insn {
        Insn::Alu {
            op: Alu::MultiplyHighSignedUnsigned,
            rd,
            rs1,
            operand,
        } => Some(Insn::Alu {
            op: Alu::MultiplyHighUnsigned,
            rd,
            rs1,
            operand,
        }),
        _ => None,
    }),
    ("divide: REM is REMU", |_, insn| match insn {
        Insn::Alu {
            op: Alu::Remainder,
            rd,
            rs1,
            operand,
        } => Some(Insn::Alu {
            op: Alu::RemainderUnsigned,
            rd,
            rs1,
            operand,
        }),
        _ => None,
    }),
    ("loads: LH is LHU", |_, insn| match insn {
        Insn::Load {
            width: Width::HALF,
            rd,
            rs1,
            offset,
        } => Some(Insn::Load {
            width: Width::HALF_UNSIGNED,
            rd,
            rs1,
            offset,
        }),
        _ => None,
    }),
    ("stores: SH is SB", |_, insn| match insn {
        Insn::Store {
            width: Width::HALF,
            rs1,
            rs2,
            offset,
        } => Some(Insn::Store {
            width: Width::BYTE,
            rs1,
            rs2,
            offset,
        }),
        _ => None,
    }),
    ("branches: BGE is BLT", |_, insn| match insn {
        Insn::Branch {
            test: Test::GreaterEqual,
            rs1,
            rs2,
            offset,
        } => Some(Insn::Branch {
            test: Test::Less,
            rs1,
            rs2,
            offset,
        }),
        _ => None,
    }),
    ("jumps: JAL does not link", |_, insn| match insn {
        Insn::Jump { offset, .. } => Some(Insn::Jump { rd: 0, offset }),
        _ => None,
    }),
    ("jumps: JALR ignores its offset", |_, insn| match insn {
        Insn::JumpRegister { rd, rs1, .. } => Some(Insn::JumpRegister { rd, rs1, offset: 0 }),
        _ => None,
    }),
    (
        "compressed: C.LWSP loads one word further",
        |name, insn| match insn {
            Insn::Load {
                width,
                rd,
                rs1,
                offset,
            } if name == "C.LWSP" => Some(Insn::Load {
                width,
                rd,
                rs1,
                offset: offset + 4,
            }),
            _ => None,
        },
    ),
    (
        "compressed: C.ADDI16SP adds 16 more",
        |name, insn| match insn {
            Insn::Alu {
                op,
                rd,
                rs1,
                operand: Operand::Imm(imm),
            } if name == "C.ADDI16SP" => Some(Insn::Alu {
                op,
                rd,
                rs1,
                operand: Operand::Imm(imm.wrapping_add(16)),
            }),
            _ => None,
        },
    ),
    (
        "compressed: C.J goes two bytes further",
        |name, insn| match insn {
            Insn::Jump { rd, offset } if name == "C.J" => Some(Insn::Jump {
                rd,
                offset: offset + 2,
            }),
            _ => None,
        },
    ),
    ("atomic: SC.W always stores", |_, insn| match insn {
        Insn::StoreConditional { rs1, rs2, .. } => Some(Insn::Store {
            width: Width::WORD,
            rs1,
            rs2,
            offset: 0,
        }),
        _ => None,
    }),
    ("atomic: LR.W does not reserve", |_, insn| match insn {
        Insn::LoadReserved { rd, rs1 } => Some(Insn::Load {
            width: Width::WORD,
            rd,
            rs1,
            offset: 0,
        }),
        _ => None,
    }),
    ("atomic: AMOMIN.W is AMOMINU.W", |_, insn| match insn {
        Insn::Amo {
            op: Amo::Min,
            rd,
            rs1,
            rs2,
        } => Some(Insn::Amo {
            op: Amo::MinUnsigned,
            rd,
            rs1,
            rs2,
        }),
        _ => None,
    }),
    ("CSR: CSRRC sets", |_, insn| match insn {
        Insn::Csr {
            change: Change::Clear,
            rd,
            source,
            csr,
        } => Some(Insn::Csr {
            change: Change::Set,
            rd,
            source,
            csr,
        }),
        _ => None,
    }),
    ("CSR: CSRRW writes nothing", |_, insn| match insn {
        Insn::Csr {
            change: Change::Write,
            rd,
            csr,
            ..
        } => Some(Insn::Csr {
            change: Change::Write,
            rd,
            source: None,
            csr,
        }),
        _ => None,
    }),
];

/// What the recorded runs must catch.
pub(super) const ENTRY_BUGS: &[ExceptionBug<Riscv>] = &[
    ("a trap leaves interrupts enabled", |_, after| {
        after.csrs.enabled = true
    }),
    ("a trap forgets that interrupts were enabled", |_, after| {
        after.csrs.previously_enabled = false
    }),
    (
        "a trap saves the address of the next instruction",
        |before, after| after.csrs.mepc = before.pc + 4,
    ),
    ("a trap ignores the vectors", |_, after| {
        after.pc = after.csrs.mtvec & !0b11
    }),
    ("a trap has no cause", |_, after| after.csrs.mcause = 0),
];

/// The program returns by itself.
pub(super) const RETURN_BUGS: &[ExceptionBug<Riscv>] = &[];
