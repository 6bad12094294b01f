//! Bugs that the recorded cases must catch, one at least in each group of instructions.

use super::{
    Arm, LR, SP,
    alu::{Alu, Compare, Shift},
    insn::{Index, Insn, Multiple, Operand, Reorder, SetFlags, Width},
};
use crate::machine::{active::Active, differential::ExceptionBug};

/// A wrong instruction for a right one, where the bug concerns it. The name is that of its encoding.
type Bug = fn(&str, Insn) -> Option<Insn>;

pub(super) const BUGS: &[(&str, Bug)] = &[
    ("data processing: SBC adds", |_, insn| match insn {
        Insn::Data {
            op: Alu::Sbc,
            flags,
            rd,
            rn,
            operand,
        } => Some(Insn::Data {
            op: Alu::Adc,
            flags,
            rd,
            rn,
            operand,
        }),
        _ => None,
    }),
    ("data processing: ORN is ORR", |_, insn| match insn {
        Insn::Data {
            op: Alu::Orn,
            flags,
            rd,
            rn,
            operand,
        } => Some(Insn::Data {
            op: Alu::Orr,
            flags,
            rd,
            rn,
            operand,
        }),
        _ => None,
    }),
    (
        "data processing: a shift by 32 is none",
        |_, insn| match insn {
            Insn::Data {
                op,
                flags,
                rd,
                rn,
                operand:
                    Operand::Shifted {
                        rm,
                        shift,
                        amount: 32,
                    },
            } => Some(Insn::Data {
                op,
                flags,
                rd,
                rn,
                operand: Operand::Shifted {
                    rm,
                    shift,
                    amount: 0,
                },
            }),
            _ => None,
        },
    ),
    (
        "data processing: ASR by a register is LSR",
        |_, insn| match insn {
            Insn::ShiftBy {
                shift: Shift::Asr,
                flags,
                rd,
                rn,
                rm,
            } => Some(Insn::ShiftBy {
                shift: Shift::Lsr,
                flags,
                rd,
                rn,
                rm,
            }),
            _ => None,
        },
    ),
    (
        "flags: a rotated constant leaves the carry",
        |_, insn| match insn {
            Insn::Data {
                op,
                flags,
                rd,
                rn,
                operand: Operand::Rotated(imm),
            } => Some(Insn::Data {
                op,
                flags,
                rd,
                rn,
                operand: Operand::Imm(imm),
            }),
            _ => None,
        },
    ),
    (
        "flags: 16-bit instructions set none",
        |_, insn| match insn {
            Insn::Data {
                op,
                flags: SetFlags::OutsideIt,
                rd,
                rn,
                operand,
            } => Some(Insn::Data {
                op,
                flags: SetFlags::Never,
                rd,
                rn,
                operand,
            }),
            _ => None,
        },
    ),
    ("flags: CMN compares", |_, insn| match insn {
        Insn::Compare {
            op: Compare::Cmn,
            rn,
            operand,
        } => Some(Insn::Compare {
            op: Compare::Cmp,
            rn,
            operand,
        }),
        _ => None,
    }),
    (
        "IT: 16-bit instructions set flags in a block",
        |_, insn| match insn {
            Insn::Data {
                op,
                flags: SetFlags::OutsideIt,
                rd,
                rn,
                operand,
            } => Some(Insn::Data {
                op,
                flags: SetFlags::Always,
                rd,
                rn,
                operand,
            }),
            _ => None,
        },
    ),
    ("IT: the condition is inverted", |_, insn| match insn {
        Insn::IfThen(state) => Some(Insn::IfThen(state ^ 0x10)),
        _ => None,
    }),
    (
        "addresses: ADR is relative to the next instruction",
        |_, insn| match insn {
            Insn::Adr { rd, offset } => Some(Insn::Adr {
                rd,
                offset: offset - 4,
            }),
            _ => None,
        },
    ),
    (
        "addresses: MOVT clears the lower half",
        |_, insn| match insn {
            Insn::MoveTop { rd, imm } => Some(Insn::Data {
                op: Alu::Mov,
                flags: SetFlags::Never,
                rd,
                rn: 0,
                operand: Operand::Imm(u32::from(imm) << 16),
            }),
            _ => None,
        },
    ),
    ("multiply: MLS adds", |_, insn| match insn {
        Insn::MultiplyAdd {
            subtracts: true,
            rd,
            rn,
            rm,
            ra,
        } => Some(Insn::MultiplyAdd {
            subtracts: false,
            rd,
            rn,
            rm,
            ra,
        }),
        _ => None,
    }),
    ("multiply: SMULL is UMULL", |_, insn| match insn {
        Insn::MultiplyLong {
            mut long,
            low,
            high,
            rn,
            rm,
        } => {
            long.signed = false;
            Some(Insn::MultiplyLong {
                long,
                low,
                high,
                rn,
                rm,
            })
        }
        _ => None,
    }),
    (
        "multiply: UMLAL does not accumulate",
        |_, insn| match insn {
            Insn::MultiplyLong {
                mut long,
                low,
                high,
                rn,
                rm,
            } => {
                long.accumulates = false;
                Some(Insn::MultiplyLong {
                    long,
                    low,
                    high,
                    rn,
                    rm,
                })
            }
            _ => None,
        },
    ),
    ("divide: SDIV is UDIV", |_, insn| match insn {
        Insn::Divide { rd, rn, rm, .. } => Some(Insn::Divide {
            signed: false,
            rd,
            rn,
            rm,
        }),
        _ => None,
    }),
    ("bit fields: SBFX is UBFX", |_, insn| match insn {
        Insn::Extract {
            rd, rn, lsb, width, ..
        } => Some(Insn::Extract {
            signed: false,
            rd,
            rn,
            lsb,
            width,
        }),
        _ => None,
    }),
    ("bit fields: BFI clears", |_, insn| match insn {
        Insn::Insert { rd, lsb, width, .. } => Some(Insn::Insert {
            rd,
            rn: None,
            lsb,
            width,
        }),
        _ => None,
    }),
    ("saturation: one bit less", |_, insn| match insn {
        Insn::Saturate {
            signed,
            rd,
            rn,
            shift,
            amount,
            bits,
        } if bits > 1 => Some(Insn::Saturate {
            signed,
            rd,
            rn,
            shift,
            amount,
            bits: bits - 1,
        }),
        _ => None,
    }),
    ("extension: SXTB is UXTB", |_, insn| match insn {
        Insn::Extend {
            width: Width::SIGNED_BYTE,
            rd,
            rm,
            rotation,
        } => Some(Insn::Extend {
            width: Width::BYTE,
            rd,
            rm,
            rotation,
        }),
        _ => None,
    }),
    (
        "reversal: REVSH does not extend the sign",
        |_, insn| match insn {
            Insn::Reorder {
                order: Reorder::SignedHalf,
                rd,
                rm,
            } => Some(Insn::Reorder {
                order: Reorder::BytesOfHalves,
                rd,
                rm,
            }),
            _ => None,
        },
    ),
    ("loads: LDRSH is LDRH", |_, insn| match insn {
        Insn::Load {
            width: Width::SIGNED_HALF,
            rt,
            rn,
            offset,
            index,
        } => Some(Insn::Load {
            width: Width::HALF,
            rt,
            rn,
            offset,
            index,
        }),
        _ => None,
    }),
    ("loads: the base stays", |_, insn| match insn {
        Insn::Load {
            width,
            rt,
            rn,
            offset,
            index: Index::Pre,
        } => Some(Insn::Load {
            width,
            rt,
            rn,
            offset,
            index: Index::Offset,
        }),
        _ => None,
    }),
    (
        "loads: a literal is relative to the next instruction",
        |_, insn| match insn {
            Insn::LoadLiteral { width, rt, offset } => Some(Insn::LoadLiteral {
                width,
                rt,
                offset: offset - 4,
            }),
            _ => None,
        },
    ),
    ("stores: STRH is STRB", |_, insn| match insn {
        Insn::Store {
            width: Width::HALF,
            rt,
            rn,
            offset,
            index,
        } => Some(Insn::Store {
            width: Width::BYTE,
            rt,
            rn,
            offset,
            index,
        }),
        _ => None,
    }),
    ("stores: the base is added to first", |_, insn| match insn {
        Insn::Store {
            width,
            rt,
            rn,
            offset,
            index: Index::Post,
        } => Some(Insn::Store {
            width,
            rt,
            rn,
            offset,
            index: Index::Pre,
        }),
        _ => None,
    }),
    ("pairs: the second register first", |_, insn| match insn {
        Insn::LoadPair {
            rt,
            rt2,
            rn,
            offset,
            index,
        } => Some(Insn::LoadPair {
            rt: rt2,
            rt2: rt,
            rn,
            offset,
            index,
        }),
        _ => None,
    }),
    ("multiple: the base stays", |_, insn| match insn {
        Insn::Multiple(multiple) => Some(Insn::Multiple(Multiple {
            writeback: false,
            ..multiple
        })),
        _ => None,
    }),
    ("multiple: upwards for downwards", |_, insn| match insn {
        Insn::Multiple(multiple) => Some(Insn::Multiple(Multiple {
            before: !multiple.before,
            ..multiple
        })),
        _ => None,
    }),
    (
        "exclusive: a store without a reservation",
        |_, insn| match insn {
            Insn::StoreExclusive {
                width,
                rt,
                rn,
                offset,
                ..
            } => Some(Insn::Store {
                width,
                rt,
                rn,
                offset: super::insn::Offset::Imm(offset.into()),
                index: Index::Offset,
            }),
            _ => None,
        },
    ),
    ("exclusive: CLREX does nothing", |_, insn| match insn {
        Insn::ClearExclusive => Some(Insn::Nop),
        _ => None,
    }),
    ("branches: inverted", |_, insn| match insn {
        Insn::Branch { condition, offset } if condition < 14 => Some(Insn::Branch {
            condition: condition ^ 1,
            offset,
        }),
        _ => None,
    }),
    ("branches: BL does not link", |_, insn| match insn {
        Insn::BranchLink { offset } => Some(Insn::Branch {
            condition: 14,
            offset,
        }),
        _ => None,
    }),
    ("branches: CBZ is CBNZ", |_, insn| match insn {
        Insn::BranchZero {
            rn,
            nonzero,
            offset,
        } => Some(Insn::BranchZero {
            rn,
            nonzero: !nonzero,
            offset,
        }),
        _ => None,
    }),
    ("branches: TBH reads bytes", |_, insn| match insn {
        Insn::BranchTable { rn, rm, .. } => Some(Insn::BranchTable {
            rn,
            rm,
            halves: false,
        }),
        _ => None,
    }),
    (
        "special registers: MSR does nothing",
        |_, insn| match insn {
            Insn::WriteSpecial { .. } => Some(Insn::Nop),
            _ => None,
        },
    ),
    ("special registers: CPSID enables", |_, insn| match insn {
        Insn::ChangeMasks {
            primask,
            faultmask,
            set,
        } => Some(Insn::ChangeMasks {
            primask,
            faultmask,
            set: !set,
        }),
        _ => None,
    }),
];

