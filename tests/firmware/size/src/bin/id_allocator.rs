//! IDs for main and the handler, which run out.

#![no_std]
#![no_main]

use cortex_m_rt::{entry, exception};
use indivisible::id::IdAllocator;
use size_firmware::output;

static IDS: IdAllocator<u32> = IdAllocator::with_limit(1_000);

#[entry]
fn main() -> ! {
    loop {
        if let Ok(id) = IDS.allocate() {
            output(id);
        }
    }
}

#[exception]
fn SysTick() {
    if let Ok(id) = IDS.allocate() {
        output(id);
    }
}
