//! The UART, an NS16550, without a baud rate: QEMU needs none.

use super::super::Register;

const DATA: Register<u8> = Register::at(0x1000_0000);
const INTERRUPT_ENABLE: Register<u8> = Register::at(0x1000_0001);
const LINE_CONTROL: Register<u8> = Register::at(0x1000_0003);
const LINE_STATUS: Register<u8> = Register::at(0x1000_0005);

const DATA_READY: u8 = 1;
const TRANSMIT_EMPTY: u8 = 1 << 5;

/// Starts it, with an interrupt for every byte received.
pub(crate) fn enable() {
    const EIGHT_BITS: u8 = 0b11;
    const ON_RECEIVE: u8 = 1;
    LINE_CONTROL.write(EIGHT_BITS);
    INTERRUPT_ENABLE.write(ON_RECEIVE);
}

/// The next byte received, if there is one.
pub(crate) fn receive() -> Option<u8> {
    (LINE_STATUS.read() & DATA_READY != 0).then(|| DATA.read())
}

/// Transmits a byte, once there is room for it.
pub(crate) fn transmit(byte: u8) {
    while LINE_STATUS.read() & TRANSMIT_EMPTY == 0 {}
    DATA.write(byte);
}
