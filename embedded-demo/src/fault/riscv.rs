//! Every exception: no program here expects one.

use super::fault;
use riscv_rt::TrapFrame;

#[allow(unsafe_code, reason = "riscv-rt finds it by its name")]
// SAFETY: riscv-rt calls a function of this name and type for every exception without its own handler.
#[unsafe(export_name = "ExceptionHandler")]
extern "C" fn exception(_: &TrapFrame) -> ! {
    fault()
}
