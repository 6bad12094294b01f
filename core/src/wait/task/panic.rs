//! Foreign code that may panic where a panic must not end the work: in destructors.
//!
//! The first panic goes on once all wakers have been called. A second one, while the first unwinds, would
//! abort the process. With the feature `std` it is caught and dropped; without it, it does abort.

/// Whether a panic runs destructors at all.
pub(super) const UNWINDS: bool = cfg!(panic = "unwind");

/// Runs `f` where a panic may already be unwinding.
pub(super) fn contained(f: impl FnOnce()) {
    #[cfg(threads)]
    {
        use core::panic::AssertUnwindSafe;
        use std::panic::catch_unwind;

        // What `f` changes is right at each of its calls of foreign code: see its callers.
        if let Err(payload) = catch_unwind(AssertUnwindSafe(f)) {
            // The payload's destructor is foreign, too.
            core::mem::forget(payload);
        }
    }
    #[cfg(not(threads))]
    f();
}

/// Runs `f`, which destructors call too: a panic goes on unless another one is unwinding.
pub(super) fn let_go_on(f: impl FnOnce()) {
    #[cfg(threads)]
    if std::thread::panicking() {
        return contained(f);
    }
    f();
}

/// Calls `wake` with each of `all`. Where one panics, the others are woken before the panic goes on.
#[inline(always)]
pub(super) fn wake_each<T>(all: impl Iterator<Item = T>, wake: impl Fn(T)) {
    // Destructors call this, too: that of an initializer that has panicked, for example.
    let_go_on(|| Unwoken { all, wake }.run());
}

/// Those that are still to be woken.
struct Unwoken<I: Iterator, F: Fn(I::Item)> {
    all: I,
    wake: F,
}

impl<I: Iterator, F: Fn(I::Item)> Unwoken<I, F> {
    fn run(&mut self) {
        for it in self.all.by_ref() {
            (self.wake)(it);
        }
    }
}

impl<I: Iterator, F: Fn(I::Item)> Drop for Unwoken<I, F> {
    fn drop(&mut self) {
        if !UNWINDS {
            return;
        }
        // Some are left only where a waker has panicked.
        for it in self.all.by_ref() {
            contained(|| (self.wake)(it));
        }
    }
}
