//! What correct code never does, in sentences.

use core::{error::Error, fmt};

/// An instruction that could not be executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fault {
    /// The address of the instruction.
    pub pc: u32,
    /// Why.
    pub kind: FaultKind,
}

/// Why an instruction could not be executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultKind {
    /// The program counter left the flash.
    Fetch,
    /// The instruction set has no such instruction, or the machine does not implement it.
    Undefined {
        /// The encoding; the first halfword of a 32-bit Thumb instruction is the upper one.
        encoding: u32,
    },
    /// The architecture leaves open what the instruction does.
    Unpredictable {
        /// The encoding.
        encoding: u32,
    },
    /// The address is neither in flash nor in RAM.
    Load {
        /// The address.
        address: u32,
    },
    /// The address is not in RAM.
    Store {
        /// The address.
        address: u32,
    },
    /// The address is in flash.
    ReadOnly {
        /// The address.
        address: u32,
    },
    /// The address is not a multiple of the size.
    Unaligned {
        /// The address.
        address: u32,
        /// The size in bytes.
        size: u32,
    },
    /// The stack pointer left the stack.
    StackOverflow {
        /// The stack pointer.
        sp: u32,
    },
    /// `BKPT` or `EBREAK`.
    Breakpoint,
    /// `UDF`: rustc ends a path with it that cannot be reached, and `core::intrinsics::abort`.
    Abort,
    /// `SVC` or `ECALL`.
    Call,
    /// An Arm core branched to an even address.
    ArmState {
        /// The address.
        target: u32,
    },
    /// `EXC_RETURN` without an active interrupt, or of another kind than the entry.
    ExceptionReturn,
    /// More than [`MAX_DEPTH`](super::MAX_DEPTH) interrupts are active.
    TooDeep,
    /// A special register or CSR that the machine does not have.
    Register {
        /// Its number.
        number: u16,
    },
    /// A counter of cycles or time.
    Time,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pc = self.pc;
        match self.kind {
            FaultKind::Fetch => write!(f, "execution left the flash at {pc:#010x}"),
            FaultKind::Undefined { encoding } => {
                write!(f, "undefined instruction {encoding:#x} at {pc:#010x}")
            }
            FaultKind::Unpredictable { encoding } => {
                write!(f, "unpredictable instruction {encoding:#x} at {pc:#010x}")
            }
            FaultKind::Load { address } => write!(
                f,
                "load from {address:#010x}, outside memory, at {pc:#010x}"
            ),
            FaultKind::Store { address } => {
                write!(f, "store to {address:#010x}, outside memory, at {pc:#010x}")
            }
            FaultKind::ReadOnly { address } => {
                write!(f, "store to flash, {address:#010x}, at {pc:#010x}")
            }
            FaultKind::Unaligned { address, size } => {
                write!(
                    f,
                    "unaligned access of {size} bytes to {address:#010x} at {pc:#010x}"
                )
            }
            FaultKind::StackOverflow { sp } => {
                write!(f, "stack overflow: stack pointer {sp:#010x} at {pc:#010x}")
            }
            FaultKind::Breakpoint => write!(f, "breakpoint at {pc:#010x}"),
            FaultKind::Abort => write!(f, "abort at {pc:#010x}"),
            FaultKind::Call => write!(f, "supervisor call at {pc:#010x}"),
            FaultKind::ArmState { target } => {
                write!(f, "branch to the even address {target:#010x} at {pc:#010x}")
            }
            FaultKind::ExceptionReturn => write!(
                f,
                "exception return without an active interrupt at {pc:#010x}"
            ),
            FaultKind::TooDeep => write!(f, "too many nested interrupts at {pc:#010x}"),
            FaultKind::Register { number } => {
                write!(f, "unknown special register {number:#x} at {pc:#010x}")
            }
            FaultKind::Time => write!(
                f,
                "counter of cycles read at {pc:#010x}: the machine has no time"
            ),
        }
    }
}

impl Error for Fault {}
