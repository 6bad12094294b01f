//! A change is one critical section around plain loads and stores; a load needs none.
//!
//! Every access is atomic, whatever the section is made of: masked interrupts, a spin lock between
//! cores, a preemptible lock of an operating system. A reader outside sees one change or the other.
//!
//! Orderings: sections order changes among each other, so inside, loads are Relaxed, and of the
//! caller's ordering only the Release part is left to the store, for the readers outside.

use super::{
    Change, ChangeInteger,
    Ordering::{self, AcqRel, Relaxed, Release, SeqCst},
    Together, base, const_fn, inherent, inherent_arithmetic, plain,
};
use core::marker::PhantomData;

pub use plain::fence;

/// Takes several steps: here as one.
#[inline(always)]
pub(crate) fn together<R>(steps: impl FnOnce(Together<'_>) -> R) -> R {
    base::section(|| steps(Together(PhantomData)))
}

/// What is left of a change's ordering to its store.
#[inline(always)]
const fn publish(set: Ordering) -> Ordering {
    match set {
        Release | AcqRel => Release,
        SeqCst => SeqCst,
        _ => Relaxed,
    }
}

/// Panics as `std` does, where a failure, which stores nothing, is to publish. No code is left of it where
/// the ordering is known when compiling.
#[inline(always)]
fn check_failure(fetch: Ordering) {
    assert!(
        !matches!(fetch, Release | AcqRel),
        "a failed exchange stores nothing to release"
    );
}

/// 64 bits on a target that loads 32: two words, always in a section, the load too.
#[cfg(wide)]
#[derive(Debug)]
struct Halves {
    low: plain::AtomicU32,
    high: plain::AtomicU32,
}

#[cfg(wide)]
impl Halves {
    const_fn! {
        fn new(bits: u64) -> Self {
            Self {
                low: plain::AtomicU32::new(bits as u32),
                high: plain::AtomicU32::new((bits >> 32) as u32),
            }
        }
    }

    #[inline(always)]
    fn load(&self, order: Ordering) -> u64 {
        u64::from(self.high.load(order)) << 32 | u64::from(self.low.load(order))
    }

    #[inline(always)]
    fn store(&self, bits: u64, order: Ordering) {
        self.low.store(bits as u32, order);
        self.high.store((bits >> 32) as u32, order);
    }

    fn into_inner(self) -> u64 {
        self.load(Relaxed)
    }
}

/// `$enter` is what a load outside a change goes through: nothing, or a section for [`Halves`].
macro_rules! words {
    ($($Atomic:ident $(<$T:ident>)?, $Value:ty, $Bits:ty, $Cell:ty, $enter:ident;)*) => { $(
        /// A word whose every change is one critical section; see the module's documentation.
        #[repr(transparent)]
        pub struct $Atomic$(<$T>)?($Cell);

        impl$(<$T>)? $Atomic$(<$T>)? {
            const_fn! {
                /// Creates the word.
                pub fn new(value: $Value) -> Self {
                    Self(<$Cell>::new(value as $Bits))
                }
            }

            /// Consumes the word.
            pub fn into_inner(self) -> $Value {
                self.0.into_inner() as $Value
            }

            /// Whether no operation takes a critical section: no.
            pub const fn is_lock_free() -> bool {
                false
            }

            /// The same, known when compiling.
            pub const fn is_always_lock_free() -> bool {
                false
            }

            /// Loads.
            #[inline]
            pub fn load(&self, order: Ordering) -> $Value {
                $enter(|| self.0.load(order) as $Value)
            }

            /// Stores.
            #[inline]
            pub fn store(&self, value: $Value, order: Ordering) {
                together(|_| self.0.store(value as $Bits, order));
            }

            /// Stores, and returns the previous value.
            #[inline]
            pub fn swap(&self, value: $Value, order: Ordering) -> $Value {
                self.replace(order, |_| value)
            }

            /// Stores `new` if the value is `current`; returns the previous value either way.
            #[inline]
            pub fn compare_exchange(
                &self, current: $Value, new: $Value, set: Ordering, fetch: Ordering,
            ) -> Result<$Value, $Value> {
                check_failure(fetch);
                self.change(set, Relaxed, |old| (old == current).then_some(new))
            }

            /// As `compare_exchange`; never fails spuriously here.
            #[inline]
            pub fn compare_exchange_weak(
                &self, current: $Value, new: $Value, set: Ordering, fetch: Ordering,
            ) -> Result<$Value, $Value> {
                self.compare_exchange(current, new, set, fetch)
            }

            /// Changes the value by `f`, which runs outside every section, and again after each
            /// change by somebody else.
            #[inline]
            pub fn fetch_update(
                &self,
                set: Ordering,
                fetch: Ordering,
                mut f: impl FnMut($Value) -> Option<$Value>,
            ) -> Result<$Value, $Value> {
                let mut old = self.load(fetch);
                while let Some(new) = f(old) {
                    match self.compare_exchange(old, new, set, fetch) {
                        Ok(old) => return Ok(old),
                        Err(now) => old = now,
                    }
                }
                Err(old)
            }

            #[inline(always)]
            fn replace(&self, set: Ordering, f: impl Fn($Value) -> $Value) -> $Value {
                let (Ok(old) | Err(old)) = self.change(set, Relaxed, |old| Some(f(old)));
                old
            }
        }

        impl$(<$T>)? core::fmt::Debug for $Atomic$(<$T>)? {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Debug::fmt(&self.load(Relaxed), f)
            }
        }

        impl$(<$T>)? From<$Value> for $Atomic$(<$T>)? {
            fn from(value: $Value) -> Self {
                Self::new(value)
            }
        }

        impl$(<$T>)? super::Sealed for $Atomic$(<$T>)? {}

        impl$(<$T>)? super::Atomic for $Atomic$(<$T>)? {
            type Value = $Value;
        }

        impl$(<$T>)? Change for $Atomic$(<$T>)? {
            inherent! { $Value }

            #[inline(always)]
            fn store_alone(&self, value: $Value, order: Ordering) {
                self.0.store(value as $Bits, order);
            }

            #[inline(always)]
            fn change(
                &self,
                set: Ordering,
                _fetch: Ordering,
                mut f: impl FnMut($Value) -> Option<$Value>,
            ) -> Result<$Value, $Value> {
                let set = publish(set);
                // The result is made outside: inside, the compiler would make it with interrupts masked.
                let (old, is_changed) = together(|_| {
                    let old = self.0.load(Relaxed) as $Value;
                    let Some(new) = f(old) else {
                        return (old, false);
                    };
                    self.0.store(new as $Bits, set);
                    (old, true)
                });
                if is_changed { Ok(old) } else { Err(old) }
            }

            #[inline(always)]
            fn exchange(
                &self,
                set: Ordering,
                fetch: Ordering,
                f: impl FnMut($Value) -> Option<$Value>,
            ) -> Result<$Value, $Value> {
                self.fetch_update(set, fetch, f)
            }
        }
    )* };
}

