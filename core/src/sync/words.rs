//! The atomic types: one declaration for every back end, with `std`'s methods and no other.
//!
//! A back end supplies two things: the cell inside each word (`backend::cell`), and [`Change`] and
//! [`ChangeInteger`] for the words. Whatever compiles with one back end compiles with the others.

#![allow(unsafe_code, reason = "`as_ptr` and `from_ptr`, as `std` has them")]

use super::{
    Atomic, Change, Ordering, Ordering::Relaxed, Sealed, backend, backend::cell,
    needs_read_modify_write,
};
use core::fmt;

/// The method as it is: for what load and store are enough.
macro_rules! always {
    ($($method:tt)*) => { $($method)* };
}

/// `$store` is `needs_read_modify_write` where storing the word takes more than one instruction.
macro_rules! define_atomics {
    ($($Atomic:ident $(<$T:ident>)?, $Value:ty, $store:ident;)*) => { $(
        #[doc = concat!("`std`'s `", stringify!($Atomic), "`; see [the module](crate::atomic).")]
        #[repr(transparent)]
        pub struct $Atomic$(<$T>)?(pub(super) cell::$Atomic$(<$T>)?);

        // What `as_ptr`, `from_ptr` and `get_mut` are sound by.
        #[cfg(not(modelled))]
        const _: () = {
            $(type $T = ();)?
            assert!(size_of::<$Atomic$(<$T>)?>() == size_of::<$Value>());
            assert!(align_of::<$Atomic$(<$T>)?>() == size_of::<$Value>());
        };

        impl$(<$T>)? $Atomic$(<$T>)? {
            /// Creates the atomic.
            #[inline]
            #[cfg_attr(no_const, no_const::no_const)]
            pub const fn new(value: $Value) -> Self {
                Self(cell::$Atomic::new(value))
            }

            /// Consumes the atomic and returns what it holds.
            #[inline]
            #[cfg_attr(no_const, no_const::no_const)]
            pub const fn into_inner(self) -> $Value {
                self.0.into_inner()
            }

            /// Whether a change takes no critical section here. (C++'s `is_always_lock_free`; the one
            /// function that `std` has not.)
            #[must_use]
            #[inline]
            pub const fn is_lock_free() -> bool {
                cfg!(native)
            }

            /// Loads the value.
            ///
            /// # Panics
            ///
            /// If `order` is `Release` or `AcqRel`.
            #[inline]
            pub fn load(&self, order: Ordering) -> $Value {
                Change::load(self, order)
            }

            $store! {
                /// Stores a value.
                ///
                /// # Panics
                ///
                /// If `order` is `Acquire` or `AcqRel`.
                #[inline]
                pub fn store(&self, value: $Value, order: Ordering) -> () {
                    Change::store(self, value, order);
                }
            }

            needs_read_modify_write! {
                /// Stores a value and returns the previous one.
                #[inline]
                pub fn swap(&self, value: $Value, order: Ordering) -> $Value {
                    Change::swap(self, value, order)
                }
            }

            needs_read_modify_write! {
                /// Stores `new` if the value is `current`; returns the previous value either way, as
                /// `Ok` if it was `current`.
                ///
                /// # Panics
                ///
                /// If `failure` is `Release` or `AcqRel`.
                #[inline]
                pub fn compare_exchange(
                    &self, current: $Value, new: $Value, success: Ordering, failure: Ordering,
                ) -> Result<$Value, $Value> {
                    Change::compare_exchange(self, current, new, success, failure)
                }
            }

            needs_read_modify_write! {
                /// The same, and may fail although the value is `current`.
                ///
                /// # Panics
                ///
                /// If `failure` is `Release` or `AcqRel`.
                #[inline]
                pub fn compare_exchange_weak(
                    &self, current: $Value, new: $Value, success: Ordering, failure: Ordering,
                ) -> Result<$Value, $Value> {
                    Change::compare_exchange_weak(self, current, new, success, failure)
                }
            }

            needs_read_modify_write! {
                /// Replaces the value `v` by the content of `f(v)`, or leaves it where that is `None`:
                /// `Ok` has the previous value, `Err` the one for which `f` returned `None`.
                ///
                /// `f` runs again after each change by another context, and never in a critical section.
                ///
                /// # Panics
                ///
                /// If `fetch_order` is `Release` or `AcqRel`.
                #[inline]
                pub fn try_update(
                    &self,
                    set_order: Ordering,
                    fetch_order: Ordering,
                    f: impl FnMut($Value) -> Option<$Value>,
                ) -> Result<$Value, $Value> {
                    Change::exchange(self, set_order, fetch_order, f)
                }
            }

            needs_read_modify_write! {
                /// Replaces the value `v` by `f(v)`, and returns the previous value.
                ///
                /// `f` runs again after each change by another context, and never in a critical section.
                ///
                /// # Panics
                ///
                /// If `fetch_order` is `Release` or `AcqRel`.
                #[inline]
                pub fn update(
                    &self,
                    set_order: Ordering,
                    fetch_order: Ordering,
                    mut f: impl FnMut($Value) -> $Value,
                ) -> $Value {
                    let (Ok(old) | Err(old)) =
                        self.try_update(set_order, fetch_order, |old| Some(f(old)));
                    old
                }
            }

            needs_read_modify_write! {
                /// The older name of [`try_update`](Self::try_update).
                ///
                /// # Panics
                ///
                /// If `fetch_order` is `Release` or `AcqRel`.
                #[inline]
                pub fn fetch_update(
                    &self,
                    set_order: Ordering,
                    fetch_order: Ordering,
                    f: impl FnMut($Value) -> Option<$Value>,
                ) -> Result<$Value, $Value> {
                    self.try_update(set_order, fetch_order, f)
                }
            }
        }

        // A checker's word is larger than its value.
        #[cfg(not(modelled))]
        impl$(<$T>)? $Atomic$(<$T>)? {
            /// A pointer to the value.
            ///
            /// What goes through it while other contexts use the atomic must be atomic, and as wide;
            /// on a target without compare-and-swap it must also not write, since that could fall into
            /// the critical section of a change.
            #[inline]
            pub const fn as_ptr(&self) -> *mut $Value {
                core::ptr::from_ref(self).cast::<$Value>().cast_mut()
            }

            /// The atomic at a pointer.
            ///
            /// # Safety
            ///
            /// `ptr` must be valid for reads and writes during `'a`, aligned to the size of the value, and
            /// everything that accesses it during `'a` must go through references from this function, or
            /// happen before or after each access by one.
            #[inline]
            pub const unsafe fn from_ptr<'a>(ptr: *mut $Value) -> &'a Self {
                // SAFETY: the size and the alignment are the value's (asserted above), every bit pattern of
                // the value is one of the atomic, and the caller promises the rest.
                unsafe { &*ptr.cast::<Self>() }
            }

            /// The value, which the exclusive reference keeps from all others.
            #[inline]
            pub fn get_mut(&mut self) -> &mut $Value {
                let value = core::ptr::from_mut(self).cast::<$Value>();
                // SAFETY: the atomic is as large as its value, as aligned (asserted above), holds it in
                // its bits, and is borrowed for as long as the result.
                unsafe { &mut *value }
            }
        }

        impl$(<$T>)? fmt::Debug for $Atomic$(<$T>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.load(Relaxed), f)
            }
        }

        #[cfg(feature = "defmt")]
        impl$(<$T>)? defmt::Format for $Atomic$(<$T>)? {
            fn format(&self, f: defmt::Formatter<'_>) {
                defmt::Format::format(&self.load(Relaxed), f);
            }
        }

        impl$(<$T>)? From<$Value> for $Atomic$(<$T>)? {
            #[inline]
            fn from(value: $Value) -> Self {
                Self::new(value)
            }
        }

        impl$(<$T>)? Sealed for $Atomic$(<$T>)? {}

        impl$(<$T>)? Atomic for $Atomic$(<$T>)? {
            type Value = $Value;
        }
    )* };
}

