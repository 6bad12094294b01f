//! Builds firmware for a bare-metal target.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::toolchain::{self, cargo};

/// Builds the binary `bin` of the package in `dir` (relative to the root) under the `firmware`
/// profile, and gives the path of its ELF file.
pub fn build(dir: impl AsRef<Path>, bin: &str, target: &str, features: &[&str]) -> Result<PathBuf> {
    let mut build = cargo(target, dir);
    build
        .args(["build", "--quiet", "--profile", "firmware"])
        // Also for a package with a workspace of its own.
        .env("CARGO_TARGET_DIR", toolchain::target_dir());
    if !features.is_empty() {
        build.args(["--features", &features.join(",")]);
    }
    toolchain::executable(&mut build, bin)
        .with_context(|| format!("the firmware {bin} for {target}"))
}
