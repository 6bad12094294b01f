// error[E0432]: `indivisible::id`
#![no_std]
use indivisible::id::IdAllocator;

pub static IDS: IdAllocator<u8> = IdAllocator::new();
