//! The calls of a Cortex-M0 firmware's functions, and which of them mask interrupts.
//!
//! A Cortex-M0 has two instructions that mask: `cps`, and `msr` to PRIMASK. Code that a function calls
//! counts as its own. A call through a register has an unknown target, and is reported as a finding too.

use core::ops::Range;
use object::{Object, ObjectSection, ObjectSymbol, SymbolKind};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};
use yaxpeax_arch::{Decoder, LengthedInstruction, U8Reader};
use yaxpeax_arm::armv7::{InstDecoder, Instruction, Opcode, Operand, Reg};

/// The code of a firmware.
pub(crate) struct Code {
    start: u32,
    bytes: Vec<u8>,
    functions: BTreeMap<u32, Function>,
    /// Where constants are between the instructions.
    data: Vec<Range<u32>>,
}

struct Function {
    name: String,
    size: u32,
}

impl Code {
    pub(crate) fn read(elf: &Path) -> Self {
        let bytes = fs::read(elf).unwrap();
        let file = object::File::parse(&*bytes).unwrap();
        let text = file.section_by_name(".text").unwrap();
        let mut functions = BTreeMap::new();
        let mut marks = BTreeMap::new();
        for symbol in file.symbols() {
            let name = symbol.name().unwrap();
            let address = u32::try_from(symbol.address()).unwrap();
            match name.split('.').next() {
                Some("$d") => drop(marks.insert(address, true)),
                Some("$t") => drop(marks.insert(address, false)),
                _ if symbol.kind() == SymbolKind::Text => {
                    let function = Function {
                        name: name.to_owned(),
                        size: u32::try_from(symbol.size()).unwrap(),
                    };
                    // The lowest bit marks Thumb code.
                    functions.insert(address & !1, function);
                }
                _ => {}
            }
        }
        let ends = marks.keys().skip(1).copied().chain([u32::MAX]);
        let data = marks.iter().zip(ends);
        let data = data.filter_map(|((start, is_data), end)| is_data.then_some(*start..end));
        Self {
            start: u32::try_from(text.address()).unwrap(),
            bytes: text.data().unwrap().to_vec(),
            data: data.collect(),
            functions,
        }
    }

    /// The function `name` of the module `module`, if the firmware has it.
    pub(crate) fn find(&self, module: &str, name: &str) -> Option<u32> {
        let mangled = format!("{}{module}{}{name}", module.len(), name.len());
        let mut found = self
            .functions
            .iter()
            .filter(|(_, function)| function.name.contains(&mangled));
        found.next().map(|(address, _)| *address)
    }

    /// The instructions that mask interrupts, in the function at `address` and in all that it calls.
    pub(crate) fn findings(&self, address: u32) -> Vec<String> {
        self.follow(address, |_| true).1
    }

