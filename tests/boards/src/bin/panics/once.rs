//! Cells: polled, and awaited by tasks.

use crate::wait::poll;
use core::hint::black_box;
use indivisible::{once::OnceLock, wait::task::Wakers};

#[inline(never)]
pub(crate) fn read_modify_write() {
    let mut cell = OnceLock::<[u32; 3]>::new();
    let value = black_box([1, 2, 3]);
    _ = black_box(cell.try_set(value).map_err(|refused| refused.into_inner()));
    black_box(cell.get());
    _ = black_box(cell.try_get_or_init(|| value));
    _ = black_box(cell.try_get_or_try_init(|| black_box(Err(value))));
    black_box(cell.get_mut());
    black_box((cell.take(), cell.into_inner()));
    let cell = OnceLock::with_value(value);
    black_box((cell.clone() == cell, cell.into_inner()));
    let cell = OnceLock::with_value_and_unparker(value, Wakers::<2>::new());
    black_box(cell.into_inner());

    let cell = OnceLock::<u32, Wakers<2>>::with_unparker(Wakers::new());
    black_box(poll(black_box(&cell).initialized()));
    black_box(poll(black_box(&cell).get_or_init(async || black_box(1))));
    if let Ok(waiter) = black_box(&cell).waiter() {
        black_box(poll(waiter.initialized()));
        black_box(poll(waiter.get_or_init(async || black_box(1))));
    }
}
