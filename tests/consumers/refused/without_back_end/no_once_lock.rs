// error[E0432]: `indivisible::once`
#![no_std]
use indivisible::once::OnceLock;

pub static CELL: OnceLock<u32> = OnceLock::new();
