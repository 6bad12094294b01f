//! Main asks the worker to stop for reason 1, the handler for reason 2: the first reason stays.

use core::{num::NonZero, sync::atomic::{AtomicU8, Ordering::Relaxed}};
use indivisible::stop::StopSignal;
use interloper_table::object;

mod store {
    use super::*;

    #[inline(always)]
    fn request(stop: &AtomicU8, reason: u8) -> bool {
        if stop.load(Relaxed) != 0 {
            return false;
        }
        stop.store(reason, Relaxed);
        true
    }

    object! {
        stop: AtomicU8 = AtomicU8::new(0),
        main fn main(stop) -> bool { request(stop, 1) },
        irq(1) fn handler(stop) -> bool { request(stop, 2) },
        state |stop| stop.load(Relaxed),
    }
}

mod signal {
    use super::*;

    #[inline(always)]
    fn request(stop: &StopSignal<NonZero<u8>>, reason: u8) -> bool {
        let reason = NonZero::new(reason).unwrap_or(NonZero::<u8>::MAX);
        stop.request_stop(reason).is_ok()
    }

    object! {
        stop: StopSignal<NonZero<u8>> = StopSignal::new(),
        main fn main(stop) -> bool { request(stop, 1) },
        irq(1) fn handler(stop) -> bool { request(stop, 2) },
        state |stop| stop.reason().map_or(0, NonZero::get),
    }
}
