//! An example to copy from: bare cortex-m-rt. SysTick publishes pairs, `main` reads them whole.
//!
//! The handler claims the writer on its first entry and keeps it; from then on a publication is a few
//! plain stores. No interrupt is masked, and `main` never waits.

#![no_std]
#![no_main]

use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::{entry, exception};
use indivisible::latest::{Latest, Writer};

/// How many ticks there were, and the sum of their numbers.
static COUNTED: Latest<(u32, u32)> = Latest::new();

#[exception]
fn SysTick() {
    static mut WRITER: Option<Writer<'static, (u32, u32)>> = None;

    if WRITER.is_none() {
        *WRITER = COUNTED.claim();
    }
    if let Some(writer) = WRITER {
        let (count, sum) = writer.last().unwrap_or_default();
        writer.publish((count + 1, sum + count + 1));
    }
}

#[entry]
fn main() -> ! {
    let Some(peripherals) = cortex_m::Peripherals::take() else {
        board_tests::end(false)
    };
    let mut timer = peripherals.SYST;
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(997);
    timer.clear_current();
    timer.enable_interrupt();
    timer.enable_counter();

    let mut whole = true;
    let (count, sum) = loop {
        let Some((count, sum)) = COUNTED.read() else {
            continue;
        };
        whole &= sum == count * (count + 1) / 2;
        if count >= 1_000 {
            break (count, sum);
        }
    };
    timer.disable_interrupt();

    defmt::info!("{=u32} ticks, their sum {=u32}", count, sum);
    defmt::info!("every pair whole: {=bool}", whole);
    defmt::info!("a second writer: {=bool}", COUNTED.claim().is_some());
    board_tests::end(whole)
}
