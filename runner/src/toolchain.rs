//! The compiler for the bare-metal targets, and cargo commands that use it.
//!
//! There are two cases. Usually rustup has installed the targets, and these commands are plain cargo
//! commands. Where rustup cannot install them, [`sysroot`] builds `core` from its sources and
//! writes [`local_config`]. Cargo itself reads that file inside `embedded-demo/`; [`cargo`] reads it for
//! every other directory.

pub mod sources;
pub mod sysroot;
pub mod wrapper;

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result};

use crate::{
    command::{output, shown, text},
    emulators,
};

/// Every bare-metal target that the project builds for.
pub const TARGETS: &[&str] = &[
    "thumbv6m-none-eabi",
    "thumbv7m-none-eabi",
    "thumbv8m.main-none-eabi",
    "riscv32imc-unknown-none-elf",
    "riscv32imac-unknown-none-elf",
];

/// The git-ignored file that points cargo at the sysroot of `cargo xtask setup`.
#[must_use]
pub fn local_config() -> PathBuf {
    crate::root().join("embedded-demo/.cargo/local.toml")
}

/// The sysroot's directory, which does not depend on `CARGO_TARGET_DIR`.
#[must_use]
pub fn embedded_toolchain() -> PathBuf {
    crate::root().join("target/embedded-toolchain")
}

/// Cargo's target directory; a relative `CARGO_TARGET_DIR` is relative to the repository's root.
#[must_use]
pub fn target_dir() -> PathBuf {
    let chosen = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    crate::root().join(chosen)
}

/// The compiler for the bare-metal targets.
#[must_use]
pub fn rustc() -> PathBuf {
    if local_config().exists() {
        embedded_toolchain().join("bin/rustc")
    } else {
        PathBuf::from("rustc")
    }
}

/// The targets for which the compiler has no `core`.
#[must_use]
pub fn missing_targets(rustc: &Path) -> Vec<&'static str> {
    let has_core = |target: &str| {
        let libdir = text(
            Command::new(rustc)
                .args(["--print", "target-libdir", "--target", target])
                .current_dir(crate::root()),
        );
        libdir.is_ok_and(|dir| {
            fs::read_dir(dir).is_ok_and(|files| {
                files
                    .flatten()
                    .any(|file| file.file_name().to_string_lossy().starts_with("libcore-"))
            })
        })
    };
    TARGETS
        .iter()
        .copied()
        .filter(|target| !has_core(target))
        .collect()
}

/// A cargo command for a bare-metal target, run in `dir` (relative to the root); the caller
/// adds `build`, `check`, … and their arguments.
///
/// Compiler and target are given as `--config`, which, unlike environment variables, a runner's nested
/// cargo does not inherit.
#[must_use]
pub fn cargo(target: &str, dir: impl AsRef<Path>) -> Command {
    let mut cargo = cargo_as_configured(dir);
    cargo.args(["--config", &format!("build.target={target:?}")]);
    cargo
}

/// The same for the target in the configuration of `dir`.
///
/// Compiler flags for the host do not reach it, and neither do the variables that an outer cargo sets for
/// its own package.
#[must_use]
pub fn cargo_as_configured(dir: impl AsRef<Path>) -> Command {
    let mut cargo = host_cargo();
    for flags in [
        "RUSTC",
        "RUSTFLAGS",
        "CARGO_BUILD_RUSTC",
        "CARGO_BUILD_RUSTFLAGS",
        "CARGO_BUILD_TARGET",
    ] {
        cargo.env_remove(flags);
    }
    cargo.current_dir(crate::root().join(dir));
    if local_config().exists() {
        cargo.args(["--config", &format!("build.rustc={:?}", rustc())]);
    }
    cargo
}

/// The same for `cargo doc`, with the compiler's own rustdoc and these flags.
pub fn cargo_doc(target: &str, dir: impl AsRef<Path>, flags: &str) -> Result<Command> {
    let mut cargo = cargo(target, dir);
    let mut flags = flags.to_owned();
    if local_config().exists() {
        let sysroot = embedded_toolchain();
        flags.push_str(&format!(" --sysroot {}", sysroot.display()));
        cargo.env("RUSTDOC", sources::rustdoc()?);
    }
    cargo.arg("doc").env("RUSTDOCFLAGS", flags.trim());
    Ok(cargo)
}

/// A cargo command for this machine, run in the repository's root. The unpacked emulators are in its `PATH`.
#[must_use]
pub fn host_cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_about_the_outer_package) {
            cargo.env_remove(name);
        }
    }
    if env::var_os("CARGO_TARGET_DIR").is_some() {
        cargo.env("CARGO_TARGET_DIR", target_dir());
    }
    emulators::make_available(&mut cargo);
    cargo.current_dir(crate::root());
    cargo
}

