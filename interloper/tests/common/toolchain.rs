//! The compiler that `cargo xtask setup` makes where rustup has no bare-metal targets.

use std::path::Path;

/// No tables yet, built by that compiler if there is one.
pub(crate) fn tables() -> interloper::Tables {
    let tables = interloper::Tables::new(env!("CARGO_MANIFEST_DIR"), env!("CARGO_TARGET_TMPDIR"));
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/embedded-toolchain/bin/rustc");
    match made.canonicalize() {
        Ok(rustc) => tables.rustc(rustc),
        Err(_) => tables,
    }
}
