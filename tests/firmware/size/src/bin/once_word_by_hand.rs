//! A number that the first caller decides.

#![no_std]
#![no_main]

use core::{
    num::NonZero,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};
use cortex_m_rt::{entry, exception};
use size_firmware::{input, output};

static ONCE: AtomicU32 = AtomicU32::new(0);

#[inline]
fn make() -> NonZero<u32> {
    NonZero::new(input()).unwrap_or(NonZero::<u32>::MIN)
}

#[inline]
fn get_or_init() -> u32 {
    match ONCE.load(Relaxed) {
        0 => init(),
        value => value,
    }
}

#[cold]
fn init() -> u32 {
    let mine = make().get();
    critical_section::with(|_| match ONCE.load(Relaxed) {
        0 => {
            ONCE.store(mine, Relaxed);
            mine
        }
        value => value,
    })
}

#[entry]
fn main() -> ! {
    loop {
        output(get_or_init());
    }
}

#[exception]
fn SysTick() {
    output(get_or_init());
}
