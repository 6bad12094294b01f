//! The LM3S6965 evaluation board (Stellaris).

use crate::one_core::arch::Irq;

/// Where the image begins: flash.
pub(crate) const IMAGE: usize = 0;

/// Those of PWM and the quadrature encoder, which are unused here.
pub(crate) const WORKERS: [Irq; 4] = [Irq(10), Irq(11), Irq(12), Irq(13)];
/// That of the analog-to-digital converter.
pub(crate) const INNER: Irq = Irq(14);
/// UART0.
pub(crate) const UART: Irq = Irq(5);

/// The UART, a PL011. QEMU needs no setup of its clock, pins and baud rate.
pub(crate) mod uart {
    use super::super::Register;

    const DATA: Register = Register::at(0x4000_C000);
    const FLAGS: Register = Register::at(0x4000_C018);
    const LINE_CONTROL: Register = Register::at(0x4000_C02C);
    const CONTROL: Register = Register::at(0x4000_C030);
    const INTERRUPT_MASK: Register = Register::at(0x4000_C038);

    const RECEIVE_FIFO_EMPTY: u32 = 1 << 4;
    const TRANSMIT_FIFO_FULL: u32 = 1 << 5;

    /// Starts it, with an interrupt for every byte received.
    pub(crate) fn enable() {
        const EIGHT_BITS: u32 = 0b11 << 5;
        const ENABLED_BOTH_WAYS: u32 = 1 | 1 << 8 | 1 << 9;
        const ON_RECEIVE: u32 = 1 << 4;
        LINE_CONTROL.write(EIGHT_BITS);
        CONTROL.write(ENABLED_BOTH_WAYS);
        INTERRUPT_MASK.write(ON_RECEIVE);
    }

    /// The next byte received, if there is one.
    pub(crate) fn receive() -> Option<u8> {
        (FLAGS.read() & RECEIVE_FIFO_EMPTY == 0).then(|| DATA.read() as u8)
    }

    /// Transmits a byte, once there is room for it.
    pub(crate) fn transmit(byte: u8) {
        while FLAGS.read() & TRANSMIT_FIFO_FULL != 0 {}
        DATA.write(byte.into());
    }
}
