//! Where the functions of an image lie, and their instructions.

use core::ops::Range;

use object::{Architecture, Object as _, ObjectSymbol as _, SymbolKind};

use crate::machine::Flash;

/// `mov r8, r8`: what fills a halfword before constants. Code never executes it.
const PADDING: u16 = 0x46c0;

/// The functions of an image, in the order of their addresses.
#[derive(Debug)]
pub(crate) struct Code {
    functions: Vec<Range<u32>>,
    /// Arm's mapping symbols: where code begins (true) and where constants do.
    marks: Vec<(u32, bool)>,
    is_arm: bool,
}

impl Code {
    pub(super) fn of(file: &object::File<'_>) -> Self {
        // Bit 0 of a Thumb function's address is no part of it.
        let place = |address: u64| address as u32 & !1;
        let functions = file
            .symbols()
            .filter(|it| it.kind() == SymbolKind::Text && it.size() > 0);
        let functions = functions.map(|it| {
            let start = place(it.address());
            start..start + it.size() as u32
        });
        let marks = file
            .symbols()
            .filter_map(|it| match it.name().ok()?.get(..2)? {
                "$t" => Some((place(it.address()), true)),
                "$d" => Some((it.address() as u32, false)),
                _ => None,
            });
        Self::new(
            functions.collect(),
            marks.collect(),
            file.architecture() == Architecture::Arm,
        )
    }

    fn new(mut functions: Vec<Range<u32>>, mut marks: Vec<(u32, bool)>, is_arm: bool) -> Self {
        functions.sort_by_key(|it| (it.start, it.end));
        functions.dedup_by_key(|it| it.start);
        marks.sort_unstable();
        Self {
            functions,
            marks,
            is_arm,
        }
    }

    /// The function that has an instruction.
    pub(crate) fn function_at(&self, address: u32) -> Option<&Range<u32>> {
        let after = self.functions.partition_point(|it| it.start <= address);
        let before = self.functions.get(after.checked_sub(1)?)?;
        before.contains(&address).then_some(before)
    }

    /// The addresses of the instructions of a function.
    pub(crate) fn instructions(&self, function: &Range<u32>, flash: &Flash) -> Vec<u32> {
        let (mut found, mut at) = (Vec::new(), function.start);
        while at < function.end {
            let Some(first) = flash.halfword(at).filter(|_| self.is_code(at)) else {
                at += 2;
                continue;
            };
            let is_padding = self.is_arm && first == PADDING;
            if !is_padding {
                found.push(at);
            }
            let is_long = if self.is_arm {
                first >> 11 >= 0b11101
            } else {
                first & 3 == 3
            };
            at += if is_long { 4 } else { 2 };
        }
        found
    }

    fn is_code(&self, address: u32) -> bool {
        let after = self.marks.partition_point(|&(mark, _)| mark <= address);
        !self.is_arm || after.checked_sub(1).is_some_and(|last| self.marks[last].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_no_instructions() {
        // movs r0, #0; bl …; bx lr; mov r8, r8; a constant.
        let halves: [u16; 7] = [0x2000, 0xf000, 0xf800, 0x4770, PADDING, 0x1234, 0x5678];
        let bytes: Vec<u8> = halves.iter().flat_map(|half| half.to_le_bytes()).collect();
        let flash = Flash::new(0x100, bytes);
        let section = 0x100..0x10e;
        let code = |is_arm| {
            Code::new(
                vec![section.clone()],
                vec![(0x100, true), (0x10a, false)],
                is_arm,
            )
        };
        assert_eq!(
            code(true).instructions(&section, &flash),
            [0x100, 0x102, 0x106]
        );
        assert_eq!(code(true).function_at(0x10d), Some(&section));
        assert_eq!(code(true).function_at(0x10e), None);
        // As RISC-V, the length is in the lowest bits, and nothing is marked.
        assert_eq!(
            code(false).instructions(&(0x100..0x104), &flash),
            [0x100, 0x102]
        );
    }
}
