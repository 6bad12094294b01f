//! Two cores, and an interrupt on either of them.
//!
//! ```toml
//! [interloper]
//! targets = ["thumbv6m-none-eabi", "thumbv7m-none-eabi"]
//! ```

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use interloper_table::object;

fn increment(counter: &AtomicU32) -> u32 {
    let before = counter.load(Relaxed);
    counter.store(before + 1, Relaxed);
    before
}

// A section keeps the other core out; masking interrupts alone does not.
object! {
    section: AtomicU32 = AtomicU32::new(0),
    reset |section| *section.get_mut() = 0,
    main core irq(1) fn increment(section) -> u32 { critical_section::with(|_| increment(section)) },
    main fn bare(section) -> u32 { increment(section) } wrong for increment, caught by [increment],
    state |section| section.load(Relaxed),
}

// Each core waits for the lock that the other one holds.
object! {
    deadlock: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2],
    reset |deadlock| *deadlock = [const { AtomicU32::new(0) }; 2],
    main fn in_order(deadlock) { critical_section::with(|_| deadlock[0].load(Relaxed)); },
    main fn crosswise(deadlock) {
        lock(&deadlock[0]);
        lock(&deadlock[1]);
        deadlock[1].store(0, Relaxed);
        deadlock[0].store(0, Relaxed);
    } wrong for in_order, caught by [other],
    core fn other(deadlock) {
        lock(&deadlock[1]);
        lock(&deadlock[0]);
        deadlock[0].store(0, Relaxed);
        deadlock[1].store(0, Relaxed);
    },
    state |deadlock| [deadlock[0].load(Relaxed), deadlock[1].load(Relaxed)],
}

fn lock(word: &AtomicU32) {
    while critical_section::with(|_| {
        let is_held = word.load(Relaxed);
        word.store(1, Relaxed);
        is_held
    }) == 1 {}
}

// Sequentially consistent cores: each announces itself, then loads the other announcement; one finds it.
object! {
    announce: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2],
    reset |announce| *announce = [const { AtomicU32::new(0) }; 2],
    main fn first(announce) = [
        store { announce[0].store(1, Relaxed) },
        look -> u32 { announce[1].load(Relaxed) },
    ],
    core fn second(announce) = [
        store { announce[1].store(1, Relaxed) },
        look -> u32 { announce[0].load(Relaxed) },
    ],
}
