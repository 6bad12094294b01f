//! Whatever goes wrong ends the run with a code of its own: 101 for a panic, 102 for a HardFault.

use core::panic::PanicInfo;
use cortex_m_rt::{ExceptionFrame, exception};
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

#[exception]
#[allow(
    unsafe_code,
    reason = "cortex-m-rt asks for the word; it is safe to run"
)]
unsafe fn HardFault(_: &ExceptionFrame) -> ! {
    exit(102)
}
