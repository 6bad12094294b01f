//! Firmware for `microbit` that ends in the way that the first byte on its UART selects; any
//! other first byte is echoed, with all that follow, up to EOT.

#![no_std]
#![no_main]

use core::sync::atomic::{AtomicBool, Ordering::Relaxed};

use cortex_m as _;
use cortex_m_rt::{ExceptionFrame, entry, exception};
use defmt_semihosting as _;
use semihosting::process::exit;

const EOT: u8 = 0x04;

static LOCK_UP: AtomicBool = AtomicBool::new(false);

defmt::timestamp!("{=u32}", 1234);

#[entry]
fn main() -> ! {
    uart::start();
    defmt::error!("ready");
    let mut byte = uart::receive();
    match byte {
        b'7' => exit(7),
        b'P' => panic!("as asked"),
        b'F' => cortex_m::asm::udf(),
        b'L' => {
            LOCK_UP.store(true, Relaxed);
            cortex_m::asm::udf()
        }
        b'H' => loop {
            cortex_m::asm::nop();
        },
        b'O' => loop {
            defmt::error!("over and over");
        },
        b'M' => semihosting::print!("\x01\x7e\0\x55\0"),
        b'T' => semihosting::print!("\x01\x7e"),
        _ => {
            while byte != EOT {
                uart::send(byte);
                byte = uart::receive();
            }
        }
    }
    exit(0)
}

#[exception]
unsafe fn HardFault(_frame: &ExceptionFrame) -> ! {
    // A second fault in this handler locks up the processor.
    if LOCK_UP.load(Relaxed) {
        cortex_m::asm::udf();
    }
    exit(102)
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    defmt::error!("{}", defmt::Display2Format(info));
    exit(101)
}

/// The nRF51's UART, polled.
mod uart {
    use core::ptr::{read_volatile, write_volatile};

    const BASE: usize = 0x4000_2000;
    const STARTRX: usize = BASE;
    const STARTTX: usize = BASE + 0x008;
    const RXDRDY: usize = BASE + 0x108;
    const TXDRDY: usize = BASE + 0x11c;
    const ENABLE: usize = BASE + 0x500;
    const RXD: usize = BASE + 0x518;
    const TXD: usize = BASE + 0x51c;

    fn read(register: usize) -> u32 {
        // SAFETY: every caller passes the address of one of the UART's readable registers.
        unsafe { read_volatile(register as *const u32) }
    }

    fn write(register: usize, value: u32) {
        // SAFETY: every caller passes the address of one of the UART's writable registers.
        unsafe { write_volatile(register as *mut u32, value) }
    }

    fn wait(event: usize) {
        while read(event) == 0 {}
        write(event, 0);
    }

    pub fn start() {
        write(ENABLE, 4);
        write(STARTRX, 1);
        write(STARTTX, 1);
    }

    pub fn receive() -> u8 {
        wait(RXDRDY);
        read(RXD) as u8
    }

    pub fn send(byte: u8) {
        write(TXD, byte.into());
        wait(TXDRDY);
    }
}