    /// The names of the function at `address` and of all that it calls; not through a register, and not
    /// through functions for which `follow` is false.
    pub(crate) fn reached(
        &self,
        address: u32,
        follow: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = &str> {
        let (reached, _) = self.follow(address, follow);
        reached.into_iter().filter_map(|it| self.name(it))
    }

    /// Every function, with its address.
    pub(crate) fn functions(&self) -> impl Iterator<Item = (u32, &str)> {
        let functions = self.functions.iter();
        functions.map(|(address, function)| (*address, function.name.as_str()))
    }

    fn name(&self, address: u32) -> Option<&str> {
        let function = self.functions.get(&address)?;
        Some(&function.name)
    }

    /// The functions that are reached, and the findings in them.
    fn follow(&self, address: u32, follow: impl Fn(&str) -> bool) -> (BTreeSet<u32>, Vec<String>) {
        let (mut seen, mut to_do, mut findings) = (BTreeSet::new(), vec![address], Vec::new());
        while let Some(address) = to_do.pop() {
            if self.name(address).is_none_or(&follow) && seen.insert(address) {
                self.search(address, &mut to_do, &mut findings);
            }
        }
        (seen, findings)
    }

    fn search(&self, function: u32, callees: &mut Vec<u32>, findings: &mut Vec<String>) {
        let Some(Function { name, size }) = self.functions.get(&function) else {
            return findings.push(format!("a call to {function:#x}, which is no function"));
        };
        let range = function..function + size;
        let mut at = function;
        while at < range.end {
            if let Some(data) = self.data.iter().find(|data| data.contains(&at)) {
                at = data.end;
                continue;
            }
            let Some(instruction) = self.decode(at) else {
                return findings.push(format!("{name}: {at:#x}: no instruction"));
            };
            let mut found = |what: &str| findings.push(format!("{name}: {at:#x}: {what}"));
            match (instruction.opcode, instruction.operands[0]) {
                (Opcode::CPS(_), _) => found("cps"),
                (Opcode::MSR, _) => found("msr"),
                (Opcode::BLX, _) => found("a call through a register"),
                (Opcode::BX, Operand::Reg(to)) if to != Reg::from_u8(14) => {
                    found("a jump through a register");
                }
                (Opcode::BL | Opcode::B, Operand::BranchThumbOffset(halfwords)) => {
                    let to = at.wrapping_add(4).wrapping_add_signed(2 * halfwords);
                    if !range.contains(&to) {
                        callees.push(to);
                    }
                }
                _ => {}
            }
            at += instruction.len().to_const();
        }
    }

    fn decode(&self, at: u32) -> Option<Instruction> {
        let offset = usize::try_from(at.checked_sub(self.start)?).ok()?;
        let mut reader = U8Reader::new(self.bytes.get(offset..)?);
        InstDecoder::default_thumb().decode(&mut reader).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Function};

    /// Three functions in a row, at 0x100; constants in the second.
    fn planted(first: &[u16], second: &[u16], third: &[u16]) -> Code {
        let mut code = Code {
            start: 0x100,
            bytes: Vec::new(),
            functions: Default::default(),
            data: Vec::new(),
        };
        for (name, halfwords) in [("first", first), ("second", second), ("third", third)] {
            let address = 0x100 + u32::try_from(code.bytes.len()).unwrap();
            let bytes = halfwords.iter().flat_map(|it| it.to_le_bytes());
            code.bytes.extend(bytes);
            let size = 2 * u32::try_from(halfwords.len()).unwrap();
            let name = name.to_owned();
            code.functions.insert(address, Function { name, size });
        }
        code
    }

    const RETURN: u16 = 0x4770;
    const NOP: u16 = 0xbf00;
    const CPSID: u16 = 0xb672;

    #[test]
    fn a_masking_instruction_is_found() {
        for (what, halfwords) in [
            ("cps", &[NOP, CPSID, RETURN][..]),
            ("cps", &[NOP, 0xb662, RETURN]),
            ("msr", &[NOP, 0xf380, 0x8810, RETURN]),
            ("a call through a register", &[NOP, 0x4798, RETURN]),
            ("a jump through a register", &[NOP, 0x4718]),
            ("no instruction", &[NOP, 0xf000]),
        ] {
            let code = planted(halfwords, &[], &[]);
            assert_eq!(code.findings(0x100), [format!("first: 0x102: {what}")]);
        }
    }

    #[test]
    fn other_instructions_are_not_findings() {
        // mrs r0, PRIMASK; dmb; push {lr}; pop {pc}
        let harmless = [0xf3ef, 0x8010, 0xf3bf, 0x8f5f, 0xb500, 0xbd00, RETURN];
        let code = planted(&harmless, &[CPSID], &[]);
        assert_eq!(code.findings(0x100), [""; 0]);
    }

    #[test]
    fn a_callee_counts() {
        // bl: to the third, past the four bytes of the second.
        let code = planted(&[0xf000, 0xf803, RETURN], &[NOP, RETURN], &[CPSID, RETURN]);
        assert_eq!(code.findings(0x100), ["third: 0x10a: cps"]);
        assert!(code.reached(0x100, |_| true).eq(["first", "third"]));
        assert!(code.reached(0x100, |name| name != "third").eq(["first"]));
        // b back to itself is no call, nor is a conditional branch.
        let code = planted(&[0xe7fe, 0xd0fd], &[CPSID], &[]);
        assert_eq!(code.findings(0x100), [""; 0]);
    }

    #[test]
    fn constants_are_not_instructions() {
        let mut code = planted(&[NOP, RETURN, CPSID, CPSID], &[], &[]);
        assert_eq!(code.findings(0x100).len(), 2);
        code.data.push(0x104..0x108);
        assert_eq!(code.findings(0x100), [""; 0]);
    }

    #[test]
    fn a_call_into_the_middle_of_a_function_is_reported() {
        let code = planted(&[0xf000, 0xf803, RETURN], &[NOP, RETURN, NOP], &[RETURN]);
        let [finding] = &code.findings(0x100)[..] else {
            panic!("nothing found, or more");
        };
        assert!(finding.contains("no function"), "{finding}");
    }
}
