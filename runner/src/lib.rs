//! Builds firmware, runs it in QEMU, and reads its log: shared by `cargo xtask` and the tests.
//!
//! | module | contents | uses |
//! |---|---|---|
//! | [`command`] | commands that run to their end | |
//! | [`child`] | a process whose output is read until a time limit | |
//! | [`toolchain`] | the compiler for the bare-metal targets, and cargo commands that use it | `command` |
//! | [`qemu`] | the machines, a run of firmware, the decoded log | `child` |
//! | [`browser`] | the browser that is installed | `command` |
//! | [`protocol`] | the parser of both demos' reports | |

#[cfg(not(unix))]
compile_error!("the runner needs a Unix host (Linux or macOS; on Windows, WSL)");

pub mod browser;
pub mod child;
pub mod command;
pub mod protocol;
pub mod qemu;
pub mod toolchain;

use std::path::PathBuf;

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}
