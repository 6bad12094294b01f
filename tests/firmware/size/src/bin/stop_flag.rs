//! A flag that the handler raises and main polls.

#![no_std]
#![no_main]

use cortex_m_rt::{entry, exception};
use indivisible::stop::StopFlag;
use size_firmware::{input, output};

static STOP: StopFlag = StopFlag::new();

#[entry]
fn main() -> ! {
    loop {
        if !STOP.stop_requested() {
            output(input());
        }
    }
}

#[exception]
fn SysTick() {
    STOP.request_stop();
}