/// One `fetch_*`: by the native instruction of that name, or by `$f` in a section.
macro_rules! define_fetch {
    ($Atomic:ident $(<$T:ident>)?, $Value:ty, $Operand:ty: $($name:ident = $f:expr, $what:literal;)*) => {
        impl$(<$T>)? $Atomic$(<$T>)? { $(
            needs_read_modify_write! {
                #[doc = concat!($what, "; returns the previous value.")]
                #[inline]
                pub fn $name(&self, value: $Operand, order: Ordering) -> $Value {
                    backend::fetch!(self, $name(value, order), $f)
                }
            }
        )* }
    };
}

macro_rules! define_integer_atomics {
    ($($Atomic:ident, $Value:ident, $store:ident;)*) => { $(
        define_atomics! { $Atomic, $Value, $store; }

        define_fetch! { $Atomic, $Value, $Value:
            fetch_add = $Value::wrapping_add, "Adds, wrapping around";
            fetch_sub = $Value::wrapping_sub, "Subtracts, wrapping around";
            fetch_and = |old, value| old & value, "Bitwise and";
            fetch_nand = |old: $Value, value: $Value| !(old & value), "Bitwise nand";
            fetch_or = |old, value| old | value, "Bitwise or";
            fetch_xor = |old, value| old ^ value, "Bitwise exclusive or";
            fetch_max = Ord::max, "The larger of the two";
            fetch_min = Ord::min, "The smaller of the two";
        }

        impl Default for $Atomic {
            #[inline]
            fn default() -> Self {
                Self::new(0)
            }
        }

        super::impl_zero! { [] $Atomic = Self::new(0); }
    )* };
}

