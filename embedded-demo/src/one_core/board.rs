//! The parts that differ between the boards: the address of the image, the UART, and the interrupts.

use core::{marker::PhantomData, ptr};

#[cfg_attr(board = "microbit", path = "board/microbit.rs")]
#[cfg_attr(board = "lm3s6965evb", path = "board/lm3s6965evb.rs")]
#[cfg_attr(board = "virt", path = "board/virt/mod.rs")]
mod this;

pub(super) use this::*;

/// A device register of 32 bits, or of `T`. Only the boards' files construct one.
pub(super) struct Register<T = u32>(usize, PhantomData<T>);

#[allow(
    unsafe_code,
    reason = "device registers are reached through raw pointers"
)]
impl<T: Copy> Register<T> {
    const fn at(address: usize) -> Self {
        Self(address, PhantomData)
    }

    pub(super) fn read(&self) -> T {
        // SAFETY: The address is that of a register of this board and of this size, aligned, and not of
        // Rust's memory.
        unsafe { ptr::with_exposed_provenance::<T>(self.0).read_volatile() }
    }

    pub(super) fn write(&self, value: T) {
        // SAFETY: As for `read`. No register that is written remaps memory.
        unsafe { ptr::with_exposed_provenance_mut::<T>(self.0).write_volatile(value) }
    }
}
