//! Small firmware, each the proof of one thing; `tests/suite/board_programs` builds it, boots it in QEMU and
//! says what it must show.
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
//! | `wake_in_the_gap.rs` | an interrupt between the look and the sleep is slept through by hand-written code, and not by this library's |
//! | `refusals.rs` | where waiting is refused |
//! | `machine_mode.rs` | functions to be disassembled: which register masks on RISC-V |
//! | `second_pass.rs` | whether a waiter stores in each pass |
//! | `wide_raw.rs` | the 64-bit atomic that hangs |
//! | `wide_exact.rs` | the same work that does not |
//! | `tiers.rs` | functions to be disassembled: what masks interrupts |
//! | `panics/` | functions to be disassembled: what panics |
//! | `exhaustion.rs` | the last ID, in `main` and in an interrupt |
//!
//! The library is what they share: how to end, and interrupts on demand.

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

/// Makes `main` of `fn(Board) -> bool`, which says whether all went well.
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
