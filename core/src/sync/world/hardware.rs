//! What the facade is made of, for users: `core`, portable-atomic, the binary's critical section.

pub use core::sync::atomic::fence;

/// The words that are loaded and stored, and the fence between their accesses.
pub(crate) mod plain {
    /// A context that interrupts another one finds its accesses in program order.
    #[cfg(single_core)]
    pub(crate) use core::sync::atomic::compiler_fence as fence;
    pub(crate) use core::sync::atomic::*;
}
#[cfg(native)]
pub(crate) use portable_atomic as words;

/// Refuses a change where there is no back end, when linking: a public operation that lacks the bound
/// [`ReadModifyWrite`](crate::sync::ReadModifyWrite) does not get past this.
#[cfg(all(sections, no_back_end))]
pub(crate) fn section<R>(_: impl FnOnce() -> R) -> R {
    #[allow(unsafe_code, reason = "a symbol that does not exist")]
    // SAFETY: no program that contains a call can be linked.
    unsafe extern "C" {
        safe fn indivisible_needs_its_feature_critical_section_here() -> !;
    }
    indivisible_needs_its_feature_critical_section_here()
}

/// One critical section.
#[cfg(all(sections, not(no_back_end)))]
#[inline(always)]
pub(crate) fn section<R>(steps: impl FnOnce() -> R) -> R {
    critical_section::with(|_| steps())
}

/// Threads that sleep.
#[cfg(threads)]
pub(crate) mod threads {
    #[cfg(listeners)]
    pub(crate) use std::sync::{Mutex, MutexGuard};
    pub(crate) use std::{
        sync::Arc,
        thread::{Thread, park, park_timeout},
    };

    std::thread_local! {
        /// Counted, since `std`'s own reference has no stable form of one word.
        static THIS: Arc<Thread> = Arc::new(std::thread::current());
    }

    /// The handle of the calling thread; a new one where the thread is ending.
    pub(crate) fn this_thread() -> Arc<Thread> {
        THIS.try_with(Arc::clone)
            .unwrap_or_else(|_| Arc::new(std::thread::current()))
    }
}

/// The cell for values that are not words.
#[derive(Debug)]
pub(crate) struct UnsafeCell<T>(core::cell::UnsafeCell<T>);

impl<T> UnsafeCell<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(core::cell::UnsafeCell::new(value))
    }

    #[inline(always)]
    pub(crate) fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
        f(self.0.get())
    }

    #[inline(always)]
    pub(crate) fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        f(self.0.get())
    }
}
