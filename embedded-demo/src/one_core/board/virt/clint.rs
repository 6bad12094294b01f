//! The core-local interruptor: the timer and the software interrupt of hart 0.

use super::super::Register;

/// Bit 0 is the software interrupt.
pub(crate) const MSIP: Register = Register::at(0x0200_0000);
const MTIMECMP_LOW: Register = Register::at(0x0200_4000);
const MTIMECMP_HIGH: Register = Register::at(0x0200_4004);
const MTIME_LOW: Register = Register::at(0x0200_BFF8);
const MTIME_HIGH: Register = Register::at(0x0200_BFFC);

/// Sets the timer's interrupt to so many counts from now.
pub(crate) fn alarm(counts: u32) {
    let at = now() + u64::from(counts);
    // The stores in this order never set an earlier time.
    MTIMECMP_HIGH.write(u32::MAX);
    MTIMECMP_LOW.write(at as u32);
    MTIMECMP_HIGH.write((at >> 32) as u32);
}

fn now() -> u64 {
    loop {
        let (high, low) = (MTIME_HIGH.read(), MTIME_LOW.read());
        // Else the low half has wrapped around in between.
        if MTIME_HIGH.read() == high {
            return u64::from(high) << 32 | u64::from(low);
        }
    }
}
