// error[E0277]: a value of one atomic word with zero to spare
#![no_std]
use core::num::NonZero;
use indivisible::race::OnceNonZero;

pub static KEY: OnceNonZero<NonZero<u64>> = OnceNonZero::new();
