//! Every run ends with a code: 0, 1 for an experiment that failed, 101 for a panic, 102 for a fault.

use core::panic::PanicInfo;
use defmt_semihosting as _;
use semihosting::process::exit;

/// Ends the run.
pub fn end(good: bool) -> ! {
    exit(i32::from(!good))
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    defmt::error!("{}", defmt::Display2Format(info));
    exit(101)
}

#[cfg(target_arch = "arm")]
#[cortex_m_rt::exception]
#[allow(
    unsafe_code,
    reason = "cortex-m-rt requires the keyword; the function is safe to call"
)]
unsafe fn HardFault(_: &cortex_m_rt::ExceptionFrame) -> ! {
    exit(102)
}

#[cfg(target_arch = "riscv32")]
#[allow(unsafe_code, reason = "riscv-rt finds it by its name")]
// SAFETY: riscv-rt calls a function of this name and type for every exception without its own handler.
#[unsafe(export_name = "ExceptionHandler")]
extern "C" fn fault(_: &riscv_rt::TrapFrame) -> ! {
    exit(102)
}
