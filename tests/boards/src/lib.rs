//! Small firmware, each the proof of one property; `tests/suite/board_programs` builds it, boots it in QEMU
//! and checks its messages.
//!
//! Three programs are examples to copy from:
//!
//! | `src/bin/…` | shows |
//! |---|---|
//! | `latest_bare.rs` | `Latest` in a plain `static`, its writer in a cortex-m-rt handler |
//! | `latest_rtic.rs` | the same as RTIC resources |
//! | `progress_embassy.rs` | Embassy tasks that await one `Progress` |
//!
//! The others are experiments:
//!
//! | `src/bin/…` | shows |
//! |---|---|
//! | `wake_in_the_gap.rs` | hand-written code sleeps through an interrupt in the gap before the sleep; the library does not |
//! | `refusals.rs` | the contexts in which waiting is refused |
//! | `machine_mode.rs` | functions to disassemble: the register that masks on RISC-V |
//! | `second_pass.rs` | whether a waiter stores in each pass |
//! | `wide_raw.rs` | the 64-bit atomic that hangs |
//! | `wide_exact.rs` | the same work without the hang |
//! | `masking.rs` | functions to disassemble: which mask interrupts |
//! | `panics/` | functions to disassemble: which panic |
//! | `exhaustion.rs` | the last ID, in `main` and in an interrupt |
//!
//! The library half is shared by all programs: how to end a run, and interrupts on demand.

#![cfg_attr(target_os = "none", no_std)]

#[cfg(target_os = "none")]
mod auto_traits;
#[cfg(target_os = "none")]
mod end;
#[cfg(target_os = "none")]
mod hook;
#[cfg(target_os = "none")]
#[cfg_attr(target_arch = "arm", path = "interrupts/cortex_m.rs")]
#[cfg_attr(target_arch = "riscv32", path = "interrupts/riscv.rs")]
mod interrupts;
#[cfg(feature = "embassy")]
pub mod polls;

#[cfg(target_os = "none")]
pub use end::end;
#[cfg(target_os = "none")]
pub use interrupts::{Board, Wfi, demand, on_demand, ticks, wfi};

/// Makes `main` from a `fn(Board) -> bool` that returns whether the experiment succeeded.
#[macro_export]
macro_rules! experiment {
    ($run:path) => {
        #[cfg_attr(target_arch = "arm", cortex_m_rt::entry)]
        #[cfg_attr(target_arch = "riscv32", riscv_rt::entry)]
        fn main() -> ! {
            $crate::end($crate::Board::take().is_some_and($run))
        }
    };
}
