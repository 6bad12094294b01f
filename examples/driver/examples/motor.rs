//! The driver on a host: a thread is the interrupt.

use driver_example::Tachometer;
use indivisible::wait::Polling;
use std::thread;

fn main() {
    let mut tachometer = Tachometer::new();
    let (mut pulses, mut speed) = tachometer.split();
    thread::scope(|threads| {
        threads.spawn(move || (0..=100).for_each(|n| pulses.pulse(n * 20_000)));
        // In firmware: `Wfi`, with `Interrupts` as the unparker.
        while speed.wait_turn(&Polling).unwrap() < 100 {}
    });
    let rate = speed.turns_per_minute(2_000_000).unwrap();
    println!("{} turns, the last at {rate} per minute", speed.turns());
}
