//! The firmware of `cargo xtask cost`: every public operation, what the field uses in its place, and what
//! can be written by hand.
//!
//! Each is a function of its own, called once between two marks. The host executes the run in the machine of
//! `interloper`, and counts; this side gives the names, in the order of the calls.

#![no_std]
#![no_main]

mod hand;
mod measure;
mod ops;
mod peers;
mod ram;

#[cfg(target_arch = "arm")]
use cortex_m as _;
#[cfg(target_arch = "riscv32")]
use riscv as _;

/// Called by the host, with interrupts enabled.
// SAFETY: no other function has this name.
#[allow(unsafe_code, reason = "the host finds it by its name")]
#[unsafe(no_mangle)]
extern "C" fn main() {
    ops::all();
    hand::all();
    peers::all();
    ram::all();
    measure::say("done\n");
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // The host ends a run that takes too long.
    loop {
        core::hint::spin_loop();
    }
}
