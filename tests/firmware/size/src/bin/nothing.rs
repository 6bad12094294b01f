//! The frame of every firmware here.

#![no_std]
#![no_main]

use cortex_m_rt::{entry, exception};
use size_firmware::{input, output};

#[entry]
fn main() -> ! {
    loop {
        output(input());
    }
}

#[exception]
fn SysTick() {
    output(input());
}
