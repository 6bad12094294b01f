// error[E0432]: OnceNonZero
#![no_std]
use indivisible::race::OnceNonZero;

pub static KEY: OnceNonZero<bool> = OnceNonZero::new();
