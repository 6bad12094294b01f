//! A flag that the handler raises and main polls.

#![no_std]
#![no_main]

use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use cortex_m_rt::{entry, exception};
use size_firmware::{input, output};

static STOP: AtomicBool = AtomicBool::new(false);

#[entry]
fn main() -> ! {
    loop {
        if !STOP.load(Relaxed) {
            output(input());
        }
    }
}

#[exception]
fn SysTick() {
    STOP.store(true, Relaxed);
}
