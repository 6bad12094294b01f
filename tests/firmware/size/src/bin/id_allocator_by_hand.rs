//! IDs for main and the handler, which run out.

#![no_std]
#![no_main]

use core::cell::Cell;
use cortex_m_rt::{entry, exception};
use critical_section::Mutex;
use size_firmware::output;

static NEXT: Mutex<Cell<u32>> = Mutex::new(Cell::new(0));

#[inline]
fn allocate() -> Option<u32> {
    critical_section::with(|section| {
        let next = NEXT.borrow(section);
        let id = next.get();
        (id < 1_000).then(|| {
            next.set(id + 1);
            id
        })
    })
}

#[entry]
fn main() -> ! {
    loop {
        if let Some(id) = allocate() {
            output(id);
        }
    }
}

#[exception]
fn SysTick() {
    if let Some(id) = allocate() {
        output(id);
    }
}
