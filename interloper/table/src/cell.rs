//! The statics of a table.

#![allow(
    unsafe_code,
    reason = "a static is written by `reset` and by its one holder"
)]

use core::{cell::UnsafeCell, fmt, mem::MaybeUninit};

/// An object that all parties share.
pub struct Object<T>(UnsafeCell<T>);

// SAFETY: parties get `&T` of a `T: Sync`; the exclusive reference of `reset` is argued there.
unsafe impl<T: Sync> Sync for Object<T> {}

impl<T> Object<T> {
    /// The object as `reset` finds it.
    pub const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// The object, for a party.
    ///
    /// # Safety
    ///
    /// Nothing may use a reference that [`reset`](Self::reset) gave, unless it was borrowed from the object by a
    /// handle and this party does not touch what is borrowed.
    #[doc(hidden)]
    #[inline(always)]
    pub unsafe fn party(&'static self) -> &'static T {
        // SAFETY: the caller's promise.
        unsafe { &*self.0.get() }
    }

    /// The object, for `reset`.
    ///
    /// # Safety
    ///
    /// No party may be running.
    #[doc(hidden)]
    #[expect(
        clippy::mut_from_ref,
        reason = "the caller promises that there is no other reference"
    )]
    #[inline(always)]
    pub unsafe fn reset(&'static self) -> &'static mut T {
        // SAFETY: the caller's promise.
        unsafe { &mut *self.0.get() }
    }

    /// Where it lies.
    #[doc(hidden)]
    pub const fn start(&'static self) -> *const core::ffi::c_void {
        self.0.get().cast_const().cast()
    }

    #[doc(hidden)]
    pub const EXCLUSIVE: u32 = 0;
}

/// A value that one party of a run holds: a writer, the receiving end of a channel, a node of a list.
///
/// `interloper` combines no two parties that name the same handle, except handlers of one priority that together catch a
/// wrong version: on one core, one returns before the other begins.
pub struct Handle<T>(UnsafeCell<T>);

// SAFETY: one context after the other uses it, hence `T: Send`; never two at once, see `party`.
unsafe impl<T: Send> Sync for Handle<T> {}

impl<T> Handle<T> {
    /// The handle as `reset` finds it.
    pub const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// The handle, for the party that holds it.
    ///
    /// # Safety
    ///
    /// No other party of the run may use the handle.
    #[doc(hidden)]
    #[expect(
        clippy::mut_from_ref,
        reason = "the caller promises that there is no other reference"
    )]
    #[inline(always)]
    pub unsafe fn party(&'static self) -> &'static mut T {
        // SAFETY: the caller's promise.
        unsafe { &mut *self.0.get() }
    }

    /// The handle, for `reset`.
    ///
    /// # Safety
    ///
    /// No party may be running.
    #[doc(hidden)]
    #[expect(
        clippy::mut_from_ref,
        reason = "the caller promises that there is no other reference"
    )]
    #[inline(always)]
    pub unsafe fn reset(&'static self) -> &'static mut T {
        // SAFETY: the caller's promise.
        unsafe { &mut *self.0.get() }
    }

    /// Where it lies.
    #[doc(hidden)]
    pub const fn start(&'static self) -> *const core::ffi::c_void {
        self.0.get().cast_const().cast()
    }

    #[doc(hidden)]
    pub const EXCLUSIVE: u32 = 1;
}

/// The answer of a call, from the return of the operation until the host has read it. It is never dropped.
#[doc(hidden)]
pub struct Answer<T>(UnsafeCell<MaybeUninit<T>>);

// SAFETY: a party writes it in one role, and the host reads it before that role runs again.
unsafe impl<T> Sync for Answer<T> {}

impl<T> Answer<T> {
    /// No answer.
    pub const fn new() -> Self {
        Self(UnsafeCell::new(MaybeUninit::uninit()))
    }

    /// Keeps the answer.
    #[inline(always)]
    pub fn put(&'static self, answer: T) {
        // SAFETY: no reference to the former answer is left: `get` is called by functions that return before the
        // role runs again.
        unsafe { (*self.0.get()).write(answer) };
    }

    /// The answer that was put.
    ///
    /// # Safety
    ///
    /// There must be one.
    pub unsafe fn get(&'static self) -> &'static T {
        // SAFETY: the caller's promise.
        unsafe { (*self.0.get()).assume_init_ref() }
    }
}

impl<T> Default for Answer<T> {
    fn default() -> Self {
        Self::new()
    }
}

macro_rules! opaque {
    ($($name:ident),*) => { $(
        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )* };
}
opaque!(Object, Handle, Answer);
