//! What an ELF file says of its code: functions, and no more of an instruction than its length and what
//! it does to the interrupt mask.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use object::{Architecture, Object, ObjectSection, ObjectSymbol, SectionKind, SymbolKind};

/// A range of addresses with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Function {
    pub(crate) fn has(&self, address: u32) -> bool {
        (self.start..self.end).contains(&address)
    }
}

/// Every function that takes room.
pub(crate) fn functions(file: &object::File<'_>) -> Vec<Function> {
    file.symbols()
        .filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.size() > 0)
        .filter_map(|symbol| {
            let start = without_mode(symbol.address());
            Some(Function {
                name: symbol.name().ok()?.to_owned(),
                start,
                end: start + symbol.size() as u32,
            })
        })
        .collect()
}

/// Bit 0 of a Thumb function's address is no part of it.
pub(super) fn without_mode(address: u64) -> u32 {
    address as u32 & !1
}

pub(super) fn is_arm(file: &object::File<'_>) -> Result<bool> {
    match file.architecture() {
        Architecture::Arm => Ok(true),
        Architecture::Riscv32 => Ok(false),
        other => bail!("no decoder for {other:?}"),
    }
}

/// What an instruction does to the interrupt mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    None,
    Masks,
    Unmasks,
}

/// Whether interrupts are masked, since which instruction, and for how many.
#[derive(Debug, Default)]
pub(crate) struct Mask(Option<(u32, u32)>);

impl Mask {
    pub(crate) fn is_open(&self) -> bool {
        self.0.is_none()
    }

    /// An instruction is executed; where it ends a window, the one that began it, and its length: from the
    /// one after that up to and including this one.
    pub(crate) fn step(&mut self, address: u32, effect: Effect) -> Option<(u32, u32)> {
        if let Some((_, length)) = &mut self.0 {
            *length += 1;
        }
        match effect {
            Effect::Masks => {
                self.0.get_or_insert((address, 0));
                None
            }
            Effect::Unmasks => self.0.take(),
            Effect::None => None,
        }
    }
}

/// Each instruction by its address.
pub(crate) fn instructions(file: &object::File<'_>) -> Result<BTreeMap<u32, Effect>> {
    let is_arm = is_arm(file)?;
    // Arm's mapping symbols say where code ends and literals begin.
    let mut marks: Vec<(u32, bool)> = file
        .symbols()
        .filter_map(|symbol| match symbol.name().ok()?.get(..2)? {
            "$t" => Some((without_mode(symbol.address()), true)),
            "$d" => Some((symbol.address() as u32, false)),
            _ => None,
        })
        .collect();
    marks.sort_unstable();
    let is_code = |address: u32| {
        let after = marks.partition_point(|(mark, _)| *mark <= address);
        !is_arm || after.checked_sub(1).is_some_and(|last| marks[last].1)
    };

    let mut found = BTreeMap::new();
    for section in file.sections().filter(|it| it.kind() == SectionKind::Text) {
        let data = section.data()?;
        let base = section.address() as u32;
        let mut at = 0;
        while let Some([a, b]) = data.get(at..at + 2) {
            let first = u16::from_le_bytes([*a, *b]);
            let second = data
                .get(at + 2..at + 4)
                .map_or(0, |it| u16::from_le_bytes([it[0], it[1]]));
            let address = base + at as u32;
            if !is_code(address) {
                at += 2;
                continue;
            }
            let (length, effect) = if is_arm {
                thumb(first, second)
            } else {
                riscv(first, second)
            };
            found.insert(address, effect);
            at += length;
        }
    }
    Ok(found)
}

fn thumb(first: u16, second: u16) -> (usize, Effect) {
    match (first, second) {
        (0xb672, _) => (2, Effect::Masks),                 // cpsid i
        (0xb662, _) => (2, Effect::Unmasks),               // cpsie i
        (0xf380..=0xf38f, 0x8810) => (4, Effect::Unmasks), // msr primask
        (0xe800.., _) => (4, Effect::None),
        _ => (2, Effect::None),
    }
}

fn riscv(first: u16, second: u16) -> (usize, Effect) {
    const SYSTEM: u32 = 0x73;
    const MSTATUS: u32 = 0x300;
    if first & 3 != 3 {
        return (2, Effect::None);
    }
    let word = u32::from(second) << 16 | u32::from(first);
    let (function, operand) = (word >> 12 & 7, word >> 15 & 31);
    let effect = match function {
        _ if word & 0x7f != SYSTEM || word >> 20 != MSTATUS || operand == 0 => Effect::None,
        3 | 7 => Effect::Masks,   // csrrc, csrrci
        2 | 6 => Effect::Unmasks, // csrrs, csrrsi
        _ => Effect::None,
    };
    (4, effect)
}

/// The addresses of `mret`.
pub(super) fn returns_from_traps(
    file: &object::File<'_>,
    instructions: &BTreeMap<u32, Effect>,
) -> Result<Vec<u32>> {
    const MRET: u32 = 0x3020_0073;
    let mut found = Vec::new();
    for section in file.sections().filter(|it| it.kind() == SectionKind::Text) {
        let data = section.data()?;
        let base = section.address() as u32;
        let inside = instructions.range(base..base + data.len() as u32);
        found.extend(inside.map(|(address, _)| *address).filter(|address| {
            let at = (address - base) as usize;
            data.get(at..at + 4) == Some(&MRET.to_le_bytes())
        }));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_recognised() {
        assert_eq!(thumb(0xb672, 0), (2, Effect::Masks));
        assert_eq!(thumb(0xf383, 0x8810), (4, Effect::Unmasks));
        assert_eq!(thumb(0xf3ef, 0x8310), (4, Effect::None)); // mrs
        assert_eq!(riscv(0x7573, 0x3004), (4, Effect::Masks)); // csrrci a0, mstatus, 8
        assert_eq!(riscv(0x2573, 0x3005), (4, Effect::Unmasks)); // csrrs a0, mstatus, a0
        assert_eq!(riscv(0x2573, 0x3000), (4, Effect::None)); // csrr a0, mstatus
    }
}
