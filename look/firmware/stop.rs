//! Main and the handler each take the request to stop: one of them handles it.

use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use indivisible::stop::StopFlag;
use interloper_table::object;

mod store {
    use super::*;

    #[inline(always)]
    fn take(stop: &AtomicBool) -> bool {
        let requested = stop.load(Relaxed);
        if requested {
            stop.store(false, Relaxed);
        }
        requested
    }

    object! {
        stop: AtomicBool = AtomicBool::new(false),
        reset |stop| *stop.get_mut() = true,
        main irq(1) fn main(stop) -> bool { take(stop) },
        state |stop| stop.load(Relaxed),
    }
}

mod take {
    use super::*;

    #[inline(always)]
    fn take(stop: &StopFlag) -> bool {
        stop.take()
    }

    object! {
        stop: StopFlag = StopFlag::new(),
        reset |stop| stop.request_stop(),
        main irq(1) fn main(stop) -> bool { take(stop) },
        state |stop| stop.stop_requested(),
    }
}
