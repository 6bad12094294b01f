//! Where code, stacks and statics of a table lie.
//!
//! ```text
//! 0x0800_0000  flash: code, constants, records
//! 0x2000_0000  stack of helpers: formatting, conditions, checks
//!              stack of core 1
//!              stack of core 0
//!              statics                     ← a stack that overflows leaves RAM or meets a guard of the machine
//! ```
//!
//! Stacks lie below the statics: a stack of core 1 or of a helper that overflows leaves RAM, and the machine faults
//! on every stack pointer below the stack that it was given.

use core::ops::Range;

/// The first address of the flash. Not zero: DWARF leaves discarded functions there.
pub(crate) const FLASH: u32 = 0x0800_0000;
pub(crate) const FLASH_LEN: u32 = 0x10_0000;
/// The first address of the RAM.
pub(crate) const RAM: u32 = 0x2000_0000;
/// The most that statics may take. Every snapshot copies them.
pub(crate) const STATICS_LEN: u32 = 0x1_0000;
const HELPER_LEN: u32 = 0xc00;
const CORE_LEN: u32 = 0x800;

/// The stack of functions that the host calls to read an answer or a condition.
pub(crate) const HELPER_STACK: Range<u32> = RAM..RAM + HELPER_LEN;
/// The stacks of the cores.
pub(crate) const STACKS: [Range<u32>; 2] = [
    HELPER_STACK.end + CORE_LEN..HELPER_STACK.end + 2 * CORE_LEN,
    HELPER_STACK.end..HELPER_STACK.end + CORE_LEN,
];
/// The first address of the statics.
pub(crate) const STATICS: u32 = STACKS[0].end;

/// The linker script of a table.
pub(crate) fn linker_script() -> String {
    format!(
        "MEMORY {{
  FLASH : ORIGIN = {FLASH:#x}, LENGTH = {FLASH_LEN:#x}
  RAM : ORIGIN = {STATICS:#x}, LENGTH = {STATICS_LEN:#x}
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
