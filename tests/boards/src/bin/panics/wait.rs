//! Parkers and unparkers.

use core::hint::black_box;
use indivisible::wait::{
    Interrupts, Park, Polling, Unpark,
    wfe::{Event, Wfe},
    wfi::Wfi,
};

#[inline(never)]
pub(crate) fn load_store() {
    let mut ready = || black_box(true);
    _ = black_box(Polling.park_unless(&Polling, &mut ready));
    _ = black_box(Wfi.park_unless(&Interrupts, &mut ready));
    _ = black_box(Wfe.park_unless(&Event, &mut ready));
    Event.unpark();
    Interrupts.unpark();
    Polling.unpark();
}

#[cfg(back_end)]
#[inline(never)]
pub(crate) fn read_modify_write() {
    let wakers = indivisible::wait::task::Wakers::<2>::new();
    black_box(&wakers).unpark();
}

/// One step of an executor.
#[cfg(back_end)]
pub(crate) fn poll<R>(future: impl Future<Output = R>) -> bool {
    use core::{
        pin::pin,
        task::{Context, Waker},
    };

    let mut context = Context::from_waker(Waker::noop());
    pin!(future).poll(&mut context).is_ready()
}
