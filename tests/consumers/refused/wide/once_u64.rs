// error[E0277]: a value of one atomic word with zero to spare
#![no_std]
use core::num::NonZero;
use indivisible::race::OnceWord;

pub static KEY: OnceWord<NonZero<u64>> = OnceWord::new();
