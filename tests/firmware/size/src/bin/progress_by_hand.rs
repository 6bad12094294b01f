//! Steps that main and the handler do, up to a total.

#![no_std]
#![no_main]

use core::sync::atomic::{AtomicUsize, Ordering::*};
use cortex_m_rt::{entry, exception};
use size_firmware::output;

static DONE: AtomicUsize = AtomicUsize::new(0);

#[inline]
fn advance(n: usize) {
    critical_section::with(|_| {
        let done = DONE.load(Relaxed);
        DONE.store((done + n).min(1_000), Release);
    });
}

#[entry]
fn main() -> ! {
    loop {
        advance(1);
        output(DONE.load(Acquire) as u32);
    }
}

#[exception]
fn SysTick() {
    advance(1);
}
