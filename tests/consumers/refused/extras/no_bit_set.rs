// error[E0599]: no method named `bit_set`
// portable-atomic has it, `std` does not.
#![no_std]
use indivisible::atomic::{AtomicU32, Ordering::Relaxed};

pub fn extra(word: &AtomicU32) {
    word.bit_set(3, Relaxed);
}
