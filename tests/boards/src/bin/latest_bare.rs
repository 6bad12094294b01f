//! Bare cortex-m-rt: SysTick publishes pairs, `main` reads them untorn.
//!
//! The handler's `WriterCell` claims the writer on the first entry and keeps it; every later publication is a
//! few plain stores, without masking interrupts. `main` sleeps in WFI until the handler has published.

#![no_std]
#![no_main]

use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::{entry, exception};
use indivisible::{
    latest::{Latest, WriterCell},
    wait::{Interrupts, wfi::Wfi},
};

/// The number of ticks, and the sum of their numbers.
static COUNTED: Latest<(u32, u32), Interrupts> = Latest::with_unparker(Interrupts);

#[exception]
fn SysTick() {
    static mut WRITER: WriterCell<'static, (u32, u32), Interrupts> = WriterCell::new(&COUNTED);

    if let Some(mut writer) = WRITER.get_mut() {
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
    let mut reader = COUNTED.reader();
    let (count, sum) = loop {
        // Without a time limit there is always a value; the only error is masked interrupts.
        let Ok(Some((count, sum))) = reader.wait_newer(&Wfi) else {
            board_tests::end(false)
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
