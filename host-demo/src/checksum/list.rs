//! The list of digests, in sha256sum's format.
//!
//! A line is the digest, two spaces, the bytes of the name. Where the name has a backslash, a newline
//! or a carriage return, these are written `\\`, `\n`, `\r`, after a backslash before the digest. All other
//! bytes are unchanged: names need not be text.

use std::{
    io::{self, BufWriter, Result, Write},
    os::unix::ffi::OsStrExt,
    path::Path,
};

use super::digest::Digest;

/// Prints one line a file to standard output.
pub(crate) fn print<'a>(files: impl Iterator<Item = (&'a Path, &'a Digest)>) -> Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for (path, digest) in files {
        line(&mut out, path.as_os_str().as_bytes(), digest)?;
    }
    out.flush()
}

fn line(out: &mut impl Write, name: &[u8], digest: &Digest) -> Result<()> {
    if name.iter().any(|byte| escape(*byte).is_some()) {
        out.write_all(b"\\")?;
    }
    for byte in digest {
        write!(out, "{byte:02x}")?;
    }
    out.write_all(b"  ")?;
    for byte in name {
        out.write_all(escape(*byte).unwrap_or(&[*byte]))?;
    }
    out.write_all(b"\n")
}

const fn escape(byte: u8) -> Option<&'static [u8]> {
    match byte {
        b'\\' => Some(b"\\\\"),
        b'\n' => Some(b"\\n"),
        b'\r' => Some(b"\\r"),
        _ => None,
    }
}
