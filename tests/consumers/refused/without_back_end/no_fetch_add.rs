// error[E0277]: this operation needs read-modify-write, which this target has only with a back end: in Cargo.toml write `indivisible = { version = "0.1", features = ["critical-section"] }`
#![no_std]
use indivisible::atomic::{AtomicU32, Ordering::Relaxed};

pub fn count(word: &AtomicU32) -> u32 {
    word.fetch_add(1, Relaxed)
}
