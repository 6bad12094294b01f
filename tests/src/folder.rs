//! Directories that tests write to. A directory is the same in each run, so that cargo finds what it has built; one process
//! of a test program uses its directories at a time.

use runner::toolchain::target_dir;
use std::{
    env,
    fs::File,
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// Held until this process ends.
static LOCK: LazyLock<File> = LazyLock::new(|| {
    let program = env::current_exe().unwrap();
    runner::lock(&target_dir().join("locks"), name(&program)).unwrap()
});

/// The name of a test program, without the hash that cargo appends.
fn name(program: &Path) -> &str {
    let stem = program.file_stem().unwrap().to_str().unwrap();
    stem.rsplit_once('-').map_or(stem, |(name, _)| name)
}

/// A directory below the workspace's target directory, for this test program alone.
///
/// # Panics
///
/// If the lock of this test program cannot be taken.
#[must_use]
pub fn inside(name: &str) -> PathBuf {
    LazyLock::force(&LOCK);
    target_dir().join(name)
}

/// A directory outside of this repository, where cargo finds neither its workspace nor its configuration; for this test
/// program alone.
///
/// # Panics
///
/// If the lock of this test program cannot be taken.
#[must_use]
pub fn outside(name: &str) -> PathBuf {
    LazyLock::force(&LOCK);
    let checkout = runner::root();
    let checkout = checkout.to_string_lossy().replace('/', "-");
    env::temp_dir()
        .join(format!("indivisible{checkout}"))
        .join(name)
}

#[cfg(test)]
mod tests {
    use super::{inside, name};
    use runner::toolchain::target_dir;
    use std::{
        env,
        fs::{File, TryLockError},
        path::Path,
    };

    #[test]
    fn another_process_of_the_program_waits() {
        let _ = inside("anywhere");
        let program = env::current_exe().unwrap();
        let lock = target_dir().join("locks").join(name(&program));
        let other = File::open(lock.with_extension("lock")).unwrap();
        assert!(matches!(other.try_lock(), Err(TryLockError::WouldBlock)));
    }

    #[test]
    fn a_program_is_the_same_in_each_build() {
        let built = "target/debug/deps/board_programs-0123456789abcdef";
        assert_eq!(name(Path::new(built)), "board_programs");
        assert_eq!(name(Path::new("release")), "release");
    }
}