macro_rules! integers {
    ($($Atomic:ident, $Value:ident, $Bits:ident, $Cell:ty, $enter:ident;)*) => { $(
        words! { $Atomic, $Value, $Bits, $Cell, $enter; }

        fetch! { $Atomic, $Value: fetch_add = $Value::wrapping_add, "Adds, wrapping around" }
        fetch! { $Atomic, $Value: fetch_sub = $Value::wrapping_sub, "Subtracts, wrapping around" }
        fetch! { $Atomic, $Value: fetch_and = |old, n| old & n, "Bitwise and" }
        fetch! { $Atomic, $Value: fetch_nand = |old: $Value, n: $Value| !(old & n), "Bitwise nand" }
        fetch! { $Atomic, $Value: fetch_or = |old, n| old | n, "Bitwise or" }
        fetch! { $Atomic, $Value: fetch_xor = |old, n| old ^ n, "Bitwise exclusive or" }
        fetch! { $Atomic, $Value: fetch_max = Ord::max, "Takes the larger value" }
        fetch! { $Atomic, $Value: fetch_min = Ord::min, "Takes the smaller value" }

        default! { $Atomic, 0; }

        impl $Atomic {
            /// Bitwise not; returns the previous value.
            #[inline]
            pub fn fetch_not(&self, order: Ordering) -> $Value {
                self.replace(order, |old| !old)
            }
        }

        super::zeroes! { $Atomic, 0; }

        impl ChangeInteger for $Atomic {
            inherent_arithmetic! { $Value }

            #[inline(always)]
            fn subtract_if(
                &self,
                n: $Value,
                order: Ordering,
                goes: impl Fn($Value) -> bool,
            ) -> $Value {
                let less = |old: $Value| goes(old).then(|| old.wrapping_sub(n));
                let (Ok(old) | Err(old)) = self.change(order, Relaxed, less);
                old
            }

            #[inline(always)]
            fn increase(&self, _: Together<'_>, n: $Value) {
                let sum = (self.0.load(Relaxed) as $Value).wrapping_add(n);
                self.0.store(sum as $Bits, Relaxed);
            }

            #[inline(always)]
            fn raise(&self, _: Together<'_>, n: $Value) {
                if (self.0.load(Relaxed) as $Value) < n {
                    self.0.store(n as $Bits, Relaxed);
                }
            }
        }
    )* };
}

