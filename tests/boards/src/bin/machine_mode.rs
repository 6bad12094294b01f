//! Functions to disassemble: the register in which `Wfi` masks interrupts, in a build where another crate
//! enables `riscv/s-mode`. The program is not run.

#![no_std]
#![no_main]

use board_tests::{Board, experiment};
use core::hint::black_box;
use indivisible::wait::{Interrupts, Park, wfi::Wfi};

#[inline(never)]
fn library() {
    _ = black_box(Wfi.park_unless(&Interrupts, &mut || black_box(false)));
}

/// The functions without a mode in their name, which the feature changes.
#[inline(never)]
#[allow(unsafe_code, reason = "enabling interrupts is unsafe")]
fn planted() {
    riscv::interrupt::disable();
    riscv::asm::wfi();
    // SAFETY: the program is not run.
    unsafe { riscv::interrupt::enable() };
}

fn run(_: Board) -> bool {
    if black_box(false) {
        library();
        planted();
    }
    true
}

experiment!(run);
