//! A panic ends the run with exit code 101, a fault with 102.

#[cfg_attr(target_arch = "arm", path = "fault/cortex_m.rs")]
#[cfg_attr(target_arch = "riscv32", path = "fault/riscv.rs")]
mod exception;

use core::panic::PanicInfo;
use indivisible::atomic::{AtomicBool, Ordering::Relaxed};
use semihosting::process::exit;

static PANICKED: AtomicBool = AtomicBool::new(false);

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    // The logger panics on reentry; that panic must not be logged.
    if !PANICKED.swap(true, Relaxed) {
        defmt::error!("{}", defmt::Display2Format(info));
    }
    exit(101)
}

/// Ends the run after a fault of the processor.
fn fault() -> ! {
    exit(102)
}
