//! The core that sleeps: one module for Cortex-M and one for RISC-V, with the same functions.

#![allow(
    unsafe_code,
    reason = "enabling interrupts is unsafe, and so is reading two registers"
)]

#[cfg(target_arch = "arm")]
mod cortex_m;
#[cfg(target_arch = "arm")]
pub(super) use cortex_m::{check_can_mask, check_context, wfi_unless};

#[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
mod riscv;
#[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
pub(super) use riscv::{check_can_mask, check_context, wfi_unless};
