//! Registers of the RP2040, by their addresses in its datasheet.

/// Reads the register at `address`.
pub fn read(address: u32) -> u32 {
    // SAFETY: the addresses in this program are those of registers, which may be read in any context.
    unsafe { (address as *const u32).read_volatile() }
}

/// Writes the register at `address`.
pub fn write(address: u32, value: u32) {
    // SAFETY: the addresses in this program are those of registers, none of which affects memory that Rust uses.
    unsafe { (address as *mut u32).write_volatile(value) }
}
