//! What the swept operations work on: statics that are made anew for each landing.

#![allow(unsafe_code, reason = "a static is replaced between two landings")]

use core::{
    cell::UnsafeCell,
    fmt,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

/// Proof that no operation is in progress: the harness alone makes it, between two landings.
#[derive(Debug)]
pub struct Idle(());

impl Idle {
    pub(crate) fn between_landings() -> Self {
        Self(())
    }
}

/// A static that `reset` makes anew, and that every operation may use.
pub struct Object<T>(UnsafeCell<T>);

// SAFETY: `get` gives what a `static` of `T: Sync` would; `renew` is argued there.
unsafe impl<T: Sync> Sync for Object<T> {}

impl<T> Object<T> {
    /// Creates the object as the first `reset` finds it.
    pub const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// Makes it anew; not inside [`get`](Self::get).
    pub fn renew(&self, _: &mut Idle, value: T) {
        // SAFETY: `Idle` says that no operation is in progress and no timer is armed; what operations
        // borrow they do not keep, since the references below do not outlive their closures.
        unsafe { *self.0.get() = value };
    }

    /// Uses it, in any context.
    #[inline(always)]
    pub fn get<R>(&self, f: impl FnOnce(&T) -> R) -> R {
        // SAFETY: nobody renews it meanwhile, see there.
        f(unsafe { &*self.0.get() })
    }
}

impl<T> fmt::Debug for Object<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Object").finish_non_exhaustive()
    }
}

/// A static of which one context makes use: the writer of a single-writer object, for example.
///
/// In a case, the operations of one side only may come here.
pub struct Held<T>(UnsafeCell<Option<T>>);

// SAFETY: a value that one context put in may be used by another, hence `T: Send`; never by two at once,
// see `with`.
unsafe impl<T: Send> Sync for Held<T> {}

impl<T> Held<T> {
    /// Creates it empty.
    pub const fn new() -> Self {
        Self(UnsafeCell::new(None))
    }

    /// Creates it with a value.
    pub const fn holding(value: T) -> Self {
        Self(UnsafeCell::new(Some(value)))
    }

    /// Puts a value into an empty place; not inside [`with`](Self::with).
    #[inline(always)]
    pub fn put(&self, value: T) {
        // The destructor of what is not there would be code that never executes.
        self.reach(|place| core::mem::forget(place.replace(value)));
    }

    /// Uses what is in there.
    #[inline(always)]
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.reach(|value| value.as_mut().map(f))
    }

    /// Takes it out.
    #[inline(always)]
    pub fn take(&self) -> Option<T> {
        self.reach(Option::take)
    }

    #[inline(always)]
    fn reach<R>(&self, f: impl FnOnce(&mut Option<T>) -> R) -> R {
        // SAFETY: within a case only one side has operations that come here, a side runs to its end
        // before it runs again, and `reset` runs between them.
        f(unsafe { &mut *self.0.get() })
    }
}

impl<T> Default for Held<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for Held<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").finish_non_exhaustive()
    }
}

/// A static that is given away for good, once: for `split(&mut self)` and the like.
pub struct GivenAway<T> {
    value: UnsafeCell<T>,
    is_gone: AtomicBool,
}

// SAFETY: the value is reached through the one reference that `take` gives, in one context at a time as
// that type allows; hence `T: Send`.
unsafe impl<T: Send> Sync for GivenAway<T> {}

impl<T> GivenAway<T> {
    /// Creates the value.
    pub const fn new(value: T) -> Self {
        Self {
            value: UnsafeCell::new(value),
            is_gone: AtomicBool::new(false),
        }
    }

    /// The value, the first time.
    pub fn take(&'static self, _: &mut Idle) -> Option<&'static mut T> {
        let is_gone = self.is_gone.load(Relaxed);
        self.is_gone.store(true, Relaxed);
        // SAFETY: `Idle` says that nobody is beside us between the load and the store, so that this is
        // the only reference there ever is.
        (!is_gone).then(|| unsafe { &mut *self.value.get() })
    }
}

impl<T> fmt::Debug for GivenAway<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GivenAway").finish_non_exhaustive()
    }
}
