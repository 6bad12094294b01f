// error[E0614]
use indivisible::latest::{Latest, WriterCell};

/// Swapped out of its borrow, the writer would outlive it.
fn main() {
    let (one, other) = (Latest::<u32>::new(), Latest::<u32>::new());
    let (cell, mut writer) = (WriterCell::new(&one), other.claim().unwrap());
    let mut borrowed = cell.try_borrow().unwrap();
    core::mem::swap(&mut *borrowed, &mut writer);
}
