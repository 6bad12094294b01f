// error[E0599]: no method named `fetch_not`
// portable-atomic has it, `std` does not.
#![no_std]
use indivisible::atomic::{AtomicU32, Ordering::Relaxed};

pub fn extra(word: &AtomicU32) {
    word.fetch_not(Relaxed);
}
