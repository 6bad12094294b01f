//! Regular files, and no others: to open a FIFO waits for its other end, and to open a device may have any
//! effect.

use std::{
    fs::{File, Metadata, OpenOptions, metadata},
    io,
    os::unix::fs::{FileTypeExt, OpenOptionsExt},
    path::Path,
};

use rustix::fs::OFlags;

/// Opens `path` if it is a regular file.
///
/// The file may be replaced between the check and the opening. So the flags make any opening return at once,
/// and adopt no terminal, and the opened file is checked again.
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
