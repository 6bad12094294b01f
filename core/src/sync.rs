//! The facade: nothing outside names portable-atomic, `core::sync::atomic`, critical-section or loom.
//!
//! Two axes. A *back end* changes words, and a *world* is what the back end is made of.
//!
//! | back end    | chosen by | a load | a change |
//! |-------------|-----------|--------|----------|
//! | `native`    | compare-and-swap, or `--cfg portable_atomic_unsafe_assume_single_core` | an instruction | portable-atomic's |
//! | `section`   | the feature `critical-section` without compare-and-swap | an instruction | a critical section |
//! | `section`   | neither (`no_back_end`) | an instruction | does not compile |
//!
//! | world      | [`plain`] words | words inside `native` | words inside `section` | a section |
//! |------------|-----------------|-----------------------|------------------------|-----------|
//! | `hardware` | `core`'s        | portable-atomic's     | `core`'s               | `critical_section::with` |
//! | `loom`     | loom's          | loom's                | loom's                 | a loom mutex |
//! | `explorer` | the explorer's  | the explorer's        | the explorer's         | the explorer's |
//!
//! [`plain`] words are loaded and stored. [`shared`] words are those of [`words`], also changed, and
//! what `crate::atomic` offers to users.
//!
//! # Rules for changing a shared word
//!
//! A load never enters a section, so in section mode a reader runs beside the section's owner.
//! 1. Every store to a word that sections change is a section itself ([`Change::store`]): outside,
//!    it could fall between another core's load and store, and be lost. The exception is
//!    [`Change::store_alone`], for a word that the caller alone may change now, and for one where no change beside
//!    the store depends on what it overwrites.
//! 2. Every change of a word that publishes uses Release. A Relaxed change in a section is a plain
//!    store, and ends the release sequence that a native read-modify-write would continue.
//! 3. Words are read as of one instant only in one section.
//! 4. What runs in a section is ours, straight-line, and has read its bounds before: never the user's
//!    closure, never a loop. [`Change::change`] and [`shared::together`] may be sections.

mod backend;
mod claim;
mod computed;
mod requirement;
pub(crate) mod words;
mod world;

use world::base;
#[cfg(threads)]
pub(crate) use world::base::threads;
pub(crate) use world::base::{UnsafeCell, plain};

/// The words that change, and several changes at once.
pub(crate) mod shared {
    pub(crate) use super::{backend::together, words::*};
}

pub use base::fence;
pub(crate) use claim::Claim;
pub(crate) use computed::{Computed, computed_address};
pub use core::sync::atomic::{Ordering, compiler_fence};
pub(crate) use requirement::needs_read_modify_write;
pub use requirement::{ReadModifyWrite, Target};

/// Proof of being in [`shared::together`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Together<'a>(core::marker::PhantomData<&'a ()>);

/// An atomic of this module, whatever it holds: sealed, and the bound of generic code that names
/// [`Value`](Self::Value).
#[allow(private_bounds, reason = "the seal")]
pub trait Atomic: Sealed {
    /// What the atomic holds.
    type Value: Copy;
}

/// The supertrait that another crate can neither name nor implement.
pub(crate) trait Sealed {}

/// A shared word, as the primitives change it.
///
/// The trait is `pub(crate)`, and so are the others that have methods: a bound on a public trait
/// that inherits from it does not let another crate call them (E0624).
pub(crate) trait Change: Atomic<Value: Computed> {
    /// Loads; never a section, except for 64 bits on a target that loads 32.
    fn load(&self, order: Ordering) -> Self::Value;

    /// Stores, so that no other context's change is lost (rule 1).
    fn store(&self, value: Self::Value, order: Ordering);

    /// Stores without a section, where the caller alone may change the word now, or where no change beside it depends
    /// on what it overwrites (`StopFlag::set`).
    ///
    /// It is acquired by a `load`, not by a `change`, whose inner load is Relaxed.
    fn store_alone(&self, value: Self::Value, order: Ordering);

    /// As `std`'s, and so are the next two.
    fn swap(&self, value: Self::Value, order: Ordering) -> Self::Value;

    /// As `std`'s.
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
    #[inline]
    fn exchange(
        &self,
        set: Ordering,
        fetch: Ordering,
        mut f: impl FnMut(Self::Value) -> Option<Self::Value>,
    ) -> Result<Self::Value, Self::Value> {
        loop {
            let old = self.load(fetch);
            let Some(new) = f(old).map(Computed::computed) else {
                return Err(old);
            };
            // Not the value that a failed exchange found: the section would have to keep it.
            if self.compare_exchange_weak(old, new, set, fetch).is_ok() {
                return Ok(old);
            }
        }
    }
}

