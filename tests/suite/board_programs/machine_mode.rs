//! `Wfi` masks in `mstatus`, which it has read, even if another crate of the build enables `riscv/s-mode`.

use super::{board, build};
use object::{Object, ObjectSection, ObjectSymbol, SymbolKind};
use std::{collections::BTreeSet, fs, path::Path};

const WFI: u32 = 0x1050_0073;
const MSTATUS: u32 = 0x300;
const SSTATUS: u32 = 0x100;

/// The instructions of RISC-V code: in those of 16 bits the two lowest bits are not 11.
fn instructions(code: &[u8]) -> Vec<u32> {
    let halfwords = code
        .chunks_exact(2)
        .map(|it| u16::from_le_bytes([it[0], it[1]]));
    let mut halfwords = halfwords.map(u32::from);
    let mut found = Vec::new();
    while let Some(low) = halfwords.next() {
        let high = if low & 3 == 3 {
            halfwords.next()
        } else {
            Some(0)
        };
        found.push(low | high.unwrap_or(0) << 16);
    }
    found
}

/// The control and status registers that the code names.
fn registers(code: &[u32]) -> BTreeSet<u32> {
    let system = code
        .iter()
        .filter(|it| *it & 0x7f == 0x73 && *it >> 12 & 7 != 0);
    system.map(|it| it >> 20).collect()
}

/// Each function that executes WFI, and the registers that it names.
fn sleepers(elf: &Path) -> Vec<(String, BTreeSet<u32>)> {
    let bytes = fs::read(elf).unwrap();
    let file = object::File::parse(&*bytes).unwrap();
    let text = file.section_by_name(".text").unwrap();
    let functions = file.symbols().filter(|it| it.kind() == SymbolKind::Text);
    let code = functions.filter_map(|it| {
        let data = text.data_range(it.address(), it.size()).ok()??;
        Some((it.name().ok()?.to_owned(), instructions(data)))
    });
    let sleepers = code.filter(|(_, code)| code.contains(&WFI));
    sleepers
        .map(|(name, code)| (name, registers(&code)))
        .collect()
}

#[test]
fn wfi_is_masked_in_machine_mode() {
    let elf = build(board("virt"), "machine_mode", &["s-mode"]);
    let (planted, ours): (Vec<_>, Vec<_>) = sleepers(&elf)
        .into_iter()
        .partition(|(name, _)| name.contains("planted"));
    let registers = |of: &[(String, BTreeSet<u32>)]| -> Vec<BTreeSet<u32>> {
        of.iter().map(|(_, registers)| registers.clone()).collect()
    };
    assert_eq!(registers(&planted), [BTreeSet::from([SSTATUS])]);
    assert_eq!(registers(&ours), [BTreeSet::from([MSTATUS])], "{ours:?}");
}
