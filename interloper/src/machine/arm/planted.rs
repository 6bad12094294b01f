//! Bugs that the recorded cases must catch, one at least in each group of instructions.

use super::{
    Arm, LR, SP,
    alu::{Alu, Compare, Shift},
    insn::{Index, Insn, Offset, Operand, Reorder, SetFlags, Width},
};
use crate::machine::{active::Active, differential::ExceptionBug};

/// Makes an instruction wrong, if the bug concerns it.
type Bug = fn(&mut Insn);

#[rustfmt::skip]
pub(super) const BUGS: &[(&str, Bug)] = &[
    ("data processing: SBC adds", |insn| if let Insn::Data { op: op @ Alu::Sbc, .. } = insn { *op = Alu::Adc }),
    ("data processing: ORN is ORR", |insn| if let Insn::Data { op: op @ Alu::Orn, .. } = insn { *op = Alu::Orr }),
    ("data processing: a shift by 32 is none", |insn| {
        if let Insn::Data { operand: Operand::Shifted { amount: amount @ 32, .. }, .. } = insn { *amount = 0; }
    }),
    ("data processing: ASR by a register is LSR", |insn| {
        if let Insn::ShiftBy { shift: shift @ Shift::Asr, .. } = insn { *shift = Shift::Lsr; }
    }),
    ("flags: a rotated constant leaves the carry", |insn| {
        if let Insn::Data { operand, .. } = insn && let Operand::Rotated(imm) = *operand { *operand = Operand::Imm(imm); }
    }),
    ("flags: 16-bit instructions set none", |insn| {
        if let Insn::Data { flags: flags @ SetFlags::OutsideIt, .. } = insn { *flags = SetFlags::Never; }
    }),
    ("flags: CMN compares", |insn| if let Insn::Compare { op: op @ Compare::Cmn, .. } = insn { *op = Compare::Cmp }),
    ("IT: 16-bit instructions set flags in a block", |insn| {
        if let Insn::Data { flags: flags @ SetFlags::OutsideIt, .. } = insn { *flags = SetFlags::Always; }
    }),
    ("IT: the condition is inverted", |insn| if let Insn::IfThen(state) = insn { *state ^= 0x10 }),
    ("addresses: ADR is relative to the next instruction", |insn| if let Insn::Adr { offset, .. } = insn { *offset -= 4 }),
    ("addresses: MOVT sets the lower half", |insn| {
        if let Insn::MoveTop { rd, imm } = *insn {
            *insn = Insn::Data { op: Alu::Mov, flags: SetFlags::Never, rd, rn: 0, operand: Operand::Imm(imm.into()) };
        }
    }),
    ("multiply: MLS adds", |insn| if let Insn::MultiplyAdd { subtracts, .. } = insn { *subtracts = false }),
    ("multiply: SMULL is UMULL", |insn| if let Insn::MultiplyLong { long, .. } = insn { long.signed = false }),
    ("multiply: UMLAL does not accumulate", |insn| if let Insn::MultiplyLong { long, .. } = insn { long.accumulates = false }),
    ("divide: SDIV is UDIV", |insn| if let Insn::Divide { signed, .. } = insn { *signed = false }),
    ("bit fields: SBFX is UBFX", |insn| if let Insn::Extract { signed, .. } = insn { *signed = false }),
    ("bit fields: BFI clears", |insn| if let Insn::Insert { rn, .. } = insn { *rn = None }),
    ("saturation: one bit less", |insn| if let Insn::Saturate { bits: bits @ 2.., .. } = insn { *bits -= 1 }),
    ("extension: SXTB is UXTB", |insn| if let Insn::Extend { width, .. } = insn { width.signed = false }),
    ("reversal: REVSH does not extend the sign", |insn| {
        if let Insn::Reorder { order: order @ Reorder::SignedHalf, .. } = insn { *order = Reorder::BytesOfHalves; }
    }),
    ("loads: LDRSH is LDRH", |insn| {
        if let Insn::Load { width: width @ Width::SIGNED_HALF, .. } = insn { *width = Width::HALF; }
    }),
    ("loads: the base stays", |insn| if let Insn::Load { index, .. } = insn && *index == Index::Pre { *index = Index::Offset }),
    ("loads: a literal is relative to the next instruction", |insn| if let Insn::LoadLiteral { offset, .. } = insn { *offset -= 4 }),
    ("stores: STRH is STRB", |insn| if let Insn::Store { width: width @ Width::HALF, .. } = insn { *width = Width::BYTE }),
    ("stores: the base is added to first", |insn| {
        if let Insn::Store { index: index @ Index::Post, .. } = insn { *index = Index::Pre; }
    }),
    ("pairs: the second register first", |insn| if let Insn::LoadPair { rt, rt2, .. } = insn { core::mem::swap(rt, rt2) }),
    ("multiple: the base stays", |insn| if let Insn::Multiple(multiple) = insn { multiple.writeback = false }),
    ("multiple: upwards for downwards", |insn| if let Insn::Multiple(multiple) = insn { multiple.before ^= true }),
    ("exclusive: a store without a reservation", |insn| {
        if let Insn::StoreExclusive { width, rt, rn, offset, .. } = *insn {
            *insn = Insn::Store { width, rt, rn, offset: Offset::Imm(offset.into()), index: Index::Offset };
        }
    }),
    ("exclusive: CLREX does nothing", |insn| if *insn == Insn::ClearExclusive { *insn = Insn::Nop }),
    ("acquire: LDAH reads a byte", |insn| {
        if let Insn::LoadAcquire { width: width @ Width::HALF, .. } = insn { *width = Width::BYTE; }
    }),
    ("release: STL reads", |insn| {
        if let Insn::StoreRelease { width, rt, rn } = *insn { *insn = Insn::LoadAcquire { width, rt, rn } }
    }),
    ("branches: inverted", |insn| if let Insn::Branch { condition: condition @ ..14, .. } = insn { *condition ^= 1 }),
    ("branches: BL does not link", |insn| {
        if let Insn::BranchLink { offset } = *insn { *insn = Insn::Branch { condition: 14, offset } }
    }),
    ("branches: CBZ is CBNZ", |insn| if let Insn::BranchZero { nonzero, .. } = insn { *nonzero ^= true }),
    ("branches: TBH reads bytes", |insn| if let Insn::BranchTable { halves, .. } = insn { *halves = false }),
    ("special registers: MSR does nothing", |insn| if let Insn::WriteSpecial { .. } = insn { *insn = Insn::Nop }),
    ("special registers: CPSID enables", |insn| if let Insn::ChangeMasks { set, .. } = insn { *set ^= true }),
];

