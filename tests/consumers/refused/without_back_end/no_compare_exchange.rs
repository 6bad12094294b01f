// error[E0277]: this operation needs read-modify-write, which this target has only with a back end: in Cargo.toml write `indivisible = { version = "0.1", features = ["critical-section"] }`
#![no_std]
use indivisible::atomic::{AtomicPtr, Ordering::Relaxed};

pub fn exchange(word: &AtomicPtr<u8>, new: *mut u8) -> bool {
    word.compare_exchange(word.load(Relaxed), new, Relaxed, Relaxed).is_ok()
}
