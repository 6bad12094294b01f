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

/// Sets the timer of QEMU's `virt`. An RV32 hart accesses its 64-bit registers in halves.
fn tick_after(counts: u64) {
    let (time_low, time_high) = (0x0200_BFF8 as *const u32, 0x0200_BFFC as *const u32);
    let (at_low, at_high) = (0x0200_4000 as *mut u32, 0x0200_4004 as *mut u32);
    // SAFETY: the addresses are those of aligned registers of this machine, `mtime` and `mtimecmp`, and of no
    // memory of Rust. No two calls overlap: `main` calls this before it enables the handler, which does not nest.
    unsafe {
        let now = loop {
            let (high, low) = (time_high.read_volatile(), time_low.read_volatile());
            // Otherwise the low half has wrapped around in between.
            if time_high.read_volatile() == high {
                break u64::from(high) << 32 | u64::from(low);
            }
        };
        let at = now + counts;
        // The stores in this order never set an earlier time.
        at_high.write_volatile(u32::MAX);
        at_low.write_volatile(at as u32);
        at_high.write_volatile((at >> 32) as u32);
    }
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
