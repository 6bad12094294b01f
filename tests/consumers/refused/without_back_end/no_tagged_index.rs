// error[E0277]: this operation needs read-modify-write, which this target has only with a back end: in Cargo.toml write `indivisible = { version = "0.1", features = ["critical-section"] }`
#![no_std]
use indivisible::{atomic::Ordering::Relaxed, pool::AtomicTaggedIndex};

pub fn exchange(head: &AtomicTaggedIndex<4>) -> bool {
    head.compare_exchange(head.load(Relaxed), 1, Relaxed, Relaxed).is_ok()
}
