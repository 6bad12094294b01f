//! Builds `core` and `alloc` for the bare-metal targets from a distribution's Rust sources.
//!
//! The result has the layout of a rustup toolchain, around a compiler that is already installed: `bin/rustc`
//! is a wrapper with `--sysroot`; the host's own libraries (for build scripts and procedural macros) and the linker
//! are links. `built-by` is written last and holds the inputs of the build, which reveals an interrupted build, an
//! upgraded compiler, or a linker that has moved.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    command::{run, text},
    replace_executable, root,
    toolchain::{
        TARGETS, embedded_toolchain, host_cargo, local_config, sources::compiler, target_dir,
    },
};

const CONFIG_MARK: &str = "# Made by `cargo xtask setup`.";

/// Whether the sysroot is complete and belongs to the compiler that it wraps.
#[must_use]
pub fn is_current() -> bool {
    let is_built = |linker: PathBuf| is_built_with(&linker, &embedded_toolchain());
    local_config().exists() && linker().is_some_and(is_built)
}

fn is_built_with(linker: &Path, dir: &Path) -> bool {
    let built_by = fs::read_to_string(dir.join("built-by")).unwrap_or_default();
    inputs(&dir.join("bin/rustc"), linker).is_ok_and(|inputs| inputs == built_by)
}

/// Builds the sysroot and points cargo at it inside `embedded-demo/`.
pub fn build() -> Result<()> {
    let config = local_config();
    if fs::read_to_string(&config).is_ok_and(|text| !text.starts_with(CONFIG_MARK)) {
        bail!(
            "{} was not made by this command; move it away first",
            config.display()
        );
    }
    let rustc = compiler().context("no installed rustc is new enough and has its sources")?;
    let linker = linker().context("no rust-lld beside rustc, and no /usr/bin/lld")?;
    let dir = embedded_toolchain();
    remove(&dir)?;
    remove_stale_artefacts()?;

    let scratch = dir.join("build");
    compile(&rustc, &scratch)?;
    for target in TARGETS {
        collect(&scratch, target, &dir)?;
    }
    remove(&scratch)?;

    let libdir = text(Command::new(&rustc).args(["--print", "target-libdir"]))?;
    let host = Path::new(&libdir)
        .parent()
        .and_then(Path::file_name)
        .context("no host triple")?;
    let own = dir.join("lib/rustlib").join(host);
    fs::create_dir_all(own.join("bin"))?;
    symlink(&libdir, own.join("lib"))?;
    symlink(&linker, own.join("bin/rust-lld"))?;

    let wrapper = dir.join("bin/rustc");
    replace_executable(
        &wrapper,
        &format!(
            "#!/bin/sh\nexec '{}' --sysroot \"${{0%/*}}/..\" \"$@\"\n",
            rustc.display()
        ),
    )?;
    fs::write(
        &config,
        format!(
            "{CONFIG_MARK} Delete this file to go back to the ordinary compiler.\n[build]\nrustc = \
             \"../target/embedded-toolchain/bin/rustc\"\n"
        ),
    )?;
    fs::write(dir.join("built-by"), inputs(&wrapper, &linker)?)?;
    Ok(())
}

fn inputs(rustc: &Path, linker: &Path) -> Result<String> {
    let version = text(Command::new(rustc).arg("-vV"))?;
    let (linker, targets) = (linker.display(), TARGETS.join("\n"));
    Ok(format!("{version}\n{linker}\n{targets}\n"))
}

fn compile(rustc: &Path, scratch: &Path) -> Result<()> {
    fs::create_dir_all(scratch.join("src"))?;
    fs::write(
        scratch.join("Cargo.toml"),
        "[workspace]\n[package]\nname = \"sysroot\"\nversion = \"0.0.0\"\nedition = \"2024\"\n",
    )?;
    fs::write(scratch.join("src/lib.rs"), "#![no_std]\n")?;
    let mut cargo = host_cargo();
    cargo
        .current_dir(scratch)
        .args(["build", "--release", "--quiet", "-Zbuild-std=core,alloc"])
        .args(["--target-dir", "target"])
        .args(TARGETS.iter().flat_map(|target| ["--target", target]))
        .env("RUSTC", rustc)
        // Unlocks -Zbuild-std for this build only.
        .env("RUSTC_BOOTSTRAP", "1")
        // Without bitcode in `core`, the firmware's fat LTO fails.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes");
    run(&mut cargo)
}

