//! The facade: nothing outside names portable-atomic, `core::sync::atomic`, critical-section or loom.
//!
//! | word       | operations                     | native CAS      | our `critical-section`        | neither    |
//! |------------|--------------------------------|-----------------|-------------------------------|------------|
//! | [`plain`]  | load, store                    | `core`          | `core`                        | `core`     |
//! | [`shared`] | load, store, read-modify-write | portable-atomic | `core`; a change is a section | load, store |
//!
//! "Native" includes portable-atomic under `--cfg portable_atomic_unsafe_assume_single_core`, the one
//! of its choices that is visible here. Its Cargo features are not: with them alone a target without
//! CAS has tier 1 only, and `crate::atomic` shows what portable-atomic offers.
//!
//! # Rules for whoever changes a shared word
//!
//! A load never enters a section, so in section mode a reader runs beside the section's owner.
//! 1. Every store to a word that sections change is a section itself (`store`): outside,
//!    it could fall between another core's load and store, and be lost. The exception is
//!    [`Change::store_alone`], for a word that the caller alone may change now.
//! 2. Every change of a word that publishes uses Release. A Relaxed change in a section is a plain
//!    store, and ends the release sequence that a native read-modify-write would continue.
//! 3. Only words read in one section may be believed together.
//! 4. What runs in a section is ours, straight-line, and has read its bounds before: never the user's
//!    closure, never a loop. [`Change::change`] and [`shared::together`] may be sections.

#![allow(
    unreachable_pub,
    reason = "what `crate::atomic` re-exports must be `pub` all the way, in every back end"
)]

mod claim;
#[cfg(native)]
pub mod native;
#[cfg(sections)]
pub mod section;

#[cfg(indivisible_explore)]
pub mod explored;
#[cfg(indivisible_loom)]
mod loomed;
#[cfg(not(modelled))]
mod real;

#[cfg(indivisible_explore)]
use explored as base;
#[cfg(indivisible_loom)]
use loomed as base;
#[cfg(not(modelled))]
use real as base;

#[cfg(tier2)]
pub(crate) use base::UnsafeCell;
pub use base::plain;

#[cfg(native)]
pub use native as shared;
#[cfg(not(tier2))]
pub use plain as shared;
#[cfg(sections)]
pub use section as shared;

#[cfg(not(tier2))]
pub use portable_atomic as offered;
#[cfg(tier2)]
pub use shared as offered;

pub(crate) use claim::Claim;
pub use core::sync::atomic::Ordering;

/// Proof of being in [`shared::together`].
#[cfg(tier2)]
#[derive(Clone, Copy, Debug)]
pub struct Together<'a>(core::marker::PhantomData<&'a ()>);

/// An atomic of this module, whatever it holds: sealed, and the bound of generic code that names
/// [`Value`](Self::Value).
#[cfg(tier2)]
#[allow(private_bounds, reason = "the seal")]
pub trait Atomic: Sealed {
    /// What the atomic holds.
    type Value: Copy;
}

/// The supertrait that another crate can neither name nor implement.
#[cfg(tier2)]
pub(crate) trait Sealed {}

/// A shared word, as the primitives change it.
///
/// The trait is `pub(crate)`, and so are the others that have methods: a bound on a public trait
/// that inherits from it does not let another crate call them (E0624).
#[cfg(tier2)]
pub(crate) trait Change: Atomic {
    /// Loads; never a section, except for 64 bits on a target that loads 32.
    fn load(&self, order: Ordering) -> Self::Value;

    /// Stores without a section, where the caller alone may change the word now.
    ///
    /// It is acquired by a `load`, not by a `change`, whose inner load is Relaxed.
    fn store_alone(&self, value: Self::Value, order: Ordering);

    /// As `std`'s, and so is its weak twin below.
    fn compare_exchange(
        &self,
        current: Self::Value,
        new: Self::Value,
        set: Ordering,
        fetch: Ordering,
    ) -> Result<Self::Value, Self::Value>;

    /// May fail spuriously.
    fn compare_exchange_weak(
        &self,
        current: Self::Value,
        new: Self::Value,
        set: Ordering,
        fetch: Ordering,
    ) -> Result<Self::Value, Self::Value>;

    /// Replaces the value `v` by `f(v)` in one step, or leaves it where that is `None`.
    ///
    /// `f` may run in a section (rule 4), or several times.
    fn change(
        &self,
        set: Ordering,
        fetch: Ordering,
        f: impl FnMut(Self::Value) -> Option<Self::Value>,
    ) -> Result<Self::Value, Self::Value>;

    /// As `change`, but `f` runs outside every section: the section is shorter, and `f` runs again after
    /// a change by another context.
    fn exchange(
        &self,
        set: Ordering,
        fetch: Ordering,
        f: impl FnMut(Self::Value) -> Option<Self::Value>,
    ) -> Result<Self::Value, Self::Value>;
}

/// A shared integer.
#[cfg(tier2)]
pub(crate) trait ChangeInteger: Change {
    /// As `std`'s, wrapping around.
    fn fetch_add(&self, n: Self::Value, order: Ordering) -> Self::Value;

    /// As `std`'s, wrapping around.
    fn fetch_sub(&self, n: Self::Value, order: Ordering) -> Self::Value;

    /// Subtracts if `goes` says so of the value before, which it returns.
    ///
    /// A change is a section here, and knows before; elsewhere it is taken back, and seen until then.
    fn subtract_if(
        &self,
        n: Self::Value,
        order: Ordering,
        goes: impl Fn(Self::Value) -> bool,
    ) -> Self::Value;

