//! A number that the first caller decides.

#![no_std]
#![no_main]

use core::num::NonZero;
use cortex_m_rt::{entry, exception};
use indivisible::race::OnceWord;
use size_firmware::{input, output};

static ONCE: OnceWord<NonZero<u32>> = OnceWord::new();

#[inline]
fn make() -> NonZero<u32> {
    NonZero::new(input()).unwrap_or(NonZero::<u32>::MIN)
}

#[entry]
fn main() -> ! {
    loop {
        output(ONCE.get_or_init(make).get());
    }
}

#[exception]
fn SysTick() {
    output(ONCE.get_or_init(make).get());
}
