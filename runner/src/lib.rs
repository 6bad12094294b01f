//! Builds firmware, runs it in QEMU, and reads its log: shared by `cargo xtask` and the tests.
//!
//! | module | contents | uses |
//! |---|---|---|
//! | [`command`] | commands that run to their end | |
//! | [`child`] | a process whose output is read until a time limit | |
//! | [`emulators`] | where QEMU is | |
//! | [`toolchain`] | the compiler for the bare-metal targets, and cargo commands that use it | `command`, `emulators` |
//! | [`qemu`] | the machines, a run of firmware, the decoded log | `child`, `emulators` |
//! | [`browser`] | the browser that is installed | `command` |
//! | [`protocol`] | the parser of both demos' reports | |
//!
//! [`lock()`] keeps two processes out of one directory, and [`replace()`] writes a file that another one may read.

#[cfg(not(unix))]
compile_error!("the runner needs a Unix host (Linux or macOS; on Windows, WSL)");

pub mod browser;
pub mod child;
pub mod command;
pub mod emulators;
pub mod protocol;
pub mod qemu;
pub mod toolchain;

use std::{
    fs::{self, File, Permissions},
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use tempfile::NamedTempFile;

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}

/// Waits until no other process holds the lock `NAME.lock` in `dir`, and takes it. Dropping the file releases it, and so does
/// the end of the process.
pub fn lock(dir: &Path, name: &str) -> Result<File> {
    let locked = || {
        fs::create_dir_all(dir)?;
        let file = File::create(dir.join(name).with_extension("lock"))?;
        file.lock()?;
        Ok::<_, std::io::Error>(file)
    };
    locked().with_context(|| format!("cannot write to {}", dir.display()))
}

/// Writes a file that is complete at once: another process reads the old content or the new one.
pub fn replace(path: &Path, text: &str) -> Result<()> {
    replace_with_mode(path, text, 0o644)
}

/// The same for a script.
pub fn replace_executable(path: &Path, text: &str) -> Result<()> {
    replace_with_mode(path, text, 0o755)
}

fn replace_with_mode(path: &Path, text: &str, mode: u32) -> Result<()> {
    let write = || {
        let dir = path.parent().context("a file has a directory")?;
        fs::create_dir_all(dir)?;
        // Threads and processes that replace one file at once each rename a file of their own.
        let mut new = NamedTempFile::new_in(dir)?;
        new.write_all(text.as_bytes())?;
        new.as_file()
            .set_permissions(Permissions::from_mode(mode))?;
        new.persist(path)?;
        Ok::<_, anyhow::Error>(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::{lock, replace};
    use std::{
        env,
        fs::{self, File, TryLockError, remove_dir_all},
        process::id,
        sync::Barrier,
        thread,
    };

    #[test]
    fn a_lock_has_one_holder() {
        let dir = env::temp_dir().join(format!("lock-{}", id()));
        let held = lock(&dir, "one").unwrap();
        let other = || File::create(dir.join("one.lock")).unwrap().try_lock();
        assert!(matches!(other(), Err(TryLockError::WouldBlock)));
        drop(lock(&dir, "two").unwrap());
        drop(held);
        assert!(other().is_ok());
        remove_dir_all(dir).unwrap();
    }

    #[test]
    fn a_replaced_file_is_another_one() {
        use std::io::Read;

        let dir = env::temp_dir().join(format!("replace-{}", id()));
        let file = dir.join("page.html");
        replace(&file, "old").unwrap();
        let mut opened = File::open(&file).unwrap();
        replace(&file, "new").unwrap();
        let mut read = String::new();
        opened.read_to_string(&mut read).unwrap();
        assert_eq!(
            (&*read, &*fs::read_to_string(&file).unwrap()),
            ("old", "new")
        );
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 1);
        remove_dir_all(dir).unwrap();
    }

    #[test]
    fn threads_may_replace_one_file_at_once() {
        const THREADS: usize = 8;
        let dir = env::temp_dir().join(format!("replace-at-once-{}", id()));
        for round in 0..100 {
            let file = dir.join(format!("{round}.html"));
            let start = Barrier::new(THREADS);
            thread::scope(|scope| {
                for _ in 0..THREADS {
                    scope.spawn(|| {
                        start.wait();
                        replace(&file, "content").unwrap();
                    });
                }
            });
            assert_eq!(fs::read_to_string(file).unwrap(), "content");
        }
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 100);
        remove_dir_all(dir).unwrap();
    }

    #[test]
    fn a_directory_that_cannot_be_made_is_named() {
        let file = env::current_exe().unwrap();
        let error = format!("{:#}", lock(&file.join("target"), "one").unwrap_err());
        assert!(error.contains("cannot write to"), "{error}");
        assert!(error.contains(&file.display().to_string()), "{error}");
    }
}
