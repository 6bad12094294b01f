//! QEMU's generic RISC-V machine, which has no flash: the image is where it runs, in RAM.

pub(crate) mod clint;
pub(crate) mod plic;
pub(crate) mod uart;

/// Where the image begins.
pub(crate) const IMAGE: usize = 0x8000_0000;

/// UART0.
pub(crate) const UART: plic::Source = plic::Source(10);