    /// Adds, wrapping around, as one of several words that change together; Relaxed.
    fn increase(&self, now: Together<'_>, n: Self::Value);

    /// Takes the larger of the two, as one of several words that change together, and does not write
    /// where that is the old one; Relaxed.
    fn raise(&self, now: Together<'_>, n: Self::Value);
}

/// What every word does by itself under the names of [`Change`].
#[cfg(tier2)]
macro_rules! inherent {
    ($Value:ty) => {
        #[inline(always)]
        fn load(&self, order: Ordering) -> $Value {
            self.load(order)
        }

        #[inline(always)]
        fn compare_exchange(
            &self,
            current: $Value,
            new: $Value,
            set: Ordering,
            fetch: Ordering,
        ) -> Result<$Value, $Value> {
            self.compare_exchange(current, new, set, fetch)
        }

        #[inline(always)]
        fn compare_exchange_weak(
            &self,
            current: $Value,
            new: $Value,
            set: Ordering,
            fetch: Ordering,
        ) -> Result<$Value, $Value> {
            self.compare_exchange_weak(current, new, set, fetch)
        }
    };
}
#[cfg(tier2)]
use inherent;

/// The same of [`ChangeInteger`].
#[cfg(tier2)]
macro_rules! inherent_arithmetic {
    ($Value:ty) => {
        #[inline(always)]
        fn fetch_add(&self, n: $Value, order: Ordering) -> $Value {
            self.fetch_add(n, order)
        }

        #[inline(always)]
        fn fetch_sub(&self, n: $Value, order: Ordering) -> $Value {
            self.fetch_sub(n, order)
        }
    };
}
#[cfg(tier2)]
use inherent_arithmetic;

/// A word that holds zero, in generic code; made by [`zero`].
pub(crate) trait Zero: Sized {
    /// Copied into each place that is made of it, never shared.
    #[cfg(not(indivisible_loom))]
    const ZERO: Self;

    #[cfg(indivisible_loom)]
    fn new_zero() -> Self;
}

macro_rules! zero {
    ($Atomic:ty) => {{
        #[cfg(not(indivisible_loom))]
        let word = <$Atomic as crate::sync::Zero>::ZERO;
        #[cfg(indivisible_loom)]
        let word = <$Atomic as crate::sync::Zero>::new_zero();
        word
    }};
}
pub(crate) use zero;

/// Implements [`Zero`] for what `new()` makes of words that hold zero.
macro_rules! zero_is_new {
    ([$($generics:tt)*] $Type:ty) => {
        impl<$($generics)*> crate::sync::Zero for $Type {
            #[cfg(not(indivisible_loom))]
            const ZERO: Self = Self::new();

            #[cfg(indivisible_loom)]
            fn new_zero() -> Self {
                Self::new()
            }
        }
    };
}
pub(crate) use zero_is_new;

impl<T: Zero, const N: usize> Zero for [T; N] {
    #[cfg(not(indivisible_loom))]
    const ZERO: Self = [T::ZERO; N];

    #[cfg(indivisible_loom)]
    fn new_zero() -> Self {
        core::array::from_fn(|_| T::new_zero())
    }
}

/// Implements [`Zero`].
macro_rules! zeroes {
    ($($Atomic:ty, $zero:expr $(, $T:ident)?;)*) => { $(
        impl$(<$T>)? crate::sync::Zero for $Atomic {
            #[cfg(not(indivisible_loom))]
            #[allow(clippy::declare_interior_mutable_const, reason = "a pattern to copy from")]
            const ZERO: Self = Self::new($zero);

            #[cfg(indivisible_loom)]
            fn new_zero() -> Self {
                Self::new($zero)
            }
        }
    )* };
}
#[cfg(tier2)]
use zeroes;

// A model has one kind of words only, and `native` has done them.
#[cfg(not(all(modelled, native)))]
zeroes! {
    plain::AtomicI8, 0; plain::AtomicI16, 0; plain::AtomicI32, 0; plain::AtomicIsize, 0;
    plain::AtomicU8, 0; plain::AtomicU16, 0; plain::AtomicU32, 0; plain::AtomicUsize, 0;
    plain::AtomicPtr<T>, core::ptr::null_mut(), T;
}
#[cfg(all(wide_loads, not(all(modelled, native))))]
zeroes! { plain::AtomicI64, 0; plain::AtomicU64, 0; }

/// `const fn`, except under loom, whose atomics are not made at compile time.
macro_rules! const_fn {
    ($(#[$meta:meta])* $vis:vis fn $($rest:tt)*) => {
        #[cfg(not(indivisible_loom))] $(#[$meta])* $vis const fn $($rest)*
        #[cfg(indivisible_loom)] $(#[$meta])* $vis fn $($rest)*
    };
}
pub(crate) use const_fn;

/// No operating system: mostly a single core, and one without conditional moves.
const IS_BARE: bool = cfg!(target_os = "none");

/// A value that is hardly ever needed. A host branches round it, and guesses right; a conditional move would
/// wait for the condition each time.
#[inline(always)]
pub(crate) fn seldom<T>(value: T) -> T {
    if IS_BARE {
        value
    } else {
        core::hint::black_box(value)
    }
}

/// Keeps what different cores write on different cache lines, where there are any: two lines, since
/// they are fetched in pairs.
#[derive(Debug)]
#[cfg_attr(target_pointer_width = "64", repr(align(128)))]
pub(crate) struct Padded<T>(pub(crate) T);

impl<T: Zero> Zero for Padded<T> {
    #[cfg(not(indivisible_loom))]
    const ZERO: Self = Self(T::ZERO);

    #[cfg(indivisible_loom)]
    fn new_zero() -> Self {
        Self(T::new_zero())
    }
}
