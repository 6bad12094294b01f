//! Instructions as text, in the unified syntax (A7.1): what the core executes, not what a disassembler takes it for.

use core::{
    fmt::{self, Display, Formatter},
    ops::Range,
};

use super::{
    Arm, PC,
    alu::{Alu, Compare, Shift},
    decode, encoding,
    insn::{Index, Insn, Long, Multiple, Offset, Operand, Reg, Reorder, SetFlags, Width},
};

impl Arm {
    /// The instruction at an address of the flash, in assembly.
    #[must_use]
    pub fn assembly_at(&self, address: u32) -> Option<String> {
        let encoding = encoding(self.program.flash(), address)?;
        let line = Line {
            insn: decode::decode(self.profile, encoding),
            address,
            name: decode::name(self.profile, encoding).unwrap_or_default(),
        };
        Some(line.to_string())
    }

    /// The address that the instruction at `address` calls.
    #[must_use]
    pub fn callee_at(&self, address: u32) -> Option<u32> {
        match decode::decode(self.profile, encoding(self.program.flash(), address)?) {
            Insn::BranchLink { offset } => Some(target(address, offset)),
            _ => None,
        }
    }

    /// The bytes that the next instruction loads or stores, if they are a part of a word.
    #[must_use]
    pub fn part_accessed(&self) -> Option<Range<u32>> {
        let address = self.registers[PC];
        let insn = decode::decode(self.profile, encoding(self.program.flash(), address)?);
        let (width, rn, offset, index) = match insn {
            Insn::Load {
                width,
                rn,
                offset,
                index,
                ..
            }
            | Insn::Store {
                width,
                rn,
                offset,
                index,
                ..
            } => (width, rn, offset, index),
            Insn::LoadExclusive {
                width, rn, offset, ..
            }
            | Insn::StoreExclusive {
                width, rn, offset, ..
            } => (width, rn, Offset::Imm(offset.into()), Index::Offset),
            _ => return None,
        };
        let value = |register: Reg| self.registers[usize::from(register)];
        let offset = match (index, offset) {
            (Index::Post, _) => 0,
            (_, Offset::Imm(offset)) => offset as u32,
            (_, Offset::Shifted { rm, amount }) => value(rm) << amount,
        };
        let start = value(rn).wrapping_add(offset);
        (width.bytes < 4).then(|| start..start.wrapping_add(width.bytes.into()))
    }

    /// The literal that the instruction at `address` loads.
    #[must_use]
    pub fn literal_at(&self, address: u32) -> Option<u32> {
        match decode::decode(self.profile, encoding(self.program.flash(), address)?) {
            Insn::LoadLiteral {
                width: Width::WORD,
                offset,
                ..
            } => {
                let base = address.wrapping_add(4) & !3;
                self.program.flash().word(base.wrapping_add_signed(offset))
            }
            _ => None,
        }
    }
}

fn target(address: u32, offset: i32) -> u32 {
    address.wrapping_add(4).wrapping_add_signed(offset)
}

struct Line {
    insn: Insn,
    address: u32,
    /// The encoding, as the manual names it: its first word is the mnemonic.
    name: &'static str,
}

struct R(Reg);

impl Display for R {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            13 => f.write_str("sp"),
            14 => f.write_str("lr"),
            15 => f.write_str("pc"),
            number => write!(f, "r{number}"),
        }
    }
}

/// The registers of a list, in braces.
struct List(u16);

impl Display for List {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let registers = (0..16).filter(|register| self.0 >> register & 1 != 0);
        let names: Vec<_> = registers.map(|register| R(register).to_string()).collect();
        write!(f, "{{{}}}", names.join(", "))
    }
}

fn shift(shift: Shift) -> &'static str {
    match shift {
        Shift::Lsl => "lsl",
        Shift::Lsr => "lsr",
        Shift::Asr => "asr",
        Shift::Ror => "ror",
        Shift::Rrx => "rrx",
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Imm(value) | Self::Rotated(value) => write!(f, "#{value}"),
            Self::Shifted { rm, amount: 0, .. } => write!(f, "{}", R(rm)),
            Self::Shifted {
                rm,
                shift: kind,
                amount,
            } => write!(f, "{}, {} #{amount}", R(rm), shift(kind)),
        }
    }
}