/// A shared integer.
pub(crate) trait ChangeInteger: Change {
    /// As `std`'s, wrapping around.
    fn fetch_add(&self, n: Self::Value, order: Ordering) -> Self::Value;

    /// As `std`'s, wrapping around.
    fn fetch_sub(&self, n: Self::Value, order: Ordering) -> Self::Value;

    /// As `std`'s.
    fn fetch_and(&self, bits: Self::Value, order: Ordering) -> Self::Value;

    /// As `std`'s.
    fn fetch_or(&self, bits: Self::Value, order: Ordering) -> Self::Value;

    /// Subtracts `n` and clears `bits` where `goes` returns `true` for the value before. Returns that value, and
    /// whether the bits are cleared.
    ///
    /// A section checks before it subtracts, and so does an exchange without an operating system, where this
    /// is half as large. Elsewhere the value is subtracted first, and seen, until `roll_back` has run, and the
    /// bits are not cleared.
    fn subtract_if(
        &self,
        n: Self::Value,
        bits: Self::Value,
        order: Ordering,
        goes: impl Fn(Self::Value) -> bool,
        roll_back: impl FnOnce(),
    ) -> (Self::Value, bool);

    /// Adds, wrapping around, as one of several words that change together; Relaxed.
    fn increase(&self, now: Together<'_>, n: Self::Value);

    /// Replaces the value by zero, and returns it, as one of several words that change together; Relaxed.
    fn take(&self, now: Together<'_>) -> Self::Value;

    /// Takes the larger of the two, as one of several words that change together, and does not write
    /// where that is the old one; Relaxed.
    fn raise(&self, now: Together<'_>, n: Self::Value);
}

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

/// Implements [`Zero`] for each type, with the value of the expression.
macro_rules! impl_zero {
    ($([$($generics:tt)*] $Type:ty = $zero:expr;)*) => { $(
        impl<$($generics)*> crate::sync::Zero for $Type {
            #[cfg(not(indivisible_loom))]
            #[allow(clippy::declare_interior_mutable_const, reason = "a pattern to copy from")]
            const ZERO: Self = $zero;

            #[cfg(indivisible_loom)]
            fn new_zero() -> Self {
                $zero
            }
        }
    )* };
}
pub(crate) use impl_zero;

impl<T: Zero, const N: usize> Zero for [T; N] {
    #[cfg(not(indivisible_loom))]
    const ZERO: Self = [T::ZERO; N];

    #[cfg(indivisible_loom)]
    fn new_zero() -> Self {
        core::array::from_fn(|_| T::new_zero())
    }
}

impl<A: Zero, B: Zero> Zero for (A, B) {
    #[cfg(not(indivisible_loom))]
    const ZERO: Self = (A::ZERO, B::ZERO);

    #[cfg(indivisible_loom)]
    fn new_zero() -> Self {
        (A::new_zero(), B::new_zero())
    }
}

impl_zero! {
    [] () = ();
    [] plain::AtomicI8 = Self::new(0);
    [] plain::AtomicI16 = Self::new(0);
    [] plain::AtomicI32 = Self::new(0);
    [] plain::AtomicIsize = Self::new(0);
    [] plain::AtomicU8 = Self::new(0);
    [] plain::AtomicU16 = Self::new(0);
    [] plain::AtomicU32 = Self::new(0);
    [] plain::AtomicUsize = Self::new(0);
    [T] plain::AtomicPtr<T> = Self::new(core::ptr::null_mut());
}
#[cfg(wide_loads)]
impl_zero! {
    [] plain::AtomicI64 = Self::new(0);
    [] plain::AtomicU64 = Self::new(0);
}

/// No operating system: mostly a single core, and one without conditional moves.
pub(crate) const IS_BARE: bool = cfg!(target_os = "none");

/// A value that is hardly ever needed. A host branches round it, which it predicts; a conditional move would
/// wait for the condition each time.
#[inline(always)]
pub(crate) fn seldom<T>(value: T) -> T {
    if IS_BARE {
        value
    } else {
        core::hint::black_box(value)
    }
}

/// Begins a cache line, where there are any, as the first field of a `repr(C)` struct.
#[cfg_attr(target_pointer_width = "64", repr(align(64)))]
pub(crate) struct LineStart;

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
