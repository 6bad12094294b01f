//! A handler that measures, and `main` that sleeps in WFI until there are enough readings.

#![no_std]
#![no_main]

use cortex_m::{Peripherals, peripheral::syst::SystClkSource};
use cortex_m_rt::{entry, exception};
use indivisible::{
    latest::{Latest, WriterCell},
    progress::Progress,
    stats::Stats,
    wait::{Interrupts, wfi::Wfi},
};
use semihosting::{println, process};

indivisible::words! {
    struct Reading {
        number: u32,
        millivolts: u16,
    }
}

/// Written by the handler alone: no interrupt is masked for it, and a reader gets both fields of one reading.
static LATEST: Latest<Reading> = Latest::new();
static LEVELS: Stats = Stats::new();
static READINGS: Progress<Interrupts> = Progress::with_unparker(100, Interrupts);

#[exception]
fn SysTick() {
    static mut WRITER: WriterCell<Reading> = WriterCell::new(&LATEST);
    static mut NUMBER: u32 = 0;

    if READINGS.is_complete() {
        return;
    }
    *NUMBER += 1;
    let millivolts = measure(*NUMBER);
    if let Some(mut writer) = WRITER.get_mut() {
        writer.publish(Reading {
            number: *NUMBER,
            millivolts,
        });
    }
    LEVELS.record(millivolts.into());
    // Last: `main` wakes when all are done, and sees what precedes the step.
    READINGS.advance(1);
}

/// In place of an analog-to-digital converter: a saw tooth.
fn measure(number: u32) -> u16 {
    3_300 - (number % 10) as u16
}

#[entry]
fn main() -> ! {
    let mut timer = Peripherals::take().unwrap().SYST;
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(100_000);
    timer.clear_current();
    timer.enable_interrupt();
    timer.enable_counter();

    READINGS.wait_complete(&Wfi).unwrap();

    let levels = LEVELS.snapshot();
    println!(
        "{} readings, mean {} mV, highest {} mV",
        levels.count,
        levels.mean().unwrap(),
        levels.max.unwrap()
    );
    let last = LATEST.read().unwrap();
    println!("the last: number {}, {} mV", last.number, last.millivolts);
    process::exit(0)
}
