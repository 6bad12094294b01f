//! The boards: how a function is called on each, and how an interrupt is made pending.

mod arm;
mod riscv;

use core::fmt::Debug;

use anyhow::Result;
use interloper::landings::{Call, Firmware, Processor};

pub use arm::Arm;
pub use riscv::Riscv;

use crate::gdb::Gdb;

/// A board in QEMU, with a firmware in its memory.
///
/// Each method but `end` fails if QEMU does not answer.
pub trait Board: Debug + Sized {
    /// The core of `interloper` that executes the same code.
    type Core: Processor;

    /// The program counter's number in a list of all registers.
    const PC: usize;

    /// Starts QEMU.
    ///
    /// # Errors
    ///
    /// If QEMU does not start.
    fn start(target: &str, firmware: &Firmware<Self::Core>) -> Result<Self>;

    /// Resets the board after a run that did not end.
    fn reset(&mut self) -> Result<()>;

    /// Ends QEMU.
    ///
    /// # Errors
    ///
    /// If QEMU ended before, or complained.
    fn end(self) -> Result<()>;

    /// The connection to QEMU.
    fn gdb(&mut self) -> &mut Gdb;

    /// Makes each call of a handler the handler of an interrupt of its own.
    fn prepare(&mut self, calls: &[Call]) -> Result<()>;

    /// Sets the registers as a call of the function at `entry` finds them, with this stack pointer.
    fn begin(&mut self, entry: u32, stack: u32) -> Result<()>;

    /// The address of the next instruction.
    fn pc(&mut self) -> Result<u32> {
        self.gdb().register(Self::PC)
    }

    /// Goes on at another address.
    fn set_pc(&mut self, address: u32) -> Result<()> {
        self.gdb().set_register(Self::PC, address)
    }

    /// Whether interrupts are masked.
    fn masked(&mut self) -> Result<bool>;

    /// Makes the interrupt of this call pending.
    fn pend(&mut self, call: usize) -> Result<()>;

    /// In a handler before its first instruction: the address of the instruction that it interrupts.
    fn interrupted(&mut self) -> Result<u32>;

    /// Executes one instruction, or takes an interrupt.
    fn step(&mut self) -> Result<()>;

    /// Executes instructions up to this address, or to the loop where main's calls return to.
    fn go_on_to(&mut self, address: u32) -> Result<()>;
}
