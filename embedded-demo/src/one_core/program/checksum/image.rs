//! The firmware's image, read back from the addresses where it was programmed.

use crate::one_core::board::IMAGE;
use core::{num::NonZero, ops::Range, ptr};
use crc::{CRC_32_ISO_HDLC, Crc};
use indivisible::race::RacyOnce;

/// Bytes of a block.
pub(super) const BLOCK: usize = 1024;

/// The most blocks that an image has.
pub(super) const BLOCKS: usize = 256;

static CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// Several workers may compute it; all compute the same.
static LENGTH: RacyOnce<NonZero<usize>> = RacyOnce::new();

/// Bytes of the image: code, constants, and the initial values of variables.
pub(super) fn length() -> usize {
    LENGTH.get_or_init(measure).get()
}

/// How many blocks there are; the last one may be shorter.
pub(super) fn blocks() -> usize {
    length().div_ceil(BLOCK)
}

/// The addresses of block `index`.
pub(super) fn range(index: usize) -> Range<usize> {
    let start = IMAGE + index * BLOCK;
    start..(start + BLOCK).min(IMAGE + length())
}

/// CRC-32 of the bytes at these addresses.
pub(super) fn checksum(addresses: Range<usize>) -> u32 {
    let mut digest = CRC.digest();
    let mut chunk = [0; 64];
    let mut rest = addresses;
    while !rest.is_empty() {
        let read = chunk.iter_mut().zip(rest.by_ref()).map(|(byte, address)| {
            *byte = byte_at(address);
        });
        let count = read.count();
        digest.update(&chunk[..count]);
    }
    digest.finalize()
}

#[allow(unsafe_code, reason = "the image is no object of the language")]
fn byte_at(address: usize) -> u8 {
    debug_assert!((IMAGE..IMAGE + BLOCK * BLOCKS).contains(&address));
    // SAFETY: `range` stays inside the image, which is readable, and never written to.
    // A volatile read may be of address 0.
    unsafe { ptr::with_exposed_provenance::<u8>(address).read_volatile() }
}

fn measure() -> NonZero<usize> {
    #[allow(unsafe_code, reason = "the linker defines the bounds of its sections")]
    // SAFETY: The runtime's linker script defines these symbols; only their addresses are used.
    unsafe extern "C" {
        static __sidata: u32;
        static __sdata: u32;
        static __edata: u32;
    }
    // The initial values of variables are the end of the image.
    let variables = (&raw const __edata).addr() - (&raw const __sdata).addr();
    NonZero::new((&raw const __sidata).addr() - IMAGE + variables).unwrap_or(NonZero::<usize>::MIN)
}