macro_rules! default {
    ($($Atomic:ident $(<$T:ident>)?, $value:expr;)*) => { $(
        impl$(<$T>)? Default for $Atomic$(<$T>)? {
            fn default() -> Self {
                Self::new($value)
            }
        }
    )* };
}

macro_rules! fetch {
    ($Atomic:ident, $Value:ident: $name:ident = $f:expr, $what:literal) => {
        impl $Atomic {
            #[doc = concat!($what, "; returns the previous value.")]
            #[inline]
            pub fn $name(&self, value: $Value, order: Ordering) -> $Value {
                self.replace(order, |old| $f(old, value))
            }
        }
    };
}

#[cfg(not(indivisible_loom))]
macro_rules! get_mut {
    ($($Atomic:ident $(<$T:ident>)?, $Value:ty;)*) => { $(
        impl$(<$T>)? $Atomic$(<$T>)? {
            /// The value, which nobody else can change meanwhile.
            pub fn get_mut(&mut self) -> &mut $Value {
                self.0.get_mut()
            }
        }
    )* };
}

/// A load that needs no section.
#[inline(always)]
fn plainly<R>(load: impl FnOnce() -> R) -> R {
    load()
}

/// A load that does, of two halves.
#[cfg(wide)]
#[inline(always)]
fn in_section<R>(load: impl FnOnce() -> R) -> R {
    together(|_| load())
}

words! {
    AtomicBool, bool, bool, plain::AtomicBool, plainly;
    AtomicPtr<T>, *mut T, *mut T, plain::AtomicPtr<T>, plainly;
}
integers! {
    AtomicI8, i8, i8, plain::AtomicI8, plainly;
    AtomicI16, i16, i16, plain::AtomicI16, plainly;
    AtomicI32, i32, i32, plain::AtomicI32, plainly;
    AtomicIsize, isize, isize, plain::AtomicIsize, plainly;
    AtomicU8, u8, u8, plain::AtomicU8, plainly;
    AtomicU16, u16, u16, plain::AtomicU16, plainly;
    AtomicU32, u32, u32, plain::AtomicU32, plainly;
    AtomicUsize, usize, usize, plain::AtomicUsize, plainly;
}
#[cfg(wide)]
integers! {
    AtomicI64, i64, u64, Halves, in_section;
    AtomicU64, u64, u64, Halves, in_section;
}
// loom does not lend out what is in its words.
#[cfg(not(indivisible_loom))]
get_mut! {
    AtomicBool, bool; AtomicPtr<T>, *mut T;
    AtomicI8, i8; AtomicI16, i16; AtomicI32, i32; AtomicIsize, isize;
    AtomicU8, u8; AtomicU16, u16; AtomicU32, u32; AtomicUsize, usize;
}

default! { AtomicBool, false; AtomicPtr<T>, core::ptr::null_mut(); }

impl AtomicBool {
    /// Logical not; returns the previous value.
    #[inline]
    pub fn fetch_not(&self, order: Ordering) -> bool {
        self.replace(order, |old| !old)
    }
}

fetch! { AtomicBool, bool: fetch_and = |old, value| old & value, "Logical and" }
fetch! { AtomicBool, bool: fetch_nand = |old: bool, value: bool| !(old & value), "Logical nand" }
fetch! { AtomicBool, bool: fetch_or = |old, value| old | value, "Logical or" }
fetch! { AtomicBool, bool: fetch_xor = |old, value| old ^ value, "Logical exclusive or" }
super::zeroes! { AtomicPtr<T>, core::ptr::null_mut(), T; }
