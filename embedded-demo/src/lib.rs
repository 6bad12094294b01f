//! The firmware's parts; each binary is one of its programs.
//!
//! | `firmware/…` | is |
//! |---|---|
//! | `interrupts.rs` | interrupts as the other party of the scenarios |
//! | `handler.rs` | borrowed closures as interrupt handlers |
//! | `demand.rs` | an interrupt that takes one step, here and now |
//! | `turns.rs` | which worker's interrupt is next |
//! | `tick.rs` | the beat of the free-running other side |
//! | `patience.rs` | how `main` sleeps, but not for ever |
//! | `console.rs` | lines from the UART, received by interrupt |
//! | `arch/*` | timer and interrupts, a folder an architecture |
//! | `board/*.rs` | UART and interrupt numbers, a file a board |
//! | `fault.rs` | panics and faults end the run with a code |
//! | `program/*.rs` | the programs |
//!
//! | `cores/…`, where the board has two | is |
//! |---|---|
//! | `party.rs` | the second core as the other party |
//! | `inbox.rs` | borrowed closures that one core runs for the other |
//! | `second.rs` | what the second core starts with |
//! | `section.rs` | critical sections for two cores |
//! | `patience.rs` | how a core waits, but not for ever |
//! | `program.rs`, `program/*.rs` | the programs |
//!
//! `tour.rs` is the program for both. On the host there is nothing but a `main` that says so.

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
mod tour;

#[cfg(party = "interrupts")]
mod firmware;
#[cfg(party = "interrupts")]
pub use firmware::*;

#[cfg(party = "cores")]
mod cores;
#[cfg(party = "cores")]
pub use cores::*;
