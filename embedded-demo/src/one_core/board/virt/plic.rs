//! The platform-level interrupt controller, as hart 0 in machine mode sees it.

use super::super::Register;

const BASE: usize = 0x0C00_0000;
const ENABLE: Register = Register::at(BASE + 0x2000);
const THRESHOLD: Register = Register::at(BASE + 0x20_0000);
const CLAIM: Register = Register::at(BASE + 0x20_0004);

/// A source of interrupts, one of the first 32.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Source(pub(super) u32);

/// Enables this source, and no other.
pub(crate) fn enable(source: Source) {
    const LOWEST: u32 = 1;
    ENABLE.write(1 << source.0);
    Register::at(BASE + 4 * source.0 as usize).write(LOWEST);
    // Last: at this store QEMU checks for pending sources, but not when one is enabled.
    THRESHOLD.write(LOWEST - 1);
}

/// The source that has requested an interrupt, if one has.
pub(crate) fn claim() -> Option<Source> {
    match CLAIM.read() {
        0 => None,
        source => Some(Source(source)),
    }
}

/// Lets the claimed source request again.
pub(crate) fn complete(source: Source) {
    CLAIM.write(source.0);
}
