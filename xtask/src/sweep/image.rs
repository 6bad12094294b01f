//! The swept firmware: which of its code is an operation's, the harness's, or a vector.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, bail};
use object::{Object, ObjectSymbol};

use super::decode::{
    Effect, Function, functions, instructions, is_arm, returns_from_traps, without_mode,
};

impl Function {
    /// The harness's own, and what it parses and prints with: never part of an operation.
    fn is_harness(&self) -> bool {
        const PARTS: &[&str] = &["sweep_harness", "4core3str", "4core3fmt", "semihosting"];
        let rust_half = ["sweep_first", "sweep_other", "rust_begin_unwind"];
        PARTS.iter().any(|part| self.name.contains(part)) || rust_half.contains(&&*self.name)
    }
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
        let functions = functions(&file);
        let instructions = instructions(&file)?;
        let address_of = |wanted: &str| {
            let found = file.symbols().find(|it| it.name() == Ok(wanted));
            found.map(|symbol| without_mode(symbol.address()))
        };
        let (vectors, exits) = if is_arm(&file)? {
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

#[cfg(test)]
impl Image {
    /// One vector, and an operation of two-byte instructions from 0x100 on.
    pub(super) fn planted(operation: &[Effect]) -> Self {
        let function = |name: &str, start: u32, end: u32| Function {
            name: name.to_owned(),
            start,
            end,
        };
        let addresses = (0x100..).step_by(2);
        let instructions: BTreeMap<_, _> = addresses.zip(operation.iter().copied()).collect();
        let end = 0x100 + 2 * operation.len() as u32;
        Self {
            functions: vec![function("operation", 0x100, end)],
            instructions,
            vectors: vec![0x40],
            exits: vec![0x42],
            begin: function("sweep_begin", 0x10, 0x12),
            call: function("sweep_call", 0x20, 0x24),
        }
    }

    /// What a performance executes in which the interrupt comes after all but its last instruction, and
    /// which begins the next.
    pub(super) fn performance(&self) -> Vec<u32> {
        let operation = self.instructions.keys().copied();
        let executed = self.instructions.len() - 1;
        let mut addresses = vec![self.begin.start, self.call.start];
        addresses.extend(operation.take(executed));
        addresses.extend([
            self.call.start + 2,
            self.vectors[0],
            self.exits[0],
            0x300,
            0x300,
        ]);
        addresses
    }
}
