//! Functions to be disassembled: which register WFI is masked by, where another crate of the build has
//! enabled `riscv/s-mode`. It is not run.

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
    // SAFETY: it is never run.
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
