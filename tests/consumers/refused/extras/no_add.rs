// error[E0599]: no method named `add`
// portable-atomic has it, `std` does not.
#![no_std]
use indivisible::atomic::{AtomicU32, Ordering::Relaxed};

pub fn extra(word: &AtomicU32) {
    word.add(1, Relaxed);
}
