//! A compiler with the sources of its standard library, from which `core` can be built.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result, ensure};

use crate::{command::text, root};

/// The workspace's `rust-version`: an older compiler cannot build the firmware.
pub const OLDEST: (u32, u32) = (1, 94);

/// The active compiler if its sources are installed, or else the distribution's.
#[must_use]
pub fn compiler() -> Option<PathBuf> {
    ["rustc", "/usr/bin/rustc"].into_iter().find_map(|rustc| {
        let ask = |args: &[&str]| text(Command::new(rustc).args(args).current_dir(root())).ok();
        let version = ask(&["--version"])?;
        let sysroot = PathBuf::from(ask(&["--print", "sysroot"])?);
        let sources = sysroot.join("lib/rustlib/src/rust/library/core/src/lib.rs");
        let new_enough = parse_version(version.strip_prefix("rustc ")?)? >= OLDEST;
        (new_enough && sources.exists()).then(|| sysroot.join("bin/rustc"))
    })
}

/// The rustdoc beside [`compiler`].
pub fn rustdoc() -> Result<PathBuf> {
    let rustc = compiler().context("no installed rustc is new enough and has its sources")?;
    let rustdoc = rustc.with_file_name("rustdoc");
    ensure!(rustdoc.exists(), "{} does not exist", rustdoc.display());
    Ok(rustdoc)
}

/// Major and minor number of a version.
#[must_use]
pub fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn versions_compare_by_number() {
        assert!(parse_version("1.100.0").unwrap() > parse_version("1.94.1").unwrap());
        assert!(parse_version("1.85.0").unwrap() < OLDEST);
        assert_eq!(parse_version("nightly"), None);
    }

    #[test]
    fn the_oldest_compiler_is_the_workspace_s() {
        let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
        let (major, minor) = OLDEST;
        assert!(manifest.contains(&format!("rust-version = \"{major}.{minor}\"")));
    }
}
