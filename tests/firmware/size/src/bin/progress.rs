//! Steps that main and the handler do, up to a total.

#![no_std]
#![no_main]

use cortex_m_rt::{entry, exception};
use indivisible::progress::Progress;
use size_firmware::output;

static PROGRESS: Progress = Progress::new(1_000);

#[entry]
fn main() -> ! {
    loop {
        PROGRESS.advance(1);
        output(PROGRESS.done() as u32);
    }
}

#[exception]
fn SysTick() {
    PROGRESS.advance(1);
}