fn is_about_the_outer_package(name: &str) -> bool {
    const EXACT: &[&str] = &[
        "CARGO_BIN_NAME",
        "CARGO_CRATE_NAME",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_LINKS",
        "CARGO_MANIFEST_PATH",
        "CARGO_PRIMARY_PACKAGE",
        "CARGO_TARGET_TMPDIR",
        "OUT_DIR",
        "RUSTC_WORKSPACE_WRAPPER",
    ];
    const PREFIXES: &[&str] = &[
        "CARGO_BIN_EXE_",
        "CARGO_CFG_",
        "CARGO_FEATURE_",
        "CARGO_PKG_",
    ];
    EXACT.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Runs a `cargo build …` command and returns the path of the binary `bin` that it built.
pub fn executable(build: &mut Command, bin: &str) -> Result<PathBuf> {
    build
        .args(["--bin", bin, "--message-format=json-render-diagnostics"])
        .stderr(Stdio::inherit());
    executables(&output(build)?)?
        .remove(bin)
        .with_context(|| format!("`{}` made no executable {bin}", shown(build)))
}

/// Builds the binary `bin` of the package in `dir` (relative to the root) with the profile `firmware`;
/// returns the path of its ELF file.
pub fn firmware(
    dir: impl AsRef<Path>,
    bin: &str,
    target: &str,
    features: &[&str],
) -> Result<PathBuf> {
    let mut build = cargo(target, dir);
    build
        .args(["build", "--quiet", "--profile", "firmware"])
        // A package with a workspace of its own has another default.
        .env("CARGO_TARGET_DIR", target_dir());
    if !features.is_empty() {
        build.args(["--features", &features.join(",")]);
    }
    executable(&mut build, bin).with_context(|| format!("the firmware {bin} for {target}"))
}

/// Sets the output directory to `target/NAME`, for a program that is built with several sets of flags under
/// one name. Intermediate files stay in [`target_dir`]: cargo distinguishes them by flags and compiler, and
/// builds procedural macros and build scripts once.
pub fn set_output(cargo: &mut Command, name: impl AsRef<Path>) {
    cargo
        .env("CARGO_TARGET_DIR", target_dir().join(name))
        .env("CARGO_BUILD_BUILD_DIR", target_dir());
}

/// The value of the environment variable (`RUSTFLAGS`, `RUSTDOCFLAGS`) with `more` appended.
#[must_use]
pub fn flags(variable: &str, more: &str) -> String {
    match env::var(variable) {
        Ok(given) if !given.is_empty() => format!("{given} {more}"),
        _ => more.to_owned(),
    }
}

/// The executables that cargo's JSON messages name, by the name of their target.
pub fn executables(messages: &[u8]) -> Result<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    for line in core::str::from_utf8(messages)?.lines() {
        let message: serde_json::Value = serde_json::from_str(line)?;
        if let Some(path) = message["executable"].as_str()
            && let Some(name) = message["target"]["name"].as_str()
        {
            found.insert(name.to_owned(), path.into());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_the_outer_package_are_removed_and_the_user_s_are_not() {
        for forgotten in [
            "CARGO_PKG_NAME",
            "CARGO_MANIFEST_DIR",
            "CARGO_BIN_EXE_xtask",
        ] {
            assert!(is_about_the_outer_package(forgotten), "{forgotten}");
        }
        for kept in [
            "CARGO_HOME",
            "CARGO_TARGET_DIR",
            "CARGO_TERM_COLOR",
            "RUSTUP_TOOLCHAIN",
        ] {
            assert!(!is_about_the_outer_package(kept), "{kept}");
        }
    }

    #[test]
    fn without_a_compiler_every_target_is_missing() {
        // A program that does not exist, and one that prints no directory.
        for rustc in ["rustc-unheard-of", "false"] {
            assert_eq!(missing_targets(Path::new(rustc)), TARGETS);
        }
    }

    #[test]
    fn executables_are_found_among_cargos_messages() {
        let told = |messages: &str| executables(messages.as_bytes()).unwrap();
        assert!(told(r#"{"reason":"build-finished","success":true}"#).is_empty());
        assert!(told(r#"{"target":{"name":"a"},"executable":null}"#).is_empty());
        let built = told(r#"{"target":{"name":"a"},"executable":"a/b"}"#);
        assert_eq!(built["a"], Path::new("a/b"));
        assert!(executables(b"no message").is_err());
    }

    #[test]
    fn a_build_without_the_executable_is_an_error() {
        let failed = |build: &mut Command| format!("{:#}", executable(build, "main").unwrap_err());
        let absent = failed(&mut Command::new("cargo-unheard-of"));
        assert!(absent.contains("does not start"), "{absent}");
        let broken = failed(&mut Command::new("false"));
        assert!(broken.contains("`false --bin main"), "{broken}");
        // Succeeds, and has built nothing.
        let empty = failed(&mut Command::new("true"));
        assert!(empty.contains("made no executable main"), "{empty}");
    }
}
