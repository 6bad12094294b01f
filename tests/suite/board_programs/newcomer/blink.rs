#![no_std]
#![no_main]

use cortex_m::{Peripherals, peripheral::syst::SystClkSource};
use cortex_m_rt::{entry, exception};
use indivisible::{Progress, StopFlag};
use semihosting::{println, process};

static STOP: StopFlag = StopFlag::new();
static BLINKS: Progress = Progress::new(6);

#[exception]
fn SysTick() {
    if STOP.stop_requested() {
        return;
    }
    BLINKS.advance(1);
    let is_odd = BLINKS.done() % 2 == 1;
    println!("{}", if is_odd { "on" } else { "off" });
    if BLINKS.done() == BLINKS.total() {
        STOP.request_stop();
    }
}

#[entry]
fn main() -> ! {
    let mut timer = Peripherals::take().unwrap().SYST;
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(100_000);
    timer.enable_interrupt();
    timer.enable_counter();

    while !STOP.stop_requested() {}
    println!("stopped after {} blinks", BLINKS.done());
    process::exit(0)
}
