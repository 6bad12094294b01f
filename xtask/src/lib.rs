//! The commands of `cargo xtask`: set-up, the demos, the tests, the measurements.
//!
//! `main.rs` parses the command line. The package `runner` runs firmware in QEMU.

pub mod bench;
pub mod console;
pub mod cost;
pub mod demo;
pub mod look;
pub mod models;
mod output;
pub mod packages;
mod progress;
pub mod setup;
pub mod test;