/// What the recorded runs must catch.
pub(super) const ENTRY_BUGS: &[ExceptionBug<Arm>] = &[
    ("entry keeps the monitor", |before, after| {
        after.monitor = before.monitor;
    }),
    ("entry keeps ITSTATE", |before, after| after.it = before.it),
    ("entry masks interrupts", |_, after| after.primask = true),
    ("entry forgets what is active", |_, after| {
        after.active = Active::default();
    }),
    ("entry always links to thread mode", |_, after| {
        after.registers[LR] = 0xffff_fff9;
    }),
    ("entry aligns the stack to 16 bytes", |_, after| {
        after.registers[SP] &= !15;
    }),
];

pub(super) const RETURN_BUGS: &[ExceptionBug<Arm>] = &[
    ("return keeps the monitor", |before, after| {
        after.monitor = before.monitor;
    }),
    ("return loses ITSTATE", |_, after| after.it = 0),
    ("return loses the flags", |_, after| after.set_apsr(0)),
    ("return clears PRIMASK and BASEPRI", |_, after| {
        (after.primask, after.basepri) = (false, 0);
    }),
    ("return ignores the realignment", |before, after| {
        after.registers[SP] = before.registers[SP] + 32;
    }),
    ("return keeps r12", |before, after| {
        after.registers[12] = before.registers[12];
    }),
];
