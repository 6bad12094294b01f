//! The micro:bit v1: an nRF51822.

use crate::one_core::arch::Irq;

/// Where the image begins: flash.
pub(crate) const IMAGE: usize = 0;

/// SWI0 to SWI3, which only software pends.
pub(crate) const WORKERS: [Irq; 4] = [Irq(20), Irq(21), Irq(22), Irq(23)];
/// SWI4.
pub(crate) const INNER: Irq = Irq(24);
/// UART0.
pub(crate) const UART: Irq = Irq(2);

/// The UART. QEMU needs no setup of its pins and baud rate.
pub(crate) mod uart {
    use super::super::Register;

    const STARTRX: Register = Register::at(0x4000_2000);
    const STARTTX: Register = Register::at(0x4000_2008);
    const RXDRDY: Register = Register::at(0x4000_2108);
    const TXDRDY: Register = Register::at(0x4000_211C);
    const INTENSET: Register = Register::at(0x4000_2304);
    const ENABLE: Register = Register::at(0x4000_2500);
    const RXD: Register = Register::at(0x4000_2518);
    const TXD: Register = Register::at(0x4000_251C);

    /// Starts it, with an interrupt for every byte received.
    pub(crate) fn enable() {
        const ENABLED: u32 = 4;
        const ON_RXDRDY: u32 = 1 << 2;
        ENABLE.write(ENABLED);
        INTENSET.write(ON_RXDRDY);
        STARTRX.write(1);
        STARTTX.write(1);
    }

    /// The next byte received, if there is one.
    pub(crate) fn receive() -> Option<u8> {
        if RXDRDY.read() == 0 {
            return None;
        }
        // First, since the next byte may arrive when this one is read.
        RXDRDY.write(0);
        Some(RXD.read() as u8)
    }

    /// Transmits a byte; returns when the next one can be transmitted.
    pub(crate) fn transmit(byte: u8) {
        TXDRDY.write(0);
        TXD.write(byte.into());
        while TXDRDY.read() == 0 {}
    }
}
