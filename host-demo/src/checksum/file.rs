//! Regular files, and no others: opening a FIFO waits for its other end, opening a device may do
//! anything.

use std::{
    fs::{File, Metadata, OpenOptions, metadata},
    io,
    os::unix::fs::{FileTypeExt, OpenOptionsExt},
    path::Path,
};

use rustix::fs::OFlags;

/// Opens `path` if it is a regular file.
///
/// It may be replaced between the look and the opening; hence the flags, which make even that opening
/// return at once and adopt no terminal, and the second look.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    regular(&metadata(path)?)?;
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)?;
    regular(&file.metadata()?)?;
    Ok(file)
}

fn regular(metadata: &Metadata) -> io::Result<()> {
    let file_type = metadata.file_type();
    if file_type.is_file() {
        return Ok(());
    }
    let what = if file_type.is_fifo() {
        "a FIFO"
    } else if file_type.is_socket() {
        "a socket"
    } else if file_type.is_dir() {
        "a folder"
    } else {
        "a device"
    };
    Err(io::Error::other(format!("{what}, not a regular file")))
}
