// error[E0277]: stores in one instruction
#![no_std]
use core::num::NonZero;
use indivisible::race::RacyOnce;

pub static KEY: RacyOnce<NonZero<u64>> = RacyOnce::new();
