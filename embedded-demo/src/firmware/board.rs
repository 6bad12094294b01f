//! What differs between the boards: the UART, and which interrupts are free for the workers.

use core::ptr;
use cortex_m::interrupt::InterruptNumber;

#[cfg_attr(board = "microbit", path = "board/microbit.rs")]
#[cfg_attr(board = "lm3s6965evb", path = "board/lm3s6965evb.rs")]
mod this;

pub(super) use this::{INNER, UART, WORKERS, uart};

/// An interrupt's number.
#[derive(Clone, Copy)]
pub(super) struct Irq(u16);

impl Irq {
    /// Whether it is the one of this number, which is negative for exceptions.
    pub(super) fn is(self, number: i16) -> bool {
        i16::try_from(self.0) == Ok(number)
    }
}

#[allow(unsafe_code, reason = "the trait is unsafe")]
// SAFETY: A number never changes, and the boards' files, which alone make one, know which they have.
unsafe impl InterruptNumber for Irq {
    fn number(self) -> u16 {
        self.0
    }
}

/// A device register of 32 bits. Only the boards' files make one.
#[derive(Clone, Copy)]
struct Register(usize);

#[allow(
    unsafe_code,
    reason = "device registers are reached through raw pointers"
)]
impl Register {
    fn read(self) -> u32 {
        // SAFETY: The address is that of a register of this board, aligned, and no memory of Rust's.
        unsafe { ptr::with_exposed_provenance::<u32>(self.0).read_volatile() }
    }

    fn write(self, value: u32) {
        // SAFETY: As for `read`. The boards' files write to no register that moves memory.
        unsafe { ptr::with_exposed_provenance_mut::<u32>(self.0).write_volatile(value) }
    }
}
