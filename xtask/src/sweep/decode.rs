//! Decodes no more of an instruction than its length and what it does to the interrupt mask.

use std::collections::BTreeMap;

use anyhow::Result;
use object::{Object, ObjectSection, SectionKind};

/// What an instruction does to the interrupt mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    None,
    Masks,
    Unmasks,
}

/// Each instruction by its address.
pub(crate) fn instructions(
    file: &object::File<'_>,
    symbols: &[(String, u32, u32)],
    is_arm: bool,
) -> Result<BTreeMap<u32, Effect>> {
    // Arm's mapping symbols say where code ends and literals begin.
    let mut marks: Vec<(u32, bool)> = symbols
        .iter()
        .filter_map(|(name, address, _)| match name.get(..2)? {
            "$t" => Some((*address & !1, true)),
            "$d" => Some((*address, false)),
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
