//! Counts what was executed for each operation.
//!
//! ```text
//!   the caller ─► begin ─► the caller ─► the operation, and whatever it calls ─► the caller ─► end
//!                                        └────────────── counted ────────────┘
//! ```

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, bail, ensure};

use super::cell::Cell;
use crate::sweep::decode::{Effect, Function, Mask, functions, instructions};

/// What the ELF file says of the code.
#[derive(Debug)]
pub(super) struct Code {
    /// In the order of their addresses.
    functions: Vec<Function>,
    effects: BTreeMap<u32, Effect>,
    begin: Function,
    end: Function,
}

impl Code {
    pub(super) fn read(elf: &Path) -> Result<Self> {
        let bytes = fs::read(elf)?;
        let file = object::File::parse(&*bytes)
            .with_context(|| format!("{} is no ELF file", elf.display()))?;
        Self::of(functions(&file), instructions(&file)?)
    }

    fn of(mut functions: Vec<Function>, effects: BTreeMap<u32, Effect>) -> Result<Self> {
        functions.sort_by_key(|it| it.start);
        let mark = |name: &str| {
            let part = format!("7measure{}{name}", name.len());
            let found = functions.iter().find(|it| it.name.contains(&part));
            found
                .cloned()
                .with_context(|| format!("there is no mark {name}"))
        };
        let (begin, end) = (mark("begin")?, mark("end")?);
        Ok(Self {
            functions,
            effects,
            begin,
            end,
        })
    }

    fn function_at(&self, address: u32) -> Option<&Function> {
        let after = self.functions.partition_point(|it| it.start <= address);
        let before = self.functions.get(after.checked_sub(1)?)?;
        before.has(address).then_some(before)
    }

    /// One cell for each call between two marks, in the order of the run.
    pub(super) fn count(&self, trace: &[u32]) -> Result<Vec<Cell>> {
        let mut cells = Vec::new();
        let mut rest = trace;
        while let Some(at) = rest.iter().position(|it| *it == self.begin.start) {
            let caller = at.checked_sub(1).and_then(|it| self.function_at(rest[it]));
            let caller = caller.context("a mark that nobody calls")?;
            let operation = skip(skip(&rest[at..], &self.begin), caller);
            let length = operation.iter().position(|it| caller.has(*it));
            let (operation, after) = operation.split_at(length.context("a call without an end")?);
            ensure!(
                skip(after, caller).first() == Some(&self.end.start)
                    && operation.first() != Some(&self.end.start),
                "call {} in {} is not one function of its own",
                cells.len() + 1,
                caller.name
            );
            cells.push(self.cell(operation)?);
            rest = after;
        }
        Ok(cells)
    }

    fn cell(&self, operation: &[u32]) -> Result<Cell> {
        let mut windows = Vec::new();
        let mut mask = Mask::default();
        let mut functions: BTreeMap<u32, u32> = BTreeMap::new();
        for &address in operation {
            if let Some(function) = self.function_at(address) {
                functions.insert(function.start, function.end - function.start);
            }
            let effect = self.effects.get(&address).copied();
            let ended = mask.step(address, effect.unwrap_or(Effect::None));
            windows.extend(ended.map(|(_, length)| length));
        }
        if !mask.is_open() {
            bail!("an operation leaves interrupts masked");
        }
        Ok(Cell {
            instructions: u32::try_from(operation.len())?,
            windows,
            bytes: functions.values().sum(),
        })
    }
}

/// What is executed after the instructions of this function.
fn skip<'a>(trace: &'a [u32], function: &Function) -> &'a [u32] {
    let inside = trace.iter().take_while(|it| function.has(**it)).count();
    &trace[inside..]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `begin` at 0x10, `end` at 0x20, their caller at 0x30; an operation of these instructions at 0x100,
    /// and what it may call at 0x200.
    fn code(operation: &[Effect]) -> Code {
        let function = |name: &str, start: u32, end: u32| Function {
            name: name.to_owned(),
            start,
            end,
        };
        let addresses = (0x100..).step_by(2);
        let functions = vec![
            function("_ZN7measure5beginE", 0x10, 0x14),
            function("_ZN7measure3endE", 0x20, 0x24),
            function("caller", 0x30, 0x40),
            function("operation", 0x100, 0x108),
            function("called", 0x200, 0x206),
        ];
        Code::of(
            functions,
            addresses.zip(operation.iter().copied()).collect(),
        )
        .unwrap()
    }

    fn run(operation: &[u32]) -> Vec<u32> {
        [
            &[0x30, 0x10, 0x12, 0x32],
            operation,
            &[0x34, 0x20, 0x22, 0x36],
        ]
        .concat()
    }

    #[test]
    fn a_window_ends_with_the_instruction_that_ends_it() {
        use Effect::{Masks, None, Unmasks};
        let counted = |effects: &[Effect]| {
            let trace = run(&[0x100, 0x102, 0x104, 0x106]);
            code(effects).count(&trace).unwrap().remove(0)
        };
        let cell = counted(&[Masks, None, Unmasks, None]);
        assert_eq!(
            (cell.instructions, cell.windows, cell.bytes),
            (4, vec![2], 8)
        );
        assert_eq!(counted(&[Masks, None, None, Unmasks]).windows, [3]);
        assert_eq!(counted(&[Masks, Unmasks, Masks, Unmasks]).windows, [1, 1]);
        assert!(counted(&[None; 4]).windows.is_empty());
        assert!(code(&[Masks]).count(&run(&[0x100])).is_err());
    }

    #[test]
    fn what_it_calls_is_part_of_it() {
        let cells = code(&[])
            .count(&run(&[0x100, 0x200, 0x202, 0x102]))
            .unwrap();
        assert_eq!((cells[0].instructions, cells[0].bytes), (4, 14));
        let twice = [run(&[0x100]), run(&[0x100, 0x102])].concat();
        let lengths: Vec<_> = code(&[])
            .count(&twice)
            .unwrap()
            .iter()
            .map(|it| it.instructions)
            .collect();
        assert_eq!(lengths, [1, 2]);
    }

    #[test]
    fn an_operation_is_one_call() {
        assert!(code(&[]).count(&run(&[])).is_err(), "inlined");
        assert!(
            code(&[]).count(&run(&[0x100, 0x32, 0x200])).is_err(),
            "two calls"
        );
        assert!(code(&[]).count(&run(&[0x100])[..5]).is_err(), "broken off");
    }
}
