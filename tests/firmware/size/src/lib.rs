//! What every firmware here has: inputs and outputs that are opaque to the compiler.
//!
//! `NAME.rs` uses the primitive in main and in an interrupt handler, `NAME_by_hand.rs` does the same
//! without this crate, and `nothing.rs` neither. They are built and weighed, and never run.

#![no_std]

use core::hint::black_box;
use cortex_m as _;

/// A number from outside.
#[inline(always)]
pub fn input() -> u32 {
    black_box(1)
}

/// A number to the outside.
#[inline(always)]
pub fn output(number: u32) {
    black_box(number);
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
