// error[E0277]: stores in one instruction
#![no_std]
use core::num::NonZero;
use indivisible::race::RacyLazy;

pub static KEY: RacyLazy<NonZero<u64>> = RacyLazy::new();
