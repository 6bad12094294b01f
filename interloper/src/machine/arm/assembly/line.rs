//! A line of assembly: mnemonic and operands.

use core::fmt::{self, Display, Formatter};

use super::{
    super::{
        alu::Alu,
        insn::{Index, Insn, Long, Offset, Operand, Reorder},
    },
    operand::{
        CONDITIONS, R, alu, compare, if_then, multiple, place, shift, size, special, suffix,
    },
    target,
};

/// An instruction, and where it lies.
pub(super) struct Line {
    pub(super) insn: Insn,
    pub(super) address: u32,
    /// The encoding, as the manual names it: its first word is the mnemonic.
    pub(super) name: &'static str,
}

impl Display for Line {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mnemonic = self.name.split([' ', ',']).next().unwrap_or_default();
        let mnemonic = mnemonic.to_ascii_lowercase();
        match self.insn {
            Insn::Data { .. } | Insn::Compare { .. } | Insn::ShiftBy { .. } => self.data(f),
            Insn::Load { .. }
            | Insn::Store { .. }
            | Insn::LoadLiteral { .. }
            | Insn::LoadPair { .. }
            | Insn::StorePair { .. }
            | Insn::Multiple(_)
            | Insn::LoadExclusive { .. }
            | Insn::StoreExclusive { .. } => self.transfer(f, &mnemonic),
            Insn::LoadAcquire { rt, rn, .. } | Insn::StoreRelease { rt, rn, .. } => {
                write!(f, "{mnemonic} {}, [{}]", R(rt), R(rn))
            }
            Insn::Branch { condition, offset } => {
                let condition = CONDITIONS[usize::from(condition & 15)];
                write!(f, "b{condition} {:#x}", target(self.address, offset))
            }
            Insn::BranchLink { offset } => write!(f, "bl {:#x}", target(self.address, offset)),
            Insn::BranchExchange { rm, link } => {
                write!(f, "{} {}", if link { "blx" } else { "bx" }, R(rm))
            }
            Insn::BranchZero {
                rn,
                nonzero,
                offset,
            } => {
                let op = if nonzero { "cbnz" } else { "cbz" };
                let to = target(self.address, offset.into());
                write!(f, "{op} {}, {to:#x}", R(rn))
            }
            Insn::BranchTable { rn, rm, halves } => match halves {
                true => write!(f, "tbh [{}, {}, lsl #1]", R(rn), R(rm)),
                false => write!(f, "tbb [{}, {}]", R(rn), R(rm)),
            },
            Insn::IfThen(state) => if_then(f, state),
            Insn::Barrier => write!(f, "{mnemonic} sy"),
            Insn::ChangeMasks {
                primask,
                faultmask,
                set,
            } => {
                let op = if set { "cpsid" } else { "cpsie" };
                let [i, f_] = [(primask, "i"), (faultmask, "f")];
                let masks: String = [i, f_].iter().filter(|it| it.0).map(|it| it.1).collect();
                write!(f, "{op} {masks}")
            }
            Insn::ReadSpecial { rd, register } => {
                write!(f, "mrs {}, {}", R(rd), special(register))
            }
            Insn::WriteSpecial { rn, register } => {
                write!(f, "msr {}, {}", special(register), R(rn))
            }
            Insn::Undefined { encoding } | Insn::Unpredictable { encoding } => {
                write!(f, ".inst {encoding:#x}")
            }
            _ => self.arithmetic(f, &mnemonic),
        }
    }
}

impl Line {
    fn data(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.insn {
            Insn::Data {
                op: Alu::Mov,
                flags,
                rd,
                operand:
                    Operand::Shifted {
                        rm,
                        shift: kind,
                        amount: amount @ 1..,
                    },
                ..
            } => {
                let s = suffix(flags);
                write!(f, "{}{s} {}, {}, #{amount}", shift(kind), R(rd), R(rm))
            }
            Insn::Data {
                op,
                flags,
                rd,
                rn,
                operand,
            } => {
                write!(f, "{}{} {}, ", alu(op), suffix(flags), R(rd))?;
                if !matches!(op, Alu::Mov | Alu::Mvn) && rd != rn {
                    write!(f, "{}, ", R(rn))?;
                }
                write!(f, "{operand}")
            }
            Insn::Compare { op, rn, operand } => write!(f, "{} {}, {operand}", compare(op), R(rn)),
            Insn::ShiftBy {
                shift: kind,
                flags,
                rd,
                rn,
                rm,
            } => {
                let s = suffix(flags);
                write!(f, "{}{s} {}, {}, {}", shift(kind), R(rd), R(rn), R(rm))
            }
            _ => unreachable!("no data-processing instruction"),
        }
    }

