// error[E0432]: AtomicU64
#![no_std]
use indivisible::atomic::AtomicU64;

pub static WORD: AtomicU64 = AtomicU64::new(0);
