//! The firmware of `cargo xtask sweep`: the library's operations, and some that are not ours, for the
//! harness to interrupt at every instruction.

#![no_std]
#![no_main]

mod cases;
mod planted;

#[cfg(target_arch = "arm")]
use cortex_m as _;
#[cfg(target_arch = "riscv32")]
use riscv as _;

#[cfg(target_arch = "arm")]
use cortex_m_rt::entry;
#[cfg(target_arch = "riscv32")]
use riscv_rt::entry;

#[entry]
fn main() -> ! {
    harness::run(cases::ALL)
}
