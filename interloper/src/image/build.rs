//! Builds a table with cargo.

use core::hash::{Hash, Hasher};
use std::{
    collections::hash_map::DefaultHasher,
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use tempfile::NamedTempFile;

use super::{
    Image,
    front_matter::{Build, FrontMatter},
    help::help,
    program,
};
use crate::{
    layout::{self, Map},
    target,
};

/// A table, and where to build it.
#[derive(Debug)]
pub(crate) struct Source {
    /// The file.
    pub(crate) file: PathBuf,
    /// Its manifest.
    pub(crate) front: FrontMatter,
    /// Where cargo runs: its configuration there applies.
    pub(crate) dir: PathBuf,
    /// Where the generated packages and their target directory lie.
    pub(crate) scratch: PathBuf,
    /// The compiler, if not cargo's own choice.
    pub(crate) rustc: Option<PathBuf>,
}

/// A message of `cargo build --message-format=json`.
#[derive(Deserialize)]
struct Message {
    executable: Option<PathBuf>,
}

impl Source {
    /// Reads the table at `file`, relative to `dir`.
    pub(crate) fn read(
        file: &Path,
        dir: &Path,
        scratch: &Path,
        rustc: Option<PathBuf>,
    ) -> Result<Self> {
        let file = dir.join(file);
        let file = file
            .canonicalize()
            .with_context(|| format!("the table {}", file.display()))?;
        let source = fs::read_to_string(&file)?;
        let parent = file.parent().context("a file has a directory")?;
        let front = FrontMatter::parse(&source, parent)?;
        Ok(Self {
            front,
            dir: dir.into(),
            scratch: scratch.into(),
            rustc,
            file,
        })
    }

    /// The name of the table: that of its file.
    pub(crate) fn name(&self) -> String {
        self.file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }
}

/// Builds the table; with `cores`, for two cores.
pub(crate) fn build(source: &Source, build: &Build, cores: bool) -> Result<Image> {
    let name = package_name(source, build, cores);
    let package = source.scratch.join(&name);
    fs::create_dir_all(&package)?;
    // One script for all tables of an architecture: other flags would build their dependencies anew.
    let map = Map::of(target::architecture(&build.target)?);
    let script = source.scratch.join(format!("flash-{:#x}.x", map.flash));
    write(&script, &layout::linker_script(map))?;
    write(
        &package.join("main.rs"),
        &program::main_rs(&source.file, &source.front, cores),
    )?;
    write(
        &package.join("Cargo.toml"),
        &program::manifest(&name, &source.front, build, cores),
    )?;
    let executable = cargo(source, build, &package, &script)?;
    Image::read(&executable, map).with_context(|| format!("in the table {}", source.file.display()))
}

/// The name of the generated package, and of its executable.
///
/// The hash makes it the name of one build of one table. Executables of all packages have one directory, and another
/// process may build a table in a file of the same name while this one reads its executable.
fn package_name(source: &Source, build: &Build, cores: bool) -> String {
    let parts = ["interloper", &source.name(), &build.name];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    let parts = parts.chain(cores.then_some("two-cores"));
    let mut hasher = DefaultHasher::new();
    (&source.file, &build.name, cores).hash(&mut hasher);
    let hash = format!("{:08x}", hasher.finish() as u32);
    let parts = parts.chain([&*hash]);
    parts.collect::<Vec<_>>().join("-")
}

/// Runs cargo, and finds the executable among its messages.
fn cargo(source: &Source, build: &Build, package: &Path, script: &Path) -> Result<PathBuf> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // Variables that an outer cargo sets for its test: the host, and flags for the host.
    for name in [
        "CARGO_BUILD_TARGET",
        "CARGO_TARGET_DIR",
        "RUSTFLAGS",
        "RUSTC_WRAPPER",
    ] {
        cargo.env_remove(name);
    }
    let mut flags = source.front.options.rustflags.clone();
    flags.extend_from_slice(&build.rustflags);
    flags.push(format!("-Clink-arg=-T{}", script.display()));
    cargo
        .current_dir(&source.dir)
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"))
        .args([
            "build",
            "--release",
            "--quiet",
            "--message-format=json-render-diagnostics",
            "--target",
            &build.target,
        ])
        .arg("--manifest-path")
        .arg(package.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(source.scratch.join("build"));
    if let Some(rustc) = &source.rustc {
        // The variable would take precedence.
        cargo.env_remove("RUSTC");
        cargo
            .arg("--config")
            .arg(format!("build.rustc={:?}", rustc.display().to_string()));
    }
    let output = cargo
        .stdin(Stdio::null())
        .output()
        .context("cargo does not start")?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        bail!(
            "the table does not build for {}:\n{message}{}",
            build.target,
            help(&message, &build.target)
        );
    }
    let executable = core::str::from_utf8(&output.stdout)?
        .lines()
        .find_map(|line| serde_json::from_str::<Message>(line).ok()?.executable);
    executable.context("cargo made no executable of the table")
}

