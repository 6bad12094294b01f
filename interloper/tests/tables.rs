//! The tables of this repository.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// The compiler that `cargo xtask setup` makes where rustup has no bare-metal targets.
fn rustc() -> Option<PathBuf> {
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/embedded-toolchain/bin/rustc");
    made.canonicalize().ok()
}

fn main() -> ExitCode {
    let tables = interloper::Tables::new(env!("CARGO_MANIFEST_DIR"), env!("CARGO_TARGET_TMPDIR"))
        .table("tests/tables/counter.rs")
        .table("tests/tables/heapless.rs")
        .table("tests/tables/rules.rs")
        .table("tests/tables/cores.rs")
        .table("tests/tables/indivisible.rs")
        .table("tests/tables/adversarial.rs");
    match rustc() {
        Some(rustc) => tables.rustc(rustc),
        None => tables,
    }
    .run()
}
