//! The firmware of `cargo xtask cost`: every public operation, what the field uses in its place, and what
//! can be written by hand.
//!
//! Each is a function of its own, called once between two marks. QEMU traces the run, and the host counts;
//! this side says no more than the names, in the order of the calls.

#![no_std]
#![no_main]

mod hand;
mod measure;
mod ops;
mod peers;
mod ram;

#[cfg(target_arch = "arm")]
use cortex_m as _;
#[cfg(target_arch = "arm")]
use cortex_m_rt::entry;
#[cfg(target_arch = "riscv32")]
use riscv_rt::entry;
use semihosting::process::ExitCode;

#[entry]
fn main() -> ! {
    measure::enable_interrupts();
    ops::all();
    hand::all();
    peers::all();
    ram::all();
    measure::say("done\n");
    ExitCode::SUCCESS.exit_process()
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    ExitCode::FAILURE.exit_process()
}
