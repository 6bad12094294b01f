//! What the facade is made of under `--cfg indivisible_explore`: `core`'s words, and before each access
//! a point at which the explorer may go on with another thread.
//!
//! The explorer belongs to the test binary, which is why it is called by name: this crate depends on
//! nothing for it. It is sequentially consistent and runs one thread at a time, so orderings mean nothing
//! here (loom checks them), a fence is nothing, and a cell is wrong to touch exactly while another thread
//! is between the two switch points of its own access.

#![allow(
    unsafe_code,
    reason = "the hooks are declared here and defined in the test binary"
)]
#![allow(
    dead_code,
    unreachable_pub,
    reason = "native and section mode use a part each; a sealed trait names the words"
)]

pub(crate) use super::explorer as plain;
#[cfg(native)]
pub(crate) use super::explorer as words;

use crate::sync::Ordering;
use core::sync::atomic;

// SAFETY: the explorer defines the four with these signatures, and each is safe to call.
unsafe extern "Rust" {
    /// Another thread may go on here.
    safe fn indivisible_explore_access();
    /// Whether a `compare_exchange_weak` that would succeed shall fail this time.
    safe fn indivisible_explore_fails_spuriously() -> bool;
    /// Goes on once no other thread is in a section; may be nested.
    safe fn indivisible_explore_enter();
    /// Leaves it.
    safe fn indivisible_explore_leave();
}

/// Sequentially consistent as it is.
pub fn fence(_: Ordering) {}

/// One critical section.
#[cfg(sections)]
pub(crate) fn section<R>(steps: impl FnOnce() -> R) -> R {
    struct Inside;
    impl Drop for Inside {
        fn drop(&mut self) {
            indivisible_explore_leave();
        }
    }
    indivisible_explore_enter();
    let _inside = Inside;
    steps()
}

macro_rules! define_atomics {
    ($($Atomic:ident $(<$T:ident>)?, $Value:ty;)*) => { $(
        /// A word whose every access is a point to switch threads at.
        #[derive(Debug, Default)]
        pub struct $Atomic$(<$T>)?(atomic::$Atomic$(<$T>)?);

        impl$(<$T>)? $Atomic$(<$T>)? {
            /// Creates the word.
            pub const fn new(value: $Value) -> Self {
                Self(atomic::$Atomic::new(value))
            }

            /// Consumes the word.
            pub const fn into_inner(self) -> $Value {
                self.0.into_inner()
            }

            /// As `std`'s, and so are the others.
            pub fn load(&self, order: Ordering) -> $Value {
                indivisible_explore_access();
                self.0.load(order)
            }

            /// Stores.
            pub fn store(&self, value: $Value, order: Ordering) {
                indivisible_explore_access();
                self.0.store(value, order);
            }

            /// Stores, and returns the previous value.
            pub fn swap(&self, value: $Value, order: Ordering) -> $Value {
                indivisible_explore_access();
                self.0.swap(value, order)
            }

            /// Stores `new` if the value is `current`.
            pub fn compare_exchange(
                &self, current: $Value, new: $Value, set: Ordering, fetch: Ordering,
            ) -> Result<$Value, $Value> {
                indivisible_explore_access();
                self.0.compare_exchange(current, new, set, fetch)
            }

            /// The same; fails where the explorer chooses so.
            pub fn compare_exchange_weak(
                &self, current: $Value, new: $Value, set: Ordering, fetch: Ordering,
            ) -> Result<$Value, $Value> {
                indivisible_explore_access();
                let now = self.0.load(Ordering::Relaxed);
                if now == current && indivisible_explore_fails_spuriously() {
                    return Err(now);
                }
                self.0.compare_exchange(current, new, set, fetch)
            }
        }
    )* };
}

macro_rules! define_fetch {
    ($Atomic:ident, $Value:ty: $($name:ident)*) => {
        impl $Atomic { $(
            /// As `std`'s.
            pub fn $name(&self, value: $Value, order: Ordering) -> $Value {
                indivisible_explore_access();
                self.0.$name(value, order)
            }
        )* }
    };
}

macro_rules! define_integer_atomics {
    ($($Atomic:ident, $Value:ident;)*) => { $(
        define_atomics! { $Atomic, $Value; }
        define_fetch! { $Atomic, $Value: fetch_add fetch_sub fetch_and fetch_nand fetch_or fetch_xor fetch_max fetch_min }
    )* };
}

define_atomics! { AtomicBool, bool; AtomicPtr<T>, *mut T; }
define_fetch! { AtomicBool, bool: fetch_and fetch_nand fetch_or fetch_xor }
define_integer_atomics! {
    AtomicI8, i8; AtomicI16, i16; AtomicI32, i32; AtomicI64, i64; AtomicIsize, isize;
    AtomicU8, u8; AtomicU16, u16; AtomicU32, u32; AtomicU64, u64; AtomicUsize, usize;
}

/// A cell that another thread may find being read, or being written.
#[derive(Debug)]
pub(crate) struct UnsafeCell<T> {
    value: core::cell::UnsafeCell<T>,
    /// How many are reading it, or [`WRITTEN`].
    users: atomic::AtomicUsize,
}

const WRITTEN: usize = usize::MAX;

impl<T> UnsafeCell<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self {
            value: core::cell::UnsafeCell::new(value),
            users: atomic::AtomicUsize::new(0),
        }
    }

    pub(crate) fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
        let _use = Use::begin(&self.users, |users| users + 1);
        f(self.value.get())
    }

    pub(crate) fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        let _use = Use::begin(&self.users, |users| {
            assert!(users == 0, "written while it is being read");
            WRITTEN
        });
        f(self.value.get())
    }
}

/// From one switch point to another.
struct Use<'a> {
    users: &'a atomic::AtomicUsize,
}

impl<'a> Use<'a> {
    fn begin(users: &'a atomic::AtomicUsize, with_me: impl FnOnce(usize) -> usize) -> Self {
        indivisible_explore_access();
        let before = users.load(Ordering::Relaxed);
        assert!(before != WRITTEN, "touched while it is being written");
        users.store(with_me(before), Ordering::Relaxed);
        Self { users }
    }
}

impl Drop for Use<'_> {
    fn drop(&mut self) {
        indivisible_explore_access();
        // A writer was alone.
        let others = match self.users.load(Ordering::Relaxed) {
            WRITTEN => 0,
            readers => readers - 1,
        };
        self.users.store(others, Ordering::Relaxed);
    }
}
