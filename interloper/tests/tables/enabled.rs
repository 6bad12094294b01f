//! The interrupt enables of a hart outlive a call: an interrupt that one call disables comes after the call that enables
//! it again.
//!
//! ```toml
//! [interloper]
//! targets = ["riscv32imc-unknown-none-elf"]
//! ```

use core::{
    arch::asm,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};
use interloper_table::object;

/// Enables these interrupts, and no others.
fn enable(interrupts: u32) {
    // SAFETY: it changes `mie` and nothing else.
    unsafe { asm!("csrw mie, {}", in(reg) interrupts) }
}

object! {
    disabled: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2],
    reset |disabled| *disabled = [const { AtomicU32::new(0) }; 2],
    main fn write(disabled) = [
        disable { enable(0) },
        work { disabled.iter().for_each(|word| word.store(1, Relaxed)) },
        enable { enable(u32::MAX) },
    ],
    irq(1) fn are_equal(disabled) -> bool { disabled[0].load(Relaxed) == disabled[1].load(Relaxed) },
}
