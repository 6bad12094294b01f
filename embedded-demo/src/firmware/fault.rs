//! Whatever goes wrong ends the run with a code of its own: 101 for a panic, 102 for a fault.

#[cfg_attr(target_arch = "arm", path = "fault/cortex_m.rs")]
#[cfg_attr(target_arch = "riscv32", path = "fault/riscv.rs")]
mod exception;

use core::panic::PanicInfo;
use indivisible::atomic::{AtomicBool, Ordering::Relaxed};
use semihosting::process::exit;

static PANICKED: AtomicBool = AtomicBool::new(false);

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    // The logger panics where it is entered again; its panic must not be logged.
    if !PANICKED.swap(true, Relaxed) {
        defmt::error!("{}", defmt::Display2Format(info));
    }
    exit(101)
}

/// What the processor calls a fault.
fn fault() -> ! {
    exit(102)
}
