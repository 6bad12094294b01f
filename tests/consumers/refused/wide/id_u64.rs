// error[E0277]: never takes a lock
#![no_std]
use indivisible::id::IdAllocator;

pub static IDS: IdAllocator<u64> = IdAllocator::new();