/// Writes a file unless it has this content: cargo builds again what is newer. Other tests, threads of this process
/// or processes, may write the same file at once; each renames a file of its own.
fn write(path: &Path, content: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    let dir = path.parent().context("a file has a directory")?;
    let mut new = NamedTempFile::new_in(dir)?;
    new.write_all(content.as_bytes())?;
    new.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{sync::Barrier, thread};

    use super::*;

    #[test]
    fn threads_may_write_one_file_at_once() {
        const THREADS: usize = 8;
        let dir = tempfile::tempdir().unwrap();
        for round in 0..100 {
            let path = dir.path().join(format!("{round}.x"));
            let start = Barrier::new(THREADS);
            thread::scope(|scope| {
                for _ in 0..THREADS {
                    scope.spawn(|| {
                        start.wait();
                        write(&path, "content").unwrap();
                    });
                }
            });
            assert_eq!(fs::read_to_string(path).unwrap(), "content");
        }
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 100);
    }

    fn source(file: &str) -> Source {
        Source {
            file: file.into(),
            front: FrontMatter::default(),
            dir: PathBuf::new(),
            scratch: PathBuf::new(),
            rustc: None,
        }
    }

    #[test]
    fn no_two_builds_share_an_executable() {
        let named = |name: &str| Build {
            name: name.into(),
            ..Build::of_target("thumbv6m-none-eabi")
        };
        let builds = [
            ("tests/queue.rs", named(""), false),
            ("gallery/queue.rs", named(""), false),
            ("tests/queue.rs", named("wide"), false),
            ("tests/queue.rs", named("wide"), true),
            ("tests/queue.rs", named("wide-two-cores"), false),
        ];
        let names = builds.map(|(file, build, cores)| package_name(&source(file), &build, cores));
        assert!(names[0].starts_with("interloper-queue-"), "{names:?}");
        for (index, name) in names.iter().enumerate() {
            assert!(!names[..index].contains(name), "{name}");
        }
    }

    /// A compiler that has `core` for no target.
    #[cfg(unix)]
    #[test]
    fn a_target_without_core_is_an_error_that_names_the_remedy() {
        use std::os::unix::fs::PermissionsExt as _;
        let temporary = tempfile::tempdir().unwrap();
        let dir = temporary.path();
        let rustc = dir.join("rustc");
        let script = format!("#!/bin/sh\nexec rustc \"$@\" --sysroot={}\n", dir.display());
        fs::write(&rustc, script).unwrap();
        fs::set_permissions(&rustc, fs::Permissions::from_mode(0o755)).unwrap();
        let table = Path::new("tests/tables/counter.rs");
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let source = Source::read(table, package, dir, Some(rustc)).unwrap();
        let build_of = |target| build(&source, &Build::of_target(target), false);
        let missing = format!("{:#}", build_of("thumbv6m-none-eabi").unwrap_err());
        assert!(
            missing.contains("rustup target add thumbv6m-none-eabi"),
            "{missing}"
        );
    }
}
