//! Compiler flags for the packages of a workspace alone.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, id},
};

use anyhow::{Context, Result};

use crate::toolchain::target_dir;

/// Compiles the packages of the workspace with these flags, and their dependencies as always: with `RUSTFLAGS`, each set of
/// flags would compile every dependency again.
///
/// Cargo runs a wrapper in place of the compiler, also when it asks for the target's `cfg`, and distinguishes what it makes
/// by the wrapper's path.
pub fn set_flags(cargo: &mut Command, flags: &str) -> Result<()> {
    let wrapper = written(&target_dir().join("wrappers"), flags)?;
    cargo.env("RUSTC_WORKSPACE_WRAPPER", wrapper);
    Ok(())
}

/// The wrapper for these flags.
fn written(dir: &Path, flags: &str) -> Result<PathBuf> {
    let name = flags.trim_matches('-').replace([' ', '-'], "_");
    let path = dir.join(name);
    let script = format!("#!/bin/sh\nexec \"$@\" {flags}\n");
    if fs::read_to_string(&path).is_ok_and(|old| old == script) {
        return Ok(path);
    }
    let write = || {
        fs::create_dir_all(dir)?;
        // Complete at once, for another process that writes or runs it.
        let new = path.with_extension(id().to_string());
        fs::write(&new, script)?;
        fs::set_permissions(&new, fs::Permissions::from_mode(0o755))?;
        fs::rename(new, &path)
    };
    write().with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::text;

    #[test]
    fn the_compiler_gets_the_flags_and_what_cargo_gives_it() {
        let dir = std::env::temp_dir().join(format!("wrappers-{}", id()));
        let [one, two] = ["--cfg one", "--cfg one --cfg two"].map(|it| written(&dir, it).unwrap());
        let printed = |wrapper: &Path| text(Command::new(wrapper).args(["echo", "a b", "-c"]));
        assert_eq!(printed(&one).unwrap(), "a b -c --cfg one");
        assert_eq!(printed(&two).unwrap(), "a b -c --cfg one --cfg two");
        fs::remove_dir_all(dir).unwrap();
    }
}