fn suffix(flags: SetFlags) -> &'static str {
    match flags {
        SetFlags::Never => "",
        SetFlags::Always | SetFlags::OutsideIt => "s",
    }
}

fn alu(op: Alu) -> &'static str {
    match op {
        Alu::And => "and",
        Alu::Bic => "bic",
        Alu::Orr => "orr",
        Alu::Orn => "orn",
        Alu::Eor => "eor",
        Alu::Add => "add",
        Alu::Adc => "adc",
        Alu::Sbc => "sbc",
        Alu::Sub => "sub",
        Alu::Rsb => "rsb",
        Alu::Mov => "mov",
        Alu::Mvn => "mvn",
    }
}

fn compare(op: Compare) -> &'static str {
    match op {
        Compare::Tst => "tst",
        Compare::Teq => "teq",
        Compare::Cmp => "cmp",
        Compare::Cmn => "cmn",
    }
}

fn size(width: Width) -> &'static str {
    match (width.bytes, width.signed) {
        (1, false) => "b",
        (1, true) => "sb",
        (2, false) => "h",
        (2, true) => "sh",
        _ => "",
    }
}

const CONDITIONS: [&str; 16] = [
    "eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "", "",
];

/// The address of a load or store.
fn place(f: &mut Formatter<'_>, rn: Reg, offset: Offset, index: Index) -> fmt::Result {
    let offset = match offset {
        Offset::Imm(0) => String::new(),
        Offset::Imm(offset) => format!(", #{offset}"),
        Offset::Shifted { rm, amount: 0 } => format!(", {}", R(rm)),
        Offset::Shifted { rm, amount } => format!(", {}, lsl #{amount}", R(rm)),
    };
    match index {
        Index::Offset => write!(f, "[{}{offset}]", R(rn)),
        Index::Pre => write!(f, "[{}{offset}]!", R(rn)),
        Index::Post => write!(f, "[{}]{offset}", R(rn)),
    }
}

fn multiple(f: &mut Formatter<'_>, it: Multiple) -> fmt::Result {
    let Multiple {
        load,
        rn,
        list,
        writeback,
        before,
    } = it;
    match (rn, load, before) {
        (13, false, true) if writeback => return write!(f, "push {}", List(list)),
        (13, true, false) if writeback => return write!(f, "pop {}", List(list)),
        _ => {}
    }
    let op = if load { "ldm" } else { "stm" };
    let below = if before { "db" } else { "" };
    let mark = if writeback { "!" } else { "" };
    write!(f, "{op}{below} {}{mark}, {}", R(rn), List(list))
}

/// The instructions that an IT block makes conditional: `itte eq`.
fn if_then(f: &mut Formatter<'_>, state: u8) -> fmt::Result {
    let (condition, mask) = (state >> 4, state & 15);
    f.write_str("it")?;
    for bit in (mask.trailing_zeros() + 1..4).rev() {
        let then = mask >> bit & 1 == condition & 1;
        f.write_str(if then { "t" } else { "e" })?;
    }
    write!(f, " {}", CONDITIONS[usize::from(condition)])
}

