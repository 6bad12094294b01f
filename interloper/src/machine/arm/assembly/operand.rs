//! Operands and mnemonics as text.

use core::fmt::{self, Display, Formatter};

use super::super::{
    alu::{Alu, Compare, Shift},
    insn::{Index, Multiple, Offset, Operand, Reg, SetFlags, Width},
};

/// The name of a register.
pub(super) struct R(pub(super) Reg);

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

pub(super) fn shift(shift: Shift) -> &'static str {
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

pub(super) fn suffix(flags: SetFlags) -> &'static str {
    match flags {
        SetFlags::Never => "",
        SetFlags::Always | SetFlags::OutsideIt => "s",
    }
}

pub(super) fn alu(op: Alu) -> &'static str {
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

pub(super) fn compare(op: Compare) -> &'static str {
    match op {
        Compare::Tst => "tst",
        Compare::Teq => "teq",
        Compare::Cmp => "cmp",
        Compare::Cmn => "cmn",
    }
}

pub(super) fn size(width: Width) -> &'static str {
    match (width.bytes, width.signed) {
        (1, false) => "b",
        (1, true) => "sb",
        (2, false) => "h",
        (2, true) => "sh",
        _ => "",
    }
}

pub(super) const CONDITIONS: [&str; 16] = [
    "eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "", "",
];

/// The address of a load or store.
pub(super) fn place(f: &mut Formatter<'_>, rn: Reg, offset: Offset, index: Index) -> fmt::Result {
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

pub(super) fn multiple(f: &mut Formatter<'_>, it: Multiple) -> fmt::Result {
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
pub(super) fn if_then(f: &mut Formatter<'_>, state: u8) -> fmt::Result {
    let (condition, mask) = (state >> 4, state & 15);
    f.write_str("it")?;
    for bit in (mask.trailing_zeros() + 1..4).rev() {
        let then = mask >> bit & 1 == condition & 1;
        f.write_str(if then { "t" } else { "e" })?;
    }
    write!(f, " {}", CONDITIONS[usize::from(condition)])
}

pub(super) fn special(register: u8) -> &'static str {
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
