//! How fast the machine is: `cargo run --release -p interloper --example machine_speed`.
//!
//! A loop of five instructions, one load and one store among them; medians of several rounds.

use core::hint::black_box;
use std::time::Instant;

use interloper::machine::{Arm, Core, Flash, Memory, Profile, Reservation, Riscv};

const CODE: u32 = 0x100;
const RAM: u32 = 0x2000_0000;
const ROUNDS: usize = 199;

fn main() {
    // ldr r3, [r0]; adds r3, #1; str r3, [r0]; subs r1, #1; b loop
    let thumb = bytes([0x6803, 0x3301, 0x6003, 0x3901, 0xe7fa].map(u16::to_le_bytes));
    // lw a3, 0(a0); addi a3, a3, 1; sw a3, 0(a0); addi a1, a1, -1; j loop
    let riscv = bytes(
        [
            0x0005_2683,
            0x0016_8693,
            0x00d5_2023,
            0xfff5_8593,
            0xff1f_f06f_u32,
        ]
        .map(u32::to_le_bytes),
    );
    println!("| core | instructions/s | peek | snapshot of 2 KiB | hash |\n|---|---|---|---|---|");
    for (name, profile) in [("Armv6-M", Profile::Armv6M), ("Armv7-M", Profile::Armv7M)] {
        let flash = Flash::new(CODE, thumb.clone());
        let mut core = Arm::new(profile, &flash);
        core.boot(CODE, RAM..RAM + 0x800);
        core.set_register(0, RAM);
        measure(name, core, &flash);
    }
    let flash = Flash::new(CODE, riscv);
    let mut core = Riscv::new(Reservation::Cleared, &flash);
    core.boot(CODE, RAM..RAM + 0x800);
    core.set_register(10, RAM);
    measure("RV32IMAC", core, &flash);
}

fn bytes<const N: usize, const M: usize>(units: [[u8; N]; M]) -> Vec<u8> {
    units.into_iter().flatten().collect()
}

fn measure(name: &str, mut core: impl Core, flash: &Flash) {
    let mut memory = Memory::new(flash.clone(), RAM..RAM + 0x800);
    let step = median(20_000, || {
        black_box(core.step(&mut memory)).expect("the loop has no fault");
    });
    let peek = median(2_000, || {
        black_box(core.peek(&mut memory));
    });
    let snapshot = median(2_000, || {
        black_box((core.clone(), memory.clone()));
    });
    let hash = median(2_000, || {
        black_box(core.hash());
    });
    println!(
        "| {name} | {:.0} M | {peek:.0} ns | {snapshot:.0} ns | {hash:.0} ns |",
        1e3 / step
    );
}

/// The median of the time that one call takes, in nanoseconds.
fn median(calls: u32, mut call: impl FnMut()) -> f64 {
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            (0..calls).for_each(|_| call());
            start.elapsed().as_nanos() as f64 / f64::from(calls)
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}
