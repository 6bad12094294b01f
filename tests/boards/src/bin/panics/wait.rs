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
    use indivisible::{stop::StopSignal, wait::task::Wakers};

    black_box(&Wakers::<2>::new()).unpark();
    let stop = StopSignal::<bool, Wakers<1>>::with_unparker(Wakers::new());
    if let Ok(waiter) = black_box(&stop).waiter() {
        black_box(waiter.object().stop_requested());
    }
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
