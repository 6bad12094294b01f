//! What the facade is made of, for users: `core`, portable-atomic, the binary's critical section.

pub use core::sync::atomic as plain;
#[cfg(native)]
pub use portable_atomic as words;

/// One critical section.
#[cfg(sections)]
#[inline(always)]
pub(crate) fn section<R>(steps: impl FnOnce() -> R) -> R {
    critical_section::with(|_| steps())
}

/// The cell for values that are not words.
#[cfg(tier2)]
#[derive(Debug)]
pub(crate) struct UnsafeCell<T>(core::cell::UnsafeCell<T>);

#[cfg(tier2)]
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
