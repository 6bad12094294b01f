//! Requests to stop.

use core::hint::black_box;
use indivisible::stop::StopFlag;

#[inline(never)]
pub(crate) fn load_store() {
    let flag = StopFlag::new();
    let flag = black_box(&flag);
    flag.request_stop();
    black_box(flag.stop_requested());
    flag.reset();
}

#[cfg(back_end)]
#[inline(never)]
pub(crate) fn read_modify_write() {
    use crate::wait::poll;
    use core::num::NonZero;
    use indivisible::{
        stop::StopSignal,
        wait::{Polling, task::Wakers},
    };

    black_box(black_box(&StopFlag::new()).take());

    let mut stop = StopSignal::<NonZero<u8>>::new();
    let stop = black_box(&mut stop);
    stop.reset();
    _ = black_box(stop.request_stop(black_box(NonZero::<u8>::MAX)));
    black_box((stop.reason(), stop.stop_requested()));
    _ = black_box(stop.wait(&Polling));
    black_box(stop.take());

    let stop = StopSignal::<bool, Wakers<2>>::with_unparker(Wakers::new());
    let stop = black_box(&stop);
    black_box(poll(stop.requested()));
    if let Ok(waiter) = black_box(stop.waiter()) {
        black_box(poll(waiter.requested()));
    }
    _ = black_box(stop.request_stop(black_box(true)));
}
