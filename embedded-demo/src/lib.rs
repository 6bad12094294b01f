//! The firmware's parts; each binary is one of its programs.
//!
//! | program | does | boards |
//! |---|---|---|
//! | `embedded-demo` | the tour: every scenario | all |
//! | `live` | 100 items in a handler; `main` draws `Working.. 37/100 done` on the UART, and sleeps in WFI | with one core |
//! | `stop-flag` | items in a handler, until the UART receives `stop` | with one core |
//! | `checksum` | CRC-32 of its own image, in four handlers | with one core |
//! | `lost-updates` | increments by two cores, some of them lost | with two cores |
//! | `abort`, `fail` | fail, for the tests | with one core |
//!
//! In this folder, `cargo run --bin live` is the progress line on a Cortex-M0 (`microbit`) in QEMU;
//! `--target thumbv7m-none-eabi` is a Cortex-M3, `--target riscv32imc-unknown-none-elf` a RISC-V hart,
//! `--target thumbv8m.main-none-eabi` two Cortex-M33.
//!
//! | `one_core/…` | is |
//! |---|---|
//! | `party.rs` | interrupts as the other party of the scenarios |
//! | `handler.rs` | borrowed closures as interrupt handlers |
//! | `demand.rs` | an interrupt that takes one step at once |
//! | `turns.rs` | the order of the workers' interrupts |
//! | `tick.rs` | the tick, which runs the workers |
//! | `deadline.rs` | the wait of `main` |
//! | `console.rs` | lines from the UART, received by interrupt |
//! | `arch/*` | timer and interrupts, a folder for each architecture |
//! | `board/*.rs` | UART and interrupt numbers, a file for each board |
//! | `program/*.rs` | the programs |
//!
//! | `two_cores/…` | is |
//! |---|---|
//! | `party.rs` | the second core as the other party |
//! | `inbox.rs` | borrowed closures that one core runs for the other |
//! | `second.rs` | the start of the second core |
//! | `section.rs` | critical sections for two cores |
//! | `deadline.rs` | the wait of a core |
//! | `program/*.rs` | the programs |
//!
//! Both have `tour.rs`, and `fault.rs`, which ends the run after a panic or a fault. On the host there is only a
//! `main` that refuses.

#![cfg_attr(target_os = "none", no_std)]

#[cfg(not(target_os = "none"))]
mod host;
#[cfg(not(target_os = "none"))]
pub use host::refuse;

#[cfg(target_os = "none")]
mod entry;
#[cfg(target_os = "none")]
pub use entry::entry;
#[cfg(target_os = "none")]
mod fault;
#[cfg(target_os = "none")]
mod tour;

#[cfg(party = "interrupts")]
mod one_core;
#[cfg(party = "interrupts")]
pub use one_core::*;

#[cfg(party = "cores")]
mod two_cores;
#[cfg(party = "cores")]
pub use two_cores::*;