define_atomics! {
    AtomicBool, bool, always;
    AtomicPtr<T>, *mut T, always;
}
define_integer_atomics! {
    AtomicI8, i8, always;
    AtomicI16, i16, always;
    AtomicI32, i32, always;
    AtomicIsize, isize, always;
    AtomicU8, u8, always;
    AtomicU16, u16, always;
    AtomicU32, u32, always;
    AtomicUsize, usize, always;
}
#[cfg(all(wide, not(halves)))]
define_integer_atomics! {
    AtomicI64, i64, always;
    AtomicU64, u64, always;
}
#[cfg(halves)]
define_integer_atomics! {
    AtomicI64, i64, needs_read_modify_write;
    AtomicU64, u64, needs_read_modify_write;
}

define_fetch! { AtomicBool, bool, bool:
    fetch_and = |old, value| old & value, "Logical and";
    fetch_nand = |old: bool, value: bool| !(old & value), "Logical nand";
    fetch_or = |old, value| old | value, "Logical or";
    fetch_xor = |old, value| old ^ value, "Logical exclusive or";
}

impl AtomicBool {
    needs_read_modify_write! {
        /// Logical not; returns the previous value.
        #[inline]
        pub fn fetch_not(&self, order: Ordering) -> bool {
            self.fetch_xor(true, order)
        }
    }
}

impl Default for AtomicBool {
    #[inline]
    fn default() -> Self {
        Self::new(false)
    }
}

// loom's pointers have none of it.
#[cfg(not(modelled))]
define_fetch! { AtomicPtr<T>, *mut T, usize:
    fetch_byte_add = |old: *mut T, n: usize| old.wrapping_byte_add(n), "Adds a number of bytes, wrapping around";
    fetch_byte_sub = |old: *mut T, n: usize| old.wrapping_byte_sub(n), "Subtracts a number of bytes, wrapping around";
    fetch_ptr_add = |old: *mut T, n: usize| old.wrapping_add(n), "Adds a number of `T`s, wrapping around";
    fetch_ptr_sub = |old: *mut T, n: usize| old.wrapping_sub(n), "Subtracts a number of `T`s, wrapping around";
    fetch_and = |old: *mut T, bits: usize| old.map_addr(|it| it & bits), "Bitwise and with the address";
    fetch_or = |old: *mut T, bits: usize| old.map_addr(|it| it | bits), "Bitwise or with the address";
    fetch_xor = |old: *mut T, bits: usize| old.map_addr(|it| it ^ bits), "Bitwise exclusive or with the address";
}

impl<T> Default for AtomicPtr<T> {
    /// Null.
    #[inline]
    fn default() -> Self {
        Self::new(core::ptr::null_mut())
    }
}

impl<T> fmt::Pointer for AtomicPtr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Pointer::fmt(&self.load(Relaxed), f)
    }
}

super::impl_zero! { [T] AtomicPtr<T> = Self::new(core::ptr::null_mut()); }
