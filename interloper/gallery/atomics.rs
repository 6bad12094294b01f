//! portable-atomic 1.15.0 and atomic-waker 1.1.2.
//!
//! ```toml
//! [interloper]
//! targets = ["thumbv7m-none-eabi"]
//!
//! [dependencies]
//! atomic-waker = "=1.1.2"
//! portable-atomic = { version = "=1.15.0", default-features = false, features = ["fallback"] }
//! ```

use atomic_waker::AtomicWaker;
use core::{future::poll_fn, task::Poll};
use interloper_table::{Task, object};
use portable_atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};

object! {
    native: AtomicU32 = AtomicU32::new(0),
    reset |native| *native.get_mut() = 0,
    main irq(1, 2) fn add(native) -> u32 { native.fetch_add(1, Relaxed) },
    main irq(1) fn swap(native) -> u32 { native.swap(9, Relaxed) },
    state |native| native.load(Relaxed),
}

object! {
    fallback: AtomicU64 = AtomicU64::new(0),
    reset |fallback| *fallback.get_mut() = u64::from(u32::MAX),
    main irq(1) fn add(fallback) -> u64 { fallback.fetch_add(1, Relaxed) },
    main irq(1) fn load(fallback) -> u64 { fallback.load(Relaxed) },
    state |fallback| fallback.load(Relaxed),
    known [add, add], "documented: the fallback takes a global lock, which a handler waits for",
    known [load, add, load], "documented: the fallback takes a global lock, which a handler waits for",
    known [add, load], "documented: the fallback takes a global lock, which a handler waits for",
}

pub struct Flag {
    waker: AtomicWaker,
    ready: AtomicBool,
}

object! {
    waker: Flag = Flag { waker: AtomicWaker::new(), ready: AtomicBool::new(false) },
    handle task: Task<()> = Task::new(),
    reset |waker, task| {
        *waker = Flag { waker: AtomicWaker::new(), ready: AtomicBool::new(false) };
        let flag: &'static Flag = waker;
        task.start(poll_fn(|context| {
            flag.waker.register(context.waker());
            if flag.ready.load(Relaxed) { Poll::Ready(()) } else { Poll::Pending }
        }));
    },
    main fn poll(task) -> Option<()> { task.poll() },
    irq(1, 2) fn wake(waker) { waker.ready.store(true, Relaxed); waker.waker.wake() },
    wakes task,
}
