//! A referee for `interloper`: QEMU repeats its runs, from the same ELF file, on the boards `microbit`, `mps2-an385` and
//! `virt`.
//!
//! The program has no runtime and no vector table. A debugger connection stands for both: it sets registers as a call
//! does, makes an interrupt pending before the instruction that `interloper` names, and reads what the functions of the
//! table write out.
//!
//! | part | what it does |
//! |---|---|
//! | `interloper` | names the landing, the instructions, the masks, the answers and the state |
//! | the debugger (this package) | calls functions, sets interrupts pending, reads memory |
//! | QEMU | loads the file, executes every instruction, decides when an interrupt is taken, enters and leaves handlers |
//!
//! A run agrees if the handler begins and ends before the same instructions, interrupts are masked at the landing in
//! both or in neither, and each answer and the state are the same text. With [`Pace::Steps`], each instruction is
//! compared by its address.
//!
//! # What is not repeated
//!
//! * `WFI` and `WFE` with a sleep: a debugger cannot make an interrupt pending in QEMU while a core sleeps, and QEMU's
//!   `WFE` does not sleep.
//! * An exclusive store that fails although it could succeed, and a load or store of several words that is interrupted
//!   inside: QEMU does neither.
//! * A second core: `microbit` and `mps2-an385` have one, and neither has the locks of the RP2040.
//! * Armv8-M: QEMU's boards with a Cortex-M33 begin in secure state, which executes nothing at the addresses of a table.
//! * The trampoline of a RISC-V handler (saving registers) is the debugger's, as it is the machine's in `interloper`;
//!   the trap and `MRET` are QEMU's.

mod board;
mod emulator;
mod gdb;
mod referee;

pub use board::{Arm, Board, Riscv};
pub use referee::{Bout, Count, Disagreement, Extent, Pace, Referee};
