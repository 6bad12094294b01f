//! The files that the given paths name.

use core::fmt::Display;
use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

use super::{Stop, screen::Screen};

/// A file to read.
pub(crate) struct File {
    pub(crate) path: PathBuf,
    /// Its length in bytes when it was found; 0 if that cannot be read.
    pub(crate) length: u64,
}

/// The result of a search.
#[derive(Default)]
pub(crate) struct Found {
    /// Sorted by the bytes of their names. Other kinds of files are reported when they are to be opened.
    pub(crate) files: Vec<File>,
    /// The number of places that could not be searched; each was reported.
    pub(crate) failed: usize,
    /// The number of symbolic links inside folders.
    pub(crate) links: usize,
    /// Whether the search ended early.
    pub(crate) stopped: bool,
}

impl Found {
    /// Searches `paths` until `stop` is requested.
    pub(crate) fn by_search(paths: &[PathBuf], stop: &Stop, screen: &Screen) -> Self {
        let mut found = Self::default();
        for path in paths {
            found.given(path, stop, screen);
        }
        // Not the order of `Path`, which compares component by component.
        found
            .files
            .sort_by(|a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
        found
    }

    fn given(&mut self, path: &Path, stop: &Stop, screen: &Screen) {
        // In a list, sha256sum would read that name as its own standard input.
        if path == OsStr::new("-") {
            self.fail(path, "write ./- for a file of this name", screen);
            return;
        }
        let metadata = fs::metadata(path);
        if metadata.as_ref().is_ok_and(fs::Metadata::is_dir) {
            self.folder(path, stop, screen);
        } else {
            let length = metadata.map_or(0, |it| it.len());
            self.files.push(File {
                path: path.to_owned(),
                length,
            });
        }
    }

    fn folder(&mut self, path: &Path, stop: &Stop, screen: &Screen) {
        for entry in WalkDir::new(path) {
            if stop.stop_requested() {
                self.stopped = true;
                return;
            }
            match entry {
                Ok(entry) if entry.depth() == 0 || entry.file_type().is_dir() => {}
                Ok(entry) if entry.path_is_symlink() => self.links += 1,
                Ok(entry) => {
                    let length = entry.metadata().map_or(0, |it| it.len());
                    self.files.push(File {
                        path: entry.into_path(),
                        length,
                    });
                    screen.searching(self.files.len());
                }
                Err(error) => {
                    let place = error.path().unwrap_or(path).to_owned();
                    self.fail(&place, reason(error), screen);
                }
            }
        }
    }

    fn fail(&mut self, path: &Path, why: impl Display, screen: &Screen) {
        self.failed += 1;
        screen.failed(path, why);
    }
}

/// The error without the path, which is printed before it.
fn reason(error: walkdir::Error) -> String {
    let text = error.to_string();
    error
        .into_io_error()
        .map_or(text, |error| error.to_string())
}
