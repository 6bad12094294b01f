//! The project's chores: set-up, the QEMU runner, both demos, every test.
//!
//! `main.rs` only reads the command line. The library half exists for the integration tests, which
//! build firmware with [`firmware`], boot it with [`qemu`] and read its lines with [`protocol`].

#[cfg(not(unix))]
compile_error!("xtask needs a Unix host (Linux or macOS; on Windows, WSL)");

pub mod bench;
pub mod child;
pub mod command;
pub mod cost;
pub mod demo;
pub mod firmware;
pub mod models;
mod output;
pub mod packages;
mod progress;
pub mod protocol;
pub mod qemu;
pub mod setup;
pub mod sweep;
pub mod test;
pub mod toolchain;

use std::path::PathBuf;

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}
