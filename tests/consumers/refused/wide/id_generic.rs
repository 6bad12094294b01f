// error[E0277]: `IdAllocator<u32>`
#![no_std]
use core::num::NonZero;
use indivisible::id::{Id, IdAllocator};

fn first<T: Id>(ids: &IdAllocator<T>) -> Option<T> {
    ids.allocate().ok()
}

pub fn id() -> Option<NonZero<u64>> {
    first(&IdAllocator::new())
}
