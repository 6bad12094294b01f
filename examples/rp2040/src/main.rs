//! Both cores of an RP2040 work off one list of jobs, and the LED of a Pico is lit when all are done.

#![no_std]
#![no_main]

mod core1;
mod register;
mod section;

use core::panic::PanicInfo;
use cortex_m::asm;
use cortex_m_rt::entry;
use indivisible::{
    id::IdAllocator,
    progress::Progress,
    stats::Stats,
    wait::wfe::{Event, Wfe},
};

#[used]
#[unsafe(link_section = ".boot2")]
static BOOT_LOADER: [u8; 256] = rp2040_boot2::BOOT_LOADER_W25Q080;

const COUNT: u32 = 10_000;

/// Each job has one core.
static JOBS: IdAllocator<u32> = IdAllocator::with_limit(COUNT);
/// Counted by both.
static STEPS: Stats = Stats::new();
/// A core that advances it sends an event to the other.
static DONE: Progress<Event> = Progress::with_unparker(COUNT as usize, Event);

/// What each core does: the steps of the Collatz sequence of each of its numbers.
fn work() {
    while let Ok(job) = JOBS.allocate() {
        let mut number = job + 1;
        let mut steps = 0;
        while number != 1 {
            number = if number.is_multiple_of(2) {
                number / 2
            } else {
                3 * number + 1
            };
            steps += 1;
        }
        STEPS.record(steps);
        DONE.advance(1);
    }
}

#[entry]
fn main() -> ! {
    core1::start();
    work();
    // Sleeps in WFE for the last jobs of the other core.
    DONE.wait_complete(&Wfe).unwrap();
    if STEPS.snapshot().max == Some(261) {
        light_the_led();
    }
    loop {
        asm::wfe();
    }
}

fn light_the_led() {
    const RESETS_CLEAR: u32 = 0x4000_F000;
    const RESET_DONE: u32 = 0x4000_C008;
    const IO_BANK0: u32 = 1 << 5;
    const GPIO25_CTRL: u32 = 0x4001_40CC;
    const FUNCTION_SIO: u32 = 5;
    const OUTPUT_ENABLE_SET: u32 = 0xD000_0024;
    const OUTPUT_SET: u32 = 0xD000_0014;
    const LED: u32 = 1 << 25;

    register::write(RESETS_CLEAR, IO_BANK0);
    while register::read(RESET_DONE) & IO_BANK0 == 0 {}
    register::write(GPIO25_CTRL, FUNCTION_SIO);
    register::write(OUTPUT_ENABLE_SET, LED);
    register::write(OUTPUT_SET, LED);
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {
        asm::wfe();
    }
}
