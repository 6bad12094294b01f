//! What is left if everything is written by hand: without a frame, every register chosen.
//!
//! The masked versions save the mask and restore it, as a library has to.

/// Functions in assembly: each one's name and its lines.
macro_rules! functions {
    ($($name:literal: [$($line:literal),* $(,)?])*) => {
        core::arch::global_asm!($(
            concat!(".section .text.", $name, ", \"ax\", %progbits"),
            concat!(".global ", $name),
            concat!(".type ", $name, ", %function"),
            $crate::hand::mode!(),
            concat!($name, ":"),
            $($line,)*
            concat!(".size ", $name, ", . - ", $name),
        )*);
    };
}
use functions;

/// What a function's instructions are, where there are several kinds.
#[cfg(target_arch = "arm")]
macro_rules! mode {
    () => {
        ".thumb_func"
    };
}
#[cfg(target_arch = "riscv32")]
macro_rules! mode {
    () => {
        ""
    };
}
use mode;

#[cfg_attr(target_arch = "riscv32", path = "hand/riscv.rs")]
#[cfg_attr(target_has_atomic = "32", path = "hand/armv7m.rs")]
#[cfg_attr(
    not(any(target_arch = "riscv32", target_has_atomic = "32")),
    path = "hand/armv6m.rs"
)]
mod assembly;

use crate::measure::cost;
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

#[allow(unsafe_code, reason = "functions in assembly")]
// SAFETY: the signatures are those of the assembly, which touches no more than the words it is given.
unsafe extern "C" {
    /// Adds, wrapping around; returns the previous value.
    safe fn hand_fetch_add(word: &AtomicU32, n: u32) -> u32;
    /// The next number below the limit; the largest if there is none.
    safe fn hand_allocate(next: &AtomicU32, limit: u32) -> u32;
    /// Count, total, maximum.
    safe fn hand_record(stats: &[AtomicU32; 3], value: u32);
    /// A flag of one byte.
    safe fn hand_load(flag: &AtomicBool) -> bool;
}

pub(crate) fn all() {
    static WORD: AtomicU32 = AtomicU32::new(0);
    static STATS: [AtomicU32; 3] = [const { AtomicU32::new(0) }; 3];
    static FLAG: AtomicBool = AtomicBool::new(false);

    cost!(by "assembly", for "AtomicU32::fetch_add", "fetch_add",
        extern hand_fetch_add |word: &AtomicU32, n: u32| -> u32, (&WORD, 1));
    cost!(by "assembly", for "IdAllocator<_, Checked>::allocate", "bounded ID",
        extern hand_allocate |next: &AtomicU32, limit: u32| -> u32, (&WORD, 10));
    STATS[2].store(5, Relaxed);
    cost!(by "assembly", for "Stats::record", "record, no new maximum",
        extern hand_record |stats: &[AtomicU32; 3], value: u32|, (&STATS, 3));
    cost!(by "assembly", for "StopFlag::stop_requested", "load of a byte",
        extern hand_load |flag: &AtomicBool| -> bool, (&FLAG));
}
