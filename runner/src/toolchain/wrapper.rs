//! Settings of the compiler for the packages of a workspace alone.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::{replace_executable, toolchain::target_dir};

/// Compiles the packages of the workspace with these flags, and their dependencies as always: with `RUSTFLAGS`, each set of
/// flags would compile every dependency again.
///
/// Cargo runs a wrapper in place of the compiler, also to query the target's `cfg`, and its fingerprint of a package contains
/// the wrapper's path.
pub fn set_flags(cargo: &mut Command, flags: &str) -> Result<()> {
    let wrapper = with_flags(&dir(), flags)?;
    cargo.env("RUSTC_WORKSPACE_WRAPPER", wrapper);
    Ok(())
}

/// Allows unstable options for the packages of the workspace, and for rustdoc. The variable that allows them everywhere is
/// an input of some build scripts: cargo would compile what depends on them again.
pub fn allow_unstable(cargo: &mut Command) -> Result<()> {
    let chosen = cargo.get_envs().find(|(name, _)| *name == "RUSTDOC");
    let rustdoc = chosen.and_then(|(_, path)| path);
    let rustdoc = rustdoc.unwrap_or("rustdoc".as_ref()).to_string_lossy();
    let allow = |name: &str, command: &str| {
        let script = format!("RUSTC_BOOTSTRAP=1 exec {command}\"$@\"");
        written(&dir(), &format!("unstable {name}"), &script)
    };
    let rustc = allow("rustc", "")?;
    let rustdoc = allow(&rustdoc, &format!("'{rustdoc}' "))?;
    cargo.env("RUSTC_WORKSPACE_WRAPPER", rustc);
    cargo.env("RUSTDOC", rustdoc);
    Ok(())
}

fn dir() -> PathBuf {
    target_dir().join("wrappers")
}

fn with_flags(dir: &Path, flags: &str) -> Result<PathBuf> {
    written(
        dir,
        &format!("with {flags}"),
        &format!("exec \"$@\" {flags}"),
    )
}

/// The wrapper with this line.
fn written(dir: &Path, name: &str, line: &str) -> Result<PathBuf> {
    let name = name.replace([' ', '-', '/'], "_");
    let path = dir.join(name);
    let script = format!("#!/bin/sh\n{line}\n");
    if fs::read_to_string(&path).is_ok_and(|old| old == script) {
        return Ok(path);
    }
    replace_executable(&path, &script)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::text;

    #[test]
    fn the_compiler_gets_the_flags_and_what_cargo_gives_it() {
        let dir = std::env::temp_dir().join(format!("wrappers-{}", std::process::id()));
        let [one, two] =
            ["--cfg one", "--cfg one --cfg two"].map(|it| with_flags(&dir, it).unwrap());
        let printed = |wrapper: &Path| text(Command::new(wrapper).args(["echo", "a b", "-c"]));
        assert_eq!(printed(&one).unwrap(), "a b -c --cfg one");
        assert_eq!(printed(&two).unwrap(), "a b -c --cfg one --cfg two");
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn only_what_is_run_by_a_wrapper_may_be_unstable() {
        let mut cargo = Command::new("cargo");
        allow_unstable(cargo.env("RUSTDOC", "/usr/bin/env")).unwrap();
        let of = |name: &str| cargo.get_envs().find(|it| it.0 == name).and_then(|it| it.1);
        let rustc = Command::new(of("RUSTC_WORKSPACE_WRAPPER").unwrap());
        let rustdoc = Command::new(of("RUSTDOC").unwrap());
        for (mut command, arguments) in [(rustc, &["env"][..]), (rustdoc, &[])] {
            let variables = text(command.args(arguments)).unwrap();
            assert!(variables.contains("RUSTC_BOOTSTRAP=1"), "{variables}");
        }
        assert_eq!(of("RUSTC_BOOTSTRAP"), None);
    }
}