    fn transfer(&self, f: &mut Formatter<'_>, mnemonic: &str) -> fmt::Result {
        match self.insn {
            Insn::Load {
                width,
                rt,
                rn,
                offset,
                index,
            }
            | Insn::Store {
                width,
                rt,
                rn,
                offset,
                index,
            } => {
                let loads = matches!(self.insn, Insn::Load { .. });
                let op = if loads { "ldr" } else { "str" };
                write!(f, "{op}{} {}, ", size(width), R(rt))?;
                place(f, rn, offset, index)
            }
            Insn::LoadLiteral { width, rt, offset } => {
                write!(f, "ldr{} {}, [pc, #{offset}]", size(width), R(rt))
            }
            Insn::LoadPair {
                rt,
                rt2,
                rn,
                offset,
                index,
            }
            | Insn::StorePair {
                rt,
                rt2,
                rn,
                offset,
                index,
            } => {
                let loads = matches!(self.insn, Insn::LoadPair { .. });
                let op = if loads { "ldrd" } else { "strd" };
                write!(f, "{op} {}, {}, ", R(rt), R(rt2))?;
                place(f, rn, Offset::Imm(offset.into()), index)
            }
            Insn::Multiple(it) => multiple(f, it),
            Insn::LoadExclusive { rt, rn, offset, .. } => {
                write!(f, "{mnemonic} {}, ", R(rt))?;
                place(f, rn, Offset::Imm(offset.into()), Index::Offset)
            }
            Insn::StoreExclusive {
                rd, rt, rn, offset, ..
            } => {
                write!(f, "{mnemonic} {}, {}, ", R(rd), R(rt))?;
                place(f, rn, Offset::Imm(offset.into()), Index::Offset)
            }
            _ => unreachable!("no load or store"),
        }
    }

    /// What is left: multiplications, bit fields, hints.
    fn arithmetic(&self, f: &mut Formatter<'_>, mnemonic: &str) -> fmt::Result {
        let signed = |signed| if signed { "s" } else { "u" };
        match self.insn {
            Insn::Adr { rd, offset } => write!(f, "adr {}, #{offset}", R(rd)),
            Insn::MoveTop { rd, imm } => write!(f, "movt {}, #{imm}", R(rd)),
            Insn::Multiply { flags, rd, rn, rm } => {
                write!(f, "mul{} {}, {}, {}", suffix(flags), R(rd), R(rn), R(rm))
            }
            Insn::MultiplyAdd { rd, rn, rm, ra, .. } => {
                write!(f, "{mnemonic} {}, {}, {}, {}", R(rd), R(rn), R(rm), R(ra))
            }
            Insn::MultiplyLong {
                long: Long { .. },
                low,
                high,
                rn,
                rm,
            } => write!(
                f,
                "{mnemonic} {}, {}, {}, {}",
                R(low),
                R(high),
                R(rn),
                R(rm)
            ),
            Insn::Divide {
                signed: is_signed,
                rd,
                rn,
                rm,
            } => write!(
                f,
                "{}div {}, {}, {}",
                signed(is_signed),
                R(rd),
                R(rn),
                R(rm)
            ),
            Insn::Extend { width, rd, rm, .. } => {
                let kind = if width.bytes == 1 { "b" } else { "h" };
                write!(f, "{}xt{kind} {}, {}", signed(width.signed), R(rd), R(rm))
            }
            Insn::Reorder { order, rd, rm } => {
                let op = match order {
                    Reorder::Bytes => "rev",
                    Reorder::BytesOfHalves => "rev16",
                    Reorder::Bits => "rbit",
                    Reorder::SignedHalf => "revsh",
                    Reorder::LeadingZeros => "clz",
                };
                write!(f, "{op} {}, {}", R(rd), R(rm))
            }
            Insn::Extract {
                signed: is_signed,
                rd,
                rn,
                lsb,
                width,
            } => {
                let op = signed(is_signed);
                write!(f, "{op}bfx {}, {}, #{lsb}, #{width}", R(rd), R(rn))
            }
            Insn::Insert { rd, rn, lsb, width } => match rn {
                Some(rn) => write!(f, "bfi {}, {}, #{lsb}, #{width}", R(rd), R(rn)),
                None => write!(f, "bfc {}, #{lsb}, #{width}", R(rd)),
            },
            Insn::Saturate {
                signed: is_signed,
                rd,
                rn,
                bits,
                ..
            } => write!(f, "{}sat {}, #{bits}, {}", signed(is_signed), R(rd), R(rn)),
            _ => f.write_str(mnemonic),
        }
    }
}