fn collect(scratch: &Path, target: &str, dir: &Path) -> Result<()> {
    let libdir = dir.join("lib/rustlib").join(target).join("lib");
    fs::create_dir_all(&libdir)?;
    for file in fs::read_dir(scratch.join("target").join(target).join("release/deps"))? {
        let file = file?;
        let name = file.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libsysroot") {
            fs::copy(file.path(), libdir.join(name))?;
        }
    }
    Ok(())
}

/// Removes firmware that was built with the previous sysroot: cargo compares compiler versions only, would
/// reuse it, and would fail with "can't find crate" (E0463).
fn remove_stale_artefacts() -> Result<()> {
    for dir in [root().join("target"), target_dir()] {
        remove_artefacts_of_targets(&dir, NESTED)?;
    }
    Ok(())
}

/// The depth of target directories in the target directory: `cost/critical-section` is two.
const NESTED: u32 = 3;

fn remove_artefacts_of_targets(dir: &Path, depth: u32) -> Result<()> {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let is_target = TARGETS.iter().any(|target| entry.file_name() == *target);
        if is_target {
            remove(&entry.path())?;
        } else if depth > 0 && entry.file_type().is_ok_and(|it| it.is_dir()) {
            remove_artefacts_of_targets(&entry.path(), depth - 1)?;
        }
    }
    Ok(())
}

fn remove(dir: &Path) -> Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("cannot remove {}", dir.display()))?;
    }
    Ok(())
}

/// rustup's bundled linker, or else the system's.
#[must_use]
pub fn linker() -> Option<PathBuf> {
    let bundled = text(Command::new("rustc").args(["--print", "target-libdir"]))
        .ok()
        .map(|libdir| Path::new(&libdir).with_file_name("bin").join("rust-lld"));
    bundled
        .into_iter()
        .chain(["/usr/bin/rust-lld", "/usr/bin/lld"].map(PathBuf::from))
        .find(|path| path.exists())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::env;

    #[test]
    fn artefacts_of_a_previous_sysroot_are_removed_at_every_depth() {
        let dir = env::temp_dir().join(format!("indivisible-stale-{}", std::process::id()));
        let stale = ["thumbv6m-none-eabi", "cost/native/thumbv7m-none-eabi"];
        let kept = ["debug", "cost/native/x86_64-unknown-linux-gnu"];
        for name in stale.iter().chain(&kept) {
            fs::create_dir_all(dir.join(name)).unwrap();
        }
        remove_artefacts_of_targets(&dir, NESTED).unwrap();
        let is_there = |name: &&str| dir.join(name).exists();
        let (gone, left) = (!stale.iter().any(is_there), kept.iter().all(is_there));
        fs::remove_dir_all(&dir).unwrap();
        assert!(gone && left);
    }

    #[test]
    fn another_linker_or_compiler_makes_it_stale() {
        let dir = tempfile::tempdir().unwrap();
        let (dir, linker) = (dir.path(), Path::new("/planted/rust-lld"));
        fs::create_dir(dir.join("bin")).unwrap();
        let rustc = dir.join("bin/rustc");
        // Its version is what it is asked for.
        symlink("/bin/echo", &rustc).unwrap();
        assert!(!is_built_with(linker, dir));
        fs::write(dir.join("built-by"), inputs(&rustc, linker).unwrap()).unwrap();
        assert!(is_built_with(linker, dir));
        assert!(!is_built_with(Path::new("/usr/bin/lld"), dir));
        fs::remove_file(&rustc).unwrap();
        assert!(!is_built_with(linker, dir));
        symlink("/bin/true", &rustc).unwrap();
        assert!(!is_built_with(linker, dir));
    }
}
