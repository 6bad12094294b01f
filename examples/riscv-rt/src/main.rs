//! IDs that a handler and `main` share on a hart without the A extension, and a stop when there are no more.

#![no_std]
#![no_main]

use core::num::NonZero;
use indivisible::{
    id::IdAllocator,
    stats::Stats,
    stop::StopSignal,
    wait::{Interrupts, wfi::Wfi},
};
use riscv::interrupt::{self, Interrupt};
use riscv_rt::{core_interrupt, entry};
use semihosting::{println, process};

#[derive(Debug)]
enum Why {
    NoIdLeft,
}

static IDS: IdAllocator<NonZero<u32>> = IdAllocator::with_limit(16);
/// Those of the handler.
static TAKEN: Stats = Stats::new();
static STOP: StopSignal<&'static Why, Interrupts> = StopSignal::with_unparker(Interrupts);

/// Sets the timer of QEMU's `virt`.
fn tick_after(counts: u64) {
    let (mtime, mtimecmp) = (0x0200_BFF8 as *const u64, 0x0200_4000 as *mut u64);
    // SAFETY: both are registers of this machine, and nothing else uses them.
    unsafe { mtimecmp.write_volatile(mtime.read_volatile() + counts) };
}

#[core_interrupt(Interrupt::MachineTimer)]
fn machine_timer() {
    tick_after(10_000);
    match IDS.allocate() {
        Ok(id) => TAKEN.record(id.get()),
        Err(_) => {
            // Refused from the second request on: the first reason stays.
            let _ = STOP.request_stop(&Why::NoIdLeft);
        }
    }
}

#[entry]
fn main() -> ! {
    let mine = [(); 4].map(|()| IDS.allocate().unwrap());

    tick_after(10_000);
    // SAFETY: the handler is in place, and no critical section has begun.
    unsafe {
        interrupt::enable_interrupt(Interrupt::MachineTimer);
        interrupt::enable();
    }

    let why = STOP.wait(&Wfi).unwrap().unwrap();
    let taken = TAKEN.snapshot();
    println!("stopped: {why:?}");
    println!(
        "IDs of main: {} to {}; of the handler: {}, up to {}",
        mine[0],
        mine[3],
        taken.count,
        taken.max.unwrap()
    );
    process::exit(0)
}
