//! What the facade is made of under `--cfg indivisible_loom`: loom's words, whose loads may return
//! an old value, and its cell, in which an unsynchronised access panics.

// loom's macros name it.
#[cfg(sections)]
extern crate std;

#[cfg(native)]
pub(crate) use loom::sync::atomic as words;
pub(crate) use loom::sync::atomic as plain;
pub use loom::sync::atomic::fence;

pub(crate) use loom::cell::UnsafeCell;

/// Threads that sleep.
#[cfg(threads)]
pub(crate) mod threads {
    #[cfg(listeners)]
    pub(crate) use loom::sync::{Mutex, MutexGuard};
    pub(crate) use loom::{
        sync::Arc,
        thread::{Thread, park},
    };

    pub(crate) fn this_thread() -> Arc<Thread> {
        Arc::new(loom::thread::current())
    }

    /// loom has no time: the limit has passed.
    pub(crate) fn park_timeout(_: core::time::Duration) {
        loom::thread::yield_now();
    }
}

/// One critical section: between cores, a lock that its owner may take again.
#[cfg(sections)]
pub(crate) fn section<R>(steps: impl FnOnce() -> R) -> R {
    loom::lazy_static! {
        static ref LOCK: loom::sync::Mutex<()> = loom::sync::Mutex::new(());
    }
    loom::thread_local! {
        static DEPTH: core::cell::Cell<u32> = core::cell::Cell::new(0);
    }
    /// Leaves, also where `steps` panics.
    struct Inside;
    impl Drop for Inside {
        fn drop(&mut self) {
            DEPTH.with(|depth| depth.set(depth.get() - 1));
        }
    }
    let outermost = DEPTH.with(|depth| depth.replace(depth.get() + 1)) == 0;
    // The lock is declared first, so that it is released last.
    let _lock = outermost.then(|| LOCK.lock());
    let _inside = Inside;
    steps()
}