/// What the recorded runs must catch.
pub(super) const ENTRY_BUGS: &[ExceptionBug<Arm>] = &[
    ("entry keeps the monitor", |before, after| {
        after.monitor = before.monitor
    }),
    ("entry keeps ITSTATE", |before, after| after.it = before.it),
    ("entry masks interrupts", |_, after| after.primask = true),
    ("entry forgets what is active", |_, after| {
        after.active = Active::default()
    }),
    ("entry always links to thread mode", |_, after| {
        after.registers[LR] = 0xffff_fff9
    }),
    ("entry aligns the stack to 16 bytes", |_, after| {
        after.registers[SP] &= !15
    }),
];

pub(super) const RETURN_BUGS: &[ExceptionBug<Arm>] = &[
    ("return keeps the monitor", |before, after| {
        after.monitor = before.monitor
    }),
    ("return loses ITSTATE", |_, after| after.it = 0),
    ("return loses the flags", |_, after| after.set_apsr(0)),
    ("return clears PRIMASK and BASEPRI", |_, after| {
        (after.primask, after.basepri) = (false, 0)
    }),
    ("return ignores the realignment", |before, after| {
        after.registers[SP] = before.registers[SP] + 32
    }),
    ("return keeps r12", |before, after| {
        after.registers[12] = before.registers[12]
    }),
];
