//! Bugs that the recorded cases must catch, one at least in each group of instructions.

use super::{
    Riscv,
    insn::{Alu, Amo, Change, Insn, Operand, Test, Width},
};
use crate::machine::differential::ExceptionBug;

/// Makes an instruction wrong, if the bug concerns it. The name is that of its encoding.
type Bug = fn(&str, &mut Insn);

#[rustfmt::skip]
pub(super) const BUGS: &[(&str, Bug)] = &[
    ("arithmetic: SLT is SLTU", |_, insn| if let Insn::Alu { op: op @ Alu::Less, .. } = insn { *op = Alu::LessUnsigned }),
    ("arithmetic: SRA is SRL", |_, insn| {
        if let Insn::Alu { op: op @ Alu::ShiftRightArithmetic, .. } = insn { *op = Alu::ShiftRight; }
    }),
    ("arithmetic: AUIPC is LUI", |_, insn| {
        if let Insn::AddUpperToPc { rd, imm } = *insn { *insn = Insn::LoadUpper { rd, imm } }
    }),
    ("multiply: MULHSU is MULHU", |_, insn| {
        if let Insn::Alu { op: op @ Alu::MultiplyHighSignedUnsigned, .. } = insn { *op = Alu::MultiplyHighUnsigned; }
    }),
    ("divide: REM is REMU", |_, insn| {
        if let Insn::Alu { op: op @ Alu::Remainder, .. } = insn { *op = Alu::RemainderUnsigned; }
    }),
    ("loads: LH is LHU", |_, insn| {
        if let Insn::Load { width: width @ Width::HALF, .. } = insn { *width = Width::HALF_UNSIGNED; }
    }),
    ("stores: SH is SB", |_, insn| if let Insn::Store { width: width @ Width::HALF, .. } = insn { *width = Width::BYTE }),
    ("branches: BGE is BLT", |_, insn| {
        if let Insn::Branch { test: test @ Test::GreaterEqual, .. } = insn { *test = Test::Less; }
    }),
    ("jumps: JAL does not link", |_, insn| if let Insn::Jump { rd, .. } = insn { *rd = 0 }),
    ("jumps: JALR ignores its offset", |_, insn| if let Insn::JumpRegister { offset, .. } = insn { *offset = 0 }),
    ("compressed: C.LWSP loads one word further", |name, insn| {
        if let Insn::Load { offset, .. } = insn && name == "C.LWSP" { *offset += 4; }
    }),
    ("compressed: C.ADDI16SP adds 16 more", |name, insn| {
        if let Insn::Alu { operand: Operand::Imm(imm), .. } = insn && name == "C.ADDI16SP" { *imm = imm.wrapping_add(16); }
    }),
    ("compressed: C.J goes two bytes further", |name, insn| {
        if let Insn::Jump { offset, .. } = insn && name == "C.J" { *offset += 2; }
    }),
    ("atomic: SC.W always stores", |_, insn| {
        if let Insn::StoreConditional { rs1, rs2, .. } = *insn {
            *insn = Insn::Store { width: Width::WORD, rs1, rs2, offset: 0 };
        }
    }),
    ("atomic: LR.W does not reserve", |_, insn| {
        if let Insn::LoadReserved { rd, rs1 } = *insn { *insn = Insn::Load { width: Width::WORD, rd, rs1, offset: 0 } }
    }),
    ("atomic: AMOMIN.W is AMOMINU.W", |_, insn| if let Insn::Amo { op: op @ Amo::Min, .. } = insn { *op = Amo::MinUnsigned }),
    ("CSR: CSRRC sets", |_, insn| {
        if let Insn::Csr { change: change @ Change::Clear, .. } = insn { *change = Change::Set; }
    }),
    ("CSR: CSRRW writes nothing", |_, insn| {
        if let Insn::Csr { change: Change::Write, source, .. } = insn { *source = None; }
    }),
];

/// What the recorded runs must catch.
pub(super) const ENTRY_BUGS: &[ExceptionBug<Riscv>] = &[
    ("a trap leaves interrupts enabled", |_, after| {
        after.csrs.enabled = true;
    }),
    ("a trap forgets that interrupts were enabled", |_, after| {
        after.csrs.previously_enabled = false;
    }),
    (
        "a trap saves the address of the next instruction",
        |before, after| after.csrs.mepc = before.pc + 4,
    ),
    ("a trap ignores the vectors", |_, after| {
        after.pc = after.csrs.mtvec & !0b11;
    }),
    ("a trap has no cause", |_, after| after.csrs.mcause = 0),
];

/// The program returns by itself.
pub(super) const RETURN_BUGS: &[ExceptionBug<Riscv>] = &[];
