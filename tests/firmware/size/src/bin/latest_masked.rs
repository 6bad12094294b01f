//! Four words from the handler to main, whole, with interrupts masked for the copies.

#![no_std]
#![no_main]

use core::cell::Cell;
use cortex_m_rt::{entry, exception};
use critical_section::Mutex;
use size_firmware::{input, output};

static LATEST: Mutex<Cell<Option<[u32; 4]>>> = Mutex::new(Cell::new(None));

#[entry]
fn main() -> ! {
    loop {
        let latest = critical_section::with(|section| LATEST.borrow(section).get());
        if let Some(words) = latest {
            words.iter().copied().for_each(output);
        }
    }
}

#[exception]
fn SysTick() {
    let words = [input(), input(), input(), input()];
    critical_section::with(|section| LATEST.borrow(section).set(Some(words)));
}