fn special(register: u8) -> &'static str {
    match register {
        0 => "apsr",
        5 => "ipsr",
        8 => "msp",
        9 => "psp",
        16 => "primask",
        17 => "basepri",
        18 => "basepri_max",
        19 => "faultmask",
        20 => "control",
        _ => "xpsr",
    }
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
            | Insn::StoreExclusive { .. } => self.transfer(f),
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

    fn transfer(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.insn {
            Insn::Load {
                width,
                rt,
                rn,
                offset,
                index,
            } => {
                write!(f, "ldr{} {}, ", size(width), R(rt))?;
                place(f, rn, offset, index)
            }
            Insn::Store {
                width,
                rt,
                rn,
                offset,
                index,
            } => {
                write!(f, "str{} {}, ", size(width), R(rt))?;
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
            } => {
                write!(f, "ldrd {}, {}, ", R(rt), R(rt2))?;
                place(f, rn, Offset::Imm(offset.into()), index)
            }
            Insn::StorePair {
                rt,
                rt2,
                rn,
                offset,
                index,
            } => {
                write!(f, "strd {}, {}, ", R(rt), R(rt2))?;
                place(f, rn, Offset::Imm(offset.into()), index)
            }
            Insn::Multiple(it) => multiple(f, it),
            Insn::LoadExclusive {
                width,
                rt,
                rn,
                offset,
            } => {
                write!(f, "ldrex{} {}, ", size(width), R(rt))?;
                place(f, rn, Offset::Imm(offset.into()), Index::Offset)
            }
            Insn::StoreExclusive {
                width,
                rd,
                rt,
                rn,
                offset,
            } => {
                write!(f, "strex{} {}, {}, ", size(width), R(rd), R(rt))?;
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

#[cfg(test)]
mod tests {
    use crate::machine::{Arm, Flash, Profile};

    fn assembly(halfwords: &[u16]) -> String {
        let bytes: Vec<u8> = halfwords.iter().flat_map(|it| it.to_le_bytes()).collect();
        let arm = Arm::new(Profile::Armv7M, &Flash::new(0x1000, bytes));
        arm.assembly_at(0x1000).unwrap()
    }

    /// Each line is what GNU objdump prints for the encoding, but for the spaces.
    #[test]
    fn instructions_are_written_as_disassemblers_write_them() {
        for (halfwords, text) in [
            (&[0x2011][..], "movs r0, #17"),
            (&[0x3001], "adds r0, #1"),
            (&[0x1c42], "adds r2, r0, #1"),
            (&[0x0088], "lsls r0, r1, #2"),
            (&[0x4288], "cmp r0, r1"),
            (&[0x6808], "ldr r0, [r1]"),
            (&[0x6848], "ldr r0, [r1, #4]"),
            (&[0x7008], "strb r0, [r1]"),
            (&[0x4802], "ldr r0, [pc, #8]"),
            (&[0xb580], "push {r7, lr}"),
            (&[0xbd80], "pop {r7, pc}"),
            (&[0xb672], "cpsid i"),
            (&[0xbf30], "wfi"),
            (&[0xbf08], "it eq"),
            (&[0xbf0c], "ite eq"),
            (&[0xbf1c], "itt ne"),
            (&[0xd1fe], "bne 0x1000"),
            (&[0x4770], "bx lr"),
            (&[0xf3ef, 0x8010], "mrs r0, primask"),
            (&[0xf380, 0x8810], "msr primask, r0"),
            (&[0xf3bf, 0x8f5f], "dmb sy"),
            (&[0xe851, 0x0f00], "ldrex r0, [r1]"),
            (&[0xe841, 0x2000], "strex r0, r2, [r1]"),
            (&[0xf7ff, 0xfffe], "bl 0x1000"),
            (&[0xb2c0], "uxtb r0, r0"),
        ] {
            assert_eq!(assembly(halfwords), text, "{halfwords:x?}");
        }
    }

    #[test]
    fn a_part_of_a_word_is_found() {
        use crate::machine::Core as _;
        // strb r0, [r1, #2]; str r0, [r1]
        let flash = Flash::new(0x1000, [0x88, 0x70, 0x08, 0x60]);
        let mut arm = Arm::new(Profile::Armv6M, &flash);
        arm.boot(0x1000, 0x2000_0000..0x2000_0100);
        arm.set_register(1, 0x2000_0200);
        assert_eq!(arm.part_accessed(), Some(0x2000_0202..0x2000_0203));
        arm.boot(0x1002, 0x2000_0000..0x2000_0100);
        assert_eq!(arm.part_accessed(), None);
    }

    #[test]
    fn literals_and_callees_are_found() {
        let bytes = [
            0x01, 0x48, 0x00, 0xbf, 0xff, 0xf7, 0xfc, 0xff, 0x78, 0x56, 0x34, 0x12,
        ];
        let arm = Arm::new(Profile::Armv6M, &Flash::new(0x1000, bytes));
        assert_eq!(arm.literal_at(0x1000), Some(0x1234_5678));
        assert_eq!(arm.callee_at(0x1004), Some(0x1000));
        assert_eq!(arm.callee_at(0x1000), None);
    }
}
