//! Counts what was executed for each operation.
//!
//! ```text
//!   the caller ─► begin ─► the caller ─► the operation, and whatever it calls ─► the caller ─► end
//!                                        └────────────── counted ────────────┘
//! ```

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result, bail, ensure};
use object::{Object as _, ObjectSymbol as _, SymbolKind};

use crate::{cell::Cell, machine::Step};

/// A range of addresses with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Function {
    name: String,
    start: u32,
    end: u32,
}

impl Function {
    fn has(&self, step: &Step) -> bool {
        (self.start..self.end).contains(&step.address)
    }
}

/// The functions of a firmware.
#[derive(Debug)]
pub(crate) struct Code {
    /// In the order of their addresses.
    functions: Vec<Function>,
    begin: Function,
    end: Function,
}

impl Code {
    pub(crate) fn read(elf: &Path) -> Result<Self> {
        let bytes = std::fs::read(elf)?;
        let file = object::File::parse(&*bytes)
            .with_context(|| format!("{} is no ELF file", elf.display()))?;
        let functions = file.symbols();
        let functions = functions.filter(|it| it.kind() == SymbolKind::Text && it.size() > 0);
        let functions = functions.filter_map(|it| {
            // Bit 0 of a Thumb function's address is no part of it.
            let start = it.address() as u32 & !1;
            Some(Function {
                name: it.name().ok()?.to_owned(),
                start,
                end: start + it.size() as u32,
            })
        });
        Self::of(functions.collect())
    }

    fn of(mut functions: Vec<Function>) -> Result<Self> {
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
            begin,
            end,
        })
    }

    fn function_at(&self, step: &Step) -> Option<&Function> {
        let after = self
            .functions
            .partition_point(|it| it.start <= step.address);
        let before = self.functions.get(after.checked_sub(1)?)?;
        before.has(step).then_some(before)
    }

    /// One cell for each call between two marks, in the order of the run.
    pub(crate) fn count(&self, steps: &[Step]) -> Result<Vec<Cell>> {
        let mut cells = Vec::new();
        let mut rest = steps;
        while let Some(at) = rest.iter().position(|it| it.address == self.begin.start) {
            let caller = at.checked_sub(1).and_then(|it| self.function_at(&rest[it]));
            let caller = caller.context("no function calls a mark")?;
            let operation = skip(skip(&rest[at..], &self.begin), caller);
            let length = operation.iter().position(|it| caller.has(it));
            let (operation, after) = operation.split_at(length.context("a call without an end")?);
            let starts = |steps: &[Step]| steps.first().map(|it| it.address);
            ensure!(
                starts(skip(after, caller)) == Some(self.end.start)
                    && starts(operation) != Some(self.end.start),
                "call {} in {} is not one function of its own",
                cells.len() + 1,
                caller.name
            );
            cells.push(self.cell(operation, &after[0])?);
            rest = after;
        }
        Ok(cells)
    }

    /// `after` is the first instruction after it.
    fn cell(&self, operation: &[Step], after: &Step) -> Result<Cell> {
        if after.is_masked {
            bail!("an operation leaves interrupts masked");
        }
        let mut functions: BTreeMap<u32, u32> = BTreeMap::new();
        for step in operation {
            if let Some(function) = self.function_at(step) {
                functions.insert(function.start, function.end - function.start);
            }
        }
        let windows = operation.chunk_by(|one, next| one.is_masked == next.is_masked);
        let windows = windows.filter(|window| window[0].is_masked);
        let windows: Result<_, _> = windows.map(|it| u32::try_from(it.len())).collect();
        Ok(Cell {
            instructions: u32::try_from(operation.len())?,
            windows: windows?,
            bytes: functions.values().sum(),
        })
    }
}

/// What is executed after the instructions of this function.
fn skip<'a>(steps: &'a [Step], function: &Function) -> &'a [Step] {
    let inside = steps.iter().take_while(|it| function.has(it)).count();
    &steps[inside..]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `begin` at 0x10, `end` at 0x20, their caller at 0x30; an operation at 0x100, and what it may call at 0x200.
    fn code() -> Code {
        let function = |name: &str, start: u32, end: u32| Function {
            name: name.to_owned(),
            start,
            end,
        };
        Code::of(vec![
            function("_ZN7measure5beginE", 0x10, 0x14),
            function("_ZN7measure3endE", 0x20, 0x24),
            function("caller", 0x30, 0x40),
            function("operation", 0x100, 0x108),
            function("called", 0x200, 0x206),
        ])
        .unwrap()
    }

    /// An operation of these addresses, of which those of `masked` have interrupts masked.
    fn run(operation: &[u32], masked: &[u32]) -> Vec<Step> {
        let addresses = [
            &[0x30, 0x10, 0x12, 0x32],
            operation,
            &[0x34, 0x20, 0x22, 0x36],
        ]
        .concat();
        let step = |address| Step {
            address,
            is_masked: masked.contains(&address),
        };
        addresses.into_iter().map(step).collect()
    }

    #[test]
    fn a_window_is_a_row_of_masked_instructions() {
        let counted = |masked: &[u32]| {
            let steps = run(&[0x100, 0x102, 0x104, 0x106], masked);
            code().count(&steps).unwrap().remove(0)
        };
        let cell = counted(&[0x102, 0x104]);
        assert_eq!(
            (cell.instructions, cell.windows, cell.bytes),
            (4, vec![2], 8)
        );
        assert_eq!(counted(&[0x102, 0x106]).windows, [1, 1]);
        assert!(counted(&[]).windows.is_empty());
        let left = run(&[0x100], &[0x34]);
        assert!(code().count(&left).is_err(), "it leaves interrupts masked");
    }

    #[test]
    fn what_it_calls_is_part_of_it() {
        let cells = code()
            .count(&run(&[0x100, 0x200, 0x202, 0x102], &[]))
            .unwrap();
        assert_eq!((cells[0].instructions, cells[0].bytes), (4, 14));
        let twice = [run(&[0x100], &[]), run(&[0x100, 0x102], &[])].concat();
        let cells = code().count(&twice).unwrap();
        let lengths: Vec<_> = cells.iter().map(|it| it.instructions).collect();
        assert_eq!(lengths, [1, 2]);
    }

    #[test]
    fn an_operation_is_one_call() {
        assert!(code().count(&run(&[], &[])).is_err(), "inlined");
        assert!(
            code().count(&run(&[0x100, 0x32, 0x200], &[])).is_err(),
            "two calls"
        );
        assert!(
            code().count(&run(&[0x100], &[])[..5]).is_err(),
            "broken off"
        );
    }
}
