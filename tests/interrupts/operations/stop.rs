//! `StopFlag` and `StopSignal`; what takes a request where there is read-modify-write.

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use indivisible::stop::StopFlag;
use interloper_table::object;

object! {
    flag: StopFlag = StopFlag::new(),
    reset clear |flag| *flag = StopFlag::new(),
    reset requested |flag| { *flag = StopFlag::new(); flag.request_stop(); },
    main core irq(1) fn request_stop(flag) { flag.request_stop() },
    main core irq(1) fn stop_requested(flag) -> bool { flag.stop_requested() },
    main core irq(1) fn reset(flag) { flag.reset() },
    state |flag| flag.stop_requested(),
}

// What was stored before the request is there for a context that sees it.
object! {
    published: StopFlag = StopFlag::new(),
    object data: AtomicU32 = AtomicU32::new(0),
    reset |published, data| { *published = StopFlag::new(); *data.get_mut() = 0; },
    main core irq(1) fn request_stop(published, data) {
        data.store(7, Relaxed);
        published.request_stop();
    },
    main fn request_early(published, data) {
        published.request_stop();
        data.store(7, Relaxed);
    } wrong for request_stop, caught by [stop_requested],
    main core irq(1) fn stop_requested(published, data) -> Option<u32> {
        published.stop_requested().then(|| data.load(Relaxed))
    },
    main fn read_early(published, data) -> Option<u32> {
        let data = data.load(Relaxed);
        published.stop_requested().then_some(data)
    } wrong for stop_requested, caught by [request_stop],
}

#[cfg(feature = "changes")]
object! {
    taken: StopFlag = StopFlag::new(),
    reset clear |taken| *taken = StopFlag::new(),
    reset requested |taken| { *taken = StopFlag::new(); taken.request_stop(); },
    main core irq(1) fn take(taken) -> bool { taken.take() },
    core irq(1) fn request_stop(taken) { taken.request_stop() },
    main fn look_then_reset(taken) -> bool {
        let was_requested = taken.stop_requested();
        taken.reset();
        was_requested
    } wrong for take, caught by [request_stop],
    state |taken| taken.stop_requested(),
}

#[cfg(feature = "changes")]
use signal::{ONE, Signal, TWO, request};

#[cfg(feature = "changes")]
mod signal {
    use core::num::NonZero;
    use indivisible::stop::StopSignal;

    pub(super) type Signal = StopSignal<NonZero<u8>>;

    pub(super) const ONE: NonZero<u8> = NonZero::new(1).unwrap();
    pub(super) const TWO: NonZero<u8> = NonZero::new(2).unwrap();

    /// The reason that was there before.
    #[inline(always)]
    pub(super) fn request(signal: &Signal, reason: NonZero<u8>) -> Option<NonZero<u8>> {
        signal.request_stop(reason).err().map(|refused| refused.current)
    }
}

#[cfg(feature = "changes")]
object! {
    reason: Signal = Signal::new(),
    reset clear |reason| *reason = Signal::new(),
    reset requested |reason| { *reason = Signal::new(); request(reason, core::num::NonZero::<u8>::MAX); },
    main fn request_stop(reason) -> Option<core::num::NonZero<u8>> { request(reason, ONE) },
    core irq(1) fn request_two(reason) -> Option<core::num::NonZero<u8>> { request(reason, TWO) },
    main core irq(1) fn reason(reason) -> Option<core::num::NonZero<u8>> { reason.reason() },
    main core irq(1) fn take(reason) -> Option<core::num::NonZero<u8>> { reason.take() },
    // The last one wins.
    main fn look_then_replace(reason) -> Option<core::num::NonZero<u8>> {
        if let Some(current) = reason.reason() { return Some(current) }
        let _ = reason.take();
        request(reason, ONE)
    } wrong for request_stop, caught by [request_two],
    main fn look_then_take(reason) -> Option<core::num::NonZero<u8>> {
        let current = reason.reason();
        let _ = reason.take();
        current
    } wrong for take, caught by [take],
    // Two requests in one answer.
    main fn look_twice(reason) -> Option<core::num::NonZero<u8>> {
        reason.reason().or(reason.reason().map(|_| ONE))
    } wrong for reason, caught by [request_two],
    state |reason| reason.reason(),
}
