//! Where code, stacks and statics of a table lie.
//!
//! ```text
//!  Arm          RISC-V
//! 0x0001_0000  0x8000_0000  flash: code, constants, records
//! 0x2000_0000  0x8010_0000  stack of helpers: formatting, conditions, checks
//!                           stack of core 1
//!                           stack of core 0
//!                           statics       ← a stack that overflows leaves RAM or meets a guard of the machine
//! ```
//!
//! Stacks lie below the statics: a stack of core 1 or of a helper that overflows leaves RAM, and the machine faults
//! on every stack pointer below the stack that it was given.
//!
//! QEMU's boards `microbit`, `mps2-an385` and `virt` have memory at these addresses, so they execute the same file.

use core::ops::Range;

use crate::{machine::Memory, target::Architecture};

/// The first addresses of flash and RAM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Map {
    /// Below RAM, and a multiple of a page: the linker puts no headers in front of it. Not zero, where DWARF leaves
    /// discarded functions.
    pub(crate) flash: u32,
    pub(crate) ram: u32,
}

const FLASH_LEN: u32 = 0x10_0000;
/// The most that statics may take. Every snapshot copies them.
const STATICS_LEN: u32 = 0x1_0000;
const HELPER_LEN: u32 = 0xc00;
const CORE_LEN: u32 = 0x800;
/// RAM begins at a multiple of it on every map.
const RAM_ALIGN: u32 = 0x10_0000;

impl Map {
    pub(crate) const ARM: Self = Self {
        flash: 0x1_0000,
        ram: 0x2000_0000,
    };
    pub(crate) const RISCV: Self = Self {
        flash: 0x8000_0000,
        ram: 0x8010_0000,
    };

    pub(crate) fn of(architecture: Architecture) -> Self {
        match architecture {
            Architecture::Arm(_) => Self::ARM,
            Architecture::Riscv => Self::RISCV,
        }
    }

    /// The addresses of the flash.
    pub(crate) fn flash(self) -> Range<u32> {
        self.flash..self.flash + FLASH_LEN
    }

    /// The first address of the statics.
    pub(crate) fn statics(self) -> u32 {
        self.ram + HELPER_LEN + 2 * CORE_LEN
    }
}

/// The stack of functions that the host calls to read an answer or a condition.
pub(crate) fn helper_stack(memory: &Memory) -> Range<u32> {
    let ram = memory.ram().start;
    ram..ram + HELPER_LEN
}

/// The stack of a core.
pub(crate) fn stack(memory: &Memory, core: usize) -> Range<u32> {
    let above = if core == 0 { CORE_LEN } else { 0 };
    let start = helper_stack(memory).end + above;
    start..start + CORE_LEN
}

/// The addresses of the statics.
pub(crate) fn statics(memory: &Memory) -> Range<u32> {
    stack(memory, 0).end..memory.ram().end
}

/// How far an address lies from the first one of RAM; `None` for the locks of the RP2040.
pub(crate) fn offset_in_ram(address: u32) -> Option<u32> {
    let maps = [Map::ARM, Map::RISCV];
    let is_ram = maps.iter().any(|map| map.ram == address & !(RAM_ALIGN - 1));
    is_ram.then_some(address % RAM_ALIGN)
}

/// The linker script of a table.
pub(crate) fn linker_script(map: Map) -> String {
    let (flash, statics) = (map.flash, map.statics());
    format!(
        "MEMORY {{
  FLASH : ORIGIN = {flash:#x}, LENGTH = {FLASH_LEN:#x}
  RAM : ORIGIN = {statics:#x}, LENGTH = {STATICS_LEN:#x}
}}
ENTRY(interloper_panicked)
EXTERN(interloper_idle)
SECTIONS {{
  .text : {{ *(.text .text.*) }} > FLASH
  .interloper : {{ KEEP(*(.interloper)) }} > FLASH
  .rodata : {{ *(.rodata .rodata.* .srodata .srodata.*) . = ALIGN(4); }} > FLASH
  .data : {{ *(.data .data.* .sdata .sdata.*) . = ALIGN(4); }} > RAM
  .bss (NOLOAD) : {{ *(.bss .bss.* .sbss .sbss.* COMMON) . = ALIGN(4); }} > RAM
  /DISCARD/ : {{ *(.ARM.exidx*) *(.ARM.extab*) *(.eh_frame*) }}
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Flash;

    #[test]
    fn stacks_and_statics_follow_one_another_and_have_offsets() {
        for map in [Map::ARM, Map::RISCV] {
            let end = map.statics() + STATICS_LEN;
            let memory = Memory::new(Flash::new(map.flash, [0; 4]), map.ram..end);
            assert_eq!(helper_stack(&memory).start, map.ram);
            assert_eq!(helper_stack(&memory).end, stack(&memory, 1).start);
            assert_eq!(stack(&memory, 1).end, stack(&memory, 0).start);
            assert_eq!(stack(&memory, 0).end, map.statics());
            assert_eq!(statics(&memory), map.statics()..end);
            assert_eq!(offset_in_ram(map.ram), Some(0));
            assert_eq!(offset_in_ram(end), Some(end - map.ram));
            assert!(map.flash().end <= map.ram && offset_in_ram(map.flash).is_none());
        }
        assert_eq!(offset_in_ram(0xd000_0100), None);
    }
}
