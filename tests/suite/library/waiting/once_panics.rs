//! A waker that panics, called by a cell: the cell has left `RUNNING` before.

use super::executor::poll;
use core::{future::pending, panic::AssertUnwindSafe, pin::pin, task::Poll};
use indivisible::{once::OnceLock, wait::task::Wakers};
use std::{panic::catch_unwind, sync::Arc, task::Wake};

struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        std::panic::resume_unwind(Box::new("planted"));
    }
}

#[test]
fn a_value_is_kept_though_a_waker_panics() {
    let cell = OnceLock::<u32, Wakers<2>>::default();
    let waker = Arc::new(Panics).into();
    let mut waiting = pin!(cell.initialized());
    assert!(poll(waiting.as_mut(), &waker).is_pending());
    let made = catch_unwind(|| cell.try_get_or_init(|| 7).copied());
    assert!(made.is_err(), "the panic goes to the caller");
    assert_eq!(cell.get(), Some(&7));
    assert_eq!(poll(waiting, &waker), Poll::Ready(Ok(&7)));
}

#[test]
fn a_failed_initializer_leaves_the_cell_empty_though_a_waker_panics() {
    let cell = OnceLock::<u32, Wakers<2>>::default();
    let waker = Arc::new(Panics).into();
    let mut initializing = Box::pin(cell.get_or_init(async || pending().await));
    assert!(poll(initializing.as_mut(), &waker).is_pending());
    let mut waiting = pin!(cell.initialized());
    assert!(poll(waiting.as_mut(), &waker).is_pending());
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(initializing)));
    assert!(dropped.is_err(), "the panic goes to the caller");
    // A task that was woken is polled, and registers again.
    assert!(poll(waiting.as_mut(), &waker).is_pending());
    let made = catch_unwind(|| cell.try_get_or_init(|| 8).copied());
    assert!(made.is_err(), "the panic goes to the caller");
    assert_eq!(cell.get(), Some(&8));
    assert_eq!(poll(waiting, &waker), Poll::Ready(Ok(&8)));
}

#[test]
fn a_failed_result_leaves_the_cell_empty_though_a_waker_panics() {
    let cell = OnceLock::<u32, Wakers<2>>::default();
    let waker = Arc::new(Panics).into();
    let mut waiting = pin!(cell.get_or_init(async || 9));
    let failed = catch_unwind(AssertUnwindSafe(|| {
        cell.try_get_or_try_init(|| {
            assert!(poll(waiting.as_mut(), &waker).is_pending());
            Err("planted")
        })
    }));
    assert!(failed.is_err(), "the panic goes to the caller");
    assert_eq!(poll(waiting, &waker), Poll::Ready(Ok(&9)));
    assert_eq!(cell.get(), Some(&9));
}
