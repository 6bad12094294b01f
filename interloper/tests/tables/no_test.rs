//! Objects and operations that take part in no test: a table that has one fails.
//!
//! ```toml
//! [interloper]
//! targets = ["thumbv7m-none-eabi"]
//! ```

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use interloper_table::object;

// `task` and the one handler use the same handle.
object! {
    excluded: AtomicU32 = AtomicU32::new(0),
    handle task: u32 = 0,
    main fn task(task) { *task += 1; },
    main fn add(excluded) -> u32 { excluded.fetch_add(1, Relaxed) },
    irq(1) fn load(excluded, task) -> u32 { excluded.load(Relaxed) + *task },
}

object! {
    none: AtomicU32 = AtomicU32::new(0),
    main fn add(none) -> u32 { none.fetch_add(1, Relaxed) },
    irq(1) fn load(none) -> u32 { none.load(Relaxed) },
    handlers 0,
}

// Two cores, without a handler.
object! {
    some: AtomicU32 = AtomicU32::new(0),
    main core fn first(some) -> u32 { some.fetch_add(1, Relaxed) },
    irq(1) fn second(some) -> u32 { some.load(Relaxed) },
    handlers 0,
}
