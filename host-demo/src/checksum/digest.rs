//! The digest of one file.

use core::num::NonZero;
use std::{
    io::{ErrorKind, Read, Result},
    path::Path,
};

use indivisible::race::RacyOnce;
use sha2::{Digest as _, Sha256};

use super::{Stop, file};

/// The SHA-256 of a file.
pub(crate) type Digest = [u8; 32];

/// Reads the file to its end and returns its digest; `None` if stopped before.
///
/// Calls `read` with the size of each block. If the file changes meanwhile, the digest is that of the bytes
/// read.
pub(crate) fn of_file(
    path: &Path,
    buffer: &mut [u8],
    stop: &Stop,
    mut read: impl FnMut(u64),
) -> Result<Option<Digest>> {
    let mut file = file::open(path)?;
    let mut hasher = Sha256::new();
    while !stop.stop_requested() {
        match file.read(buffer) {
            Ok(0) => return Ok(Some(hasher.finalize().into())),
            Ok(length) => {
                hasher.update(&buffer[..length]);
                read(length as u64);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// The bytes that a worker reads at once: 64 KiB in whole pages.
///
/// Several workers may compute it at once; all compute the same.
pub(crate) fn block_len() -> NonZero<usize> {
    static LEN: RacyOnce<NonZero<usize>> = RacyOnce::new();
    LEN.get_or_init(|| {
        let page = rustix::param::page_size().max(1);
        NonZero::new(65_536_usize.next_multiple_of(page)).unwrap_or(NonZero::<usize>::MIN)
    })
}
