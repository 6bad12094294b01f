//! What the ELF file says: functions, instructions, and which of these mask interrupts.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, bail};
use object::{Object, ObjectSection, ObjectSymbol, SectionKind, SymbolKind};

/// A range of addresses with a name.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Function {
    pub(super) fn has(&self, address: u32) -> bool {
        (self.start..self.end).contains(&address)
    }

    /// The harness's own, and what it parses and prints with: never part of an operation.
    fn is_harness(&self) -> bool {
        const PARTS: &[&str] = &["sweep_harness", "4core3str", "4core3fmt", "semihosting"];
        let rust_half = ["sweep_first", "sweep_other", "rust_begin_unwind"];
        PARTS.iter().any(|part| self.name.contains(part)) || rust_half.contains(&&*self.name)
    }
}

/// What an instruction does to the interrupt mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    None,
    Masks,
    Unmasks,
}

#[derive(Debug)]
pub(super) struct Image {
    pub(super) functions: Vec<Function>,
    /// By address.
    instructions: BTreeMap<u32, Effect>,
    /// The first instruction of each vector.
    vectors: Vec<u32>,
    /// The last.
    exits: Vec<u32>,
    /// Executed before each landing.
    pub(super) begin: Function,
    /// Between whose instructions an operation is called.
    pub(super) call: Function,
}

impl Image {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let bytes = fs::read(path)?;
        let file = object::File::parse(&*bytes)
            .with_context(|| format!("{} is no ELF file", path.display()))?;
        let is_arm = match file.architecture() {
            object::Architecture::Arm => true,
            object::Architecture::Riscv32 => false,
            other => bail!("no decoder for {other:?}"),
        };
        let symbols: Vec<(String, u32, u32)> = file
            .symbols()
            .filter_map(|symbol| {
                let name = symbol.name().ok()?.to_owned();
                Some((name, symbol.address() as u32, symbol.size() as u32))
            })
            .collect();
        let functions: Vec<Function> = file
            .symbols()
            .filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.size() > 0)
            .filter_map(|symbol| {
                let start = symbol.address() as u32 & !1;
                Some(Function {
                    name: symbol.name().ok()?.to_owned(),
                    start,
                    end: start + symbol.size() as u32,
                })
            })
            .collect();
        let instructions = instructions(&file, &symbols, is_arm)?;
        let address_of = |wanted: &str| {
            let found = symbols.iter().find(|(name, ..)| name == wanted);
            found.map(|(_, address, _)| *address & !1)
        };
        let (vectors, exits) = if is_arm {
            let of = |names: [&str; 2]| names.into_iter().filter_map(address_of).collect();
            (
                of(["SysTick", "DefaultHandler"]),
                of(["sweep_exit_SysTick", "sweep_exit_DefaultHandler"]),
            )
        } else {
            let vectors: Vec<u32> = address_of("_start_trap").into_iter().collect();
            (vectors, returns_from_traps(&file, &instructions)?)
        };
        let marker = |name: &str| {
            let found = functions.iter().find(|it| it.name == name).cloned();
            found.with_context(|| format!("there is no {name}"))
        };
        let (begin, call) = (marker("sweep_begin")?, marker("sweep_call")?);
        if vectors.is_empty() || exits.is_empty() {
            bail!("{} has no vector of the sweep's", path.display());
        }
        Ok(Self {
            functions,
            instructions,
            vectors,
            exits,
            begin,
            call,
        })
    }

    pub(super) fn is_vector(&self, address: u32) -> bool {
        self.vectors.contains(&address)
    }

    pub(super) fn is_exit(&self, address: u32) -> bool {
        self.exits.contains(&address)
    }

    pub(super) fn effect(&self, address: u32) -> Effect {
        let known = self.instructions.get(&address);
        known.copied().unwrap_or(Effect::None)
    }

    pub(super) fn function_at(&self, address: u32) -> Option<&Function> {
        self.functions.iter().find(|it| it.has(address))
    }

    /// The addresses of a function's instructions.
    pub(super) fn instructions_of(&self, function: &Function) -> impl Iterator<Item = u32> {
        let range = function.start..function.end;
        self.instructions.range(range).map(|(address, _)| *address)
    }

    /// Every instruction that masks interrupts.
    pub(super) fn masking(&self) -> impl Iterator<Item = u32> {
        let all = self.instructions.iter();
        all.filter(|(_, effect)| **effect == Effect::Masks)
            .map(|(address, _)| *address)
    }

    /// QEMU's `-dfilter`: what may belong to an operation, and the vectors.
    pub(super) fn filter(&self) -> String {
        let mut ranges: Vec<(u32, u32)> = self
            .functions
            .iter()
            .filter(|it| !it.is_harness())
            .map(|it| (it.start, it.end))
            // A vector need not be within anything that its author calls a function.
            .chain(
                self.vectors
                    .iter()
                    .chain(&self.exits)
                    .map(|it| (*it, it + 2)),
            )
            .collect();
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::new();
        for (start, end) in ranges {
            match merged.last_mut() {
                // A literal pool or padding between the two is never executed.
                Some(last) if start <= last.1 + 4 => last.1 = last.1.max(end),
                _ => merged.push((start, end)),
            }
        }
        let ranges = merged
            .iter()
            .map(|(start, end)| format!("{start:#x}..{:#x}", end - 1));
        ranges.collect::<Vec<_>>().join(",")
    }
}

/// Decodes no more than lengths and masks.
fn instructions(
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

fn returns_from_traps(
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
