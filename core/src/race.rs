//! Values made on first use, by whoever comes first, and nobody waits.
//!
//! | | who gets which value | initialiser | needs |
//! |---|---|---|---|
//! | [`RacyLazy`] | the last store wins, so all must compute the same | may run several times | load, store |
//! | [`OnceNonZero`] | the first one wins, everybody gets the winner's | may run several times | compare-and-exchange |
//! | [`OnceLock`](crate::once::OnceLock) | the first one wins | runs once | compare-and-exchange, a flag |
//!
//! Both keep the value in the word itself, a zero word meaning "none yet". So the values are those
//! that leave a bit pattern free: [`NonZero`] integers, booleans, references to statics.
//!
//! # Memory ordering
//!
//! The word is stored Release and loaded Acquire. For a number, which is only itself, Relaxed would
//! do; a reference also publishes what it refers to. Acquire costs nothing on x86 and one barrier on
//! a Cortex-M, and lets whoever sees the value see what its maker wrote before.

#![allow(unsafe_code, reason = "a pointer in a word becomes a reference again")]

use crate::sync::{
    Ordering::{Acquire, Release},
    const_fn, plain, zero,
};
use core::{fmt, marker::PhantomData, num::NonZero, ptr};

#[cfg(tier2)]
use crate::sync::{Change, shared};

/// A value that [`RacyLazy`] can keep. Sealed.
///
/// `NonZero` of 8 bits to the width of a pointer, of 64 bits where a load of 64 bits is one
/// instruction, `bool`, `&'static T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value that this target stores in one instruction with zero to spare",
    note = "take a `NonZero` integer no wider than the target loads, a `bool`, or a `&'static T`"
)]
pub trait RacyValue: sealed::Plain {}

/// A value that [`OnceNonZero`] can keep. Sealed.
///
/// `NonZero` of 8 to 64 bits, as far as the target has the atomic; `bool`; `&'static T`.
#[cfg(tier2)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value of one atomic word with zero to spare on this target",
    note = "take a `NonZero` integer that has an atomic form, a `bool`, or a `&'static T`"
)]
pub trait OnceValue: sealed::Shared {}

mod sealed {
    #![allow(private_bounds, reason = "the seal")]

    use crate::sync::Zero;

    pub trait Value: Copy {
        /// The word's content; zero, or null, for none.
        type Bits: Copy + PartialEq;

        const NONE: Self::Bits;

        fn into_bits(self) -> Self::Bits;

        /// `None` for [`NONE`](Self::NONE). Other bits must come from [`into_bits`](Self::into_bits).
        fn from_bits(bits: Self::Bits) -> Option<Self>;
    }

    pub trait Plain: Value {
        /// Loaded and stored.
        type Word: Zero;

        /// Acquire.
        fn load(word: &Self::Word) -> Self::Bits;

        /// Release.
        fn store(word: &Self::Word, bits: Self::Bits);
    }

    #[cfg(tier2)]
    pub trait Shared: Value {
        /// Also compared and exchanged.
        type Word: crate::sync::Change<Value = Self::Bits> + Zero;
    }
}

macro_rules! non_zero {
    ($($Bits:ident)*) => { $(
        impl sealed::Value for NonZero<$Bits> {
            type Bits = $Bits;

            const NONE: $Bits = 0;

            #[inline(always)]
            fn into_bits(self) -> $Bits {
                self.get()
            }

            #[inline(always)]
            fn from_bits(bits: $Bits) -> Option<Self> {
                Self::new(bits)
            }
        }
    )* };
}

impl sealed::Value for bool {
    type Bits = u8;

    const NONE: u8 = 0;

    #[inline(always)]
    fn into_bits(self) -> u8 {
        u8::from(self) + 1
    }

    #[inline(always)]
    fn from_bits(bits: u8) -> Option<Self> {
        (bits != Self::NONE).then_some(bits == true.into_bits())
    }
}

impl<T: Sync> sealed::Value for &'static T {
    type Bits = *mut T;

    const NONE: *mut T = ptr::null_mut();

    #[inline(always)]
    fn into_bits(self) -> *mut T {
        ptr::from_ref(self).cast_mut()
    }

    #[inline(always)]
    fn from_bits(bits: *mut T) -> Option<Self> {
        // SAFETY: the words of this module are private and hold null or what `into_bits` made of a
        // `&'static T`. The load that found the pointer was Acquire and its store Release, so what
        // it refers to is seen as its maker saw it; `T: Sync`, since the reference may have crossed.
        unsafe { bits.as_ref() }
    }
}

macro_rules! plain {
    ($($Value:ty, $Word:ty $(, $T:ident)?;)*) => { $(
        impl$(<$T: Sync>)? RacyValue for $Value {}

        impl$(<$T: Sync>)? sealed::Plain for $Value {
            type Word = $Word;

            #[inline(always)]
            fn load(word: &$Word) -> Self::Bits {
                word.load(Acquire)
            }

            #[inline(always)]
            fn store(word: &$Word, bits: Self::Bits) {
                word.store(bits, Release);
            }
        }
    )* };
}

#[cfg(tier2)]
macro_rules! shared {
    ($($Value:ty, $Word:ty $(, $T:ident)?;)*) => { $(
        impl$(<$T: Sync>)? OnceValue for $Value {}

        impl$(<$T: Sync>)? sealed::Shared for $Value {
            type Word = $Word;
        }
    )* };
}

non_zero! { u8 i8 u16 i16 u32 i32 u64 i64 usize isize }
plain! {
    bool, plain::AtomicU8;
    &'static T, plain::AtomicPtr<T>, T;
    NonZero<u8>, plain::AtomicU8;
    NonZero<i8>, plain::AtomicI8;
    NonZero<u16>, plain::AtomicU16;
    NonZero<i16>, plain::AtomicI16;
    NonZero<u32>, plain::AtomicU32;
    NonZero<i32>, plain::AtomicI32;
    NonZero<usize>, plain::AtomicUsize;
    NonZero<isize>, plain::AtomicIsize;
}
#[cfg(wide_loads)]
plain! {
    NonZero<u64>, plain::AtomicU64;
    NonZero<i64>, plain::AtomicI64;
}
#[cfg(tier2)]
shared! {
    bool, shared::AtomicU8;
    &'static T, shared::AtomicPtr<T>, T;
    NonZero<u8>, shared::AtomicU8;
    NonZero<i8>, shared::AtomicI8;
    NonZero<u16>, shared::AtomicU16;
    NonZero<i16>, shared::AtomicI16;
    NonZero<u32>, shared::AtomicU32;
    NonZero<i32>, shared::AtomicI32;
    NonZero<usize>, shared::AtomicUsize;
    NonZero<isize>, shared::AtomicIsize;
}
#[cfg(wide)]
shared! {
    NonZero<u64>, shared::AtomicU64;
    NonZero<i64>, shared::AtomicI64;
}

/// A value computed on first use, where all who compute it get the same.
///
/// Two contexts may both find nothing and both compute; the last store wins, and nobody can tell the
/// difference as long as the initialiser is *idempotent*. Where it is not, two callers may get two
/// values: take [`OnceNonZero`].
///
/// Tier 1: load and store only, on every target, with interrupts never masked. May be called from
/// interrupt handlers. (*Rust Atomics and Locks*, chapter 2, "Example: Lazy Initialization".)
///
/// ```
/// use core::num::NonZero;
/// use indivisible::race::RacyLazy;
///
/// fn table_len() -> NonZero<u32> {
///     static LEN: RacyLazy<NonZero<u32>> = RacyLazy::new();
///     LEN.get_or_init(|| NonZero::new((1..=4).sum()).unwrap())
/// }
/// assert_eq!(table_len().get(), 10);
/// ```
pub struct RacyLazy<V: RacyValue> {
    word: V::Word,
    value: PhantomData<V>,
}

impl<V: RacyValue> RacyLazy<V> {
    const_fn! {
        /// Creates it without a value.
        pub fn new() -> Self {
            Self { word: zero!(V::Word), value: PhantomData }
        }
    }

    /// The value, if it was computed already.
    #[inline]
    pub fn get(&self) -> Option<V> {
        V::from_bits(V::load(&self.word))
    }

    /// The value, computed by `f` if it was not yet.
    ///
    /// `f` must give the same value each time. It may call this method again, and may panic; the
    /// value is then still to be computed.
    #[inline]
    pub fn get_or_init(&self, f: impl FnOnce() -> V) -> V {
        self.get().unwrap_or_else(
            #[cold]
            || {
                let value = f();
                V::store(&self.word, value.into_bits());
                value
            },
        )
    }
}

/// A value that is set once: the first one wins, and everybody gets the winner's.
///
/// Nobody waits: while one context still computes, another computes, too, and one of the two results
/// is dropped. Where computing twice costs too much, take [`OnceLock`](crate::once::OnceLock).
///
/// Tier 2. May be called from interrupt handlers; the initialiser runs with interrupts as they were.
/// Without compare-and-swap, winning is one critical section and [`get`](Self::get) is none, except for
/// 64 bits. (*Rust Atomics and Locks*, chapter 2, "Example: Lazy One-Time Initialization".)
///
/// ```
/// use core::num::NonZero;
/// use indivisible::race::OnceNonZero;
///
/// fn key() -> NonZero<u32> {
///     static KEY: OnceNonZero<NonZero<u32>> = OnceNonZero::new();
///     KEY.get_or_init(|| NonZero::new(0x5eed).unwrap()) // imagine a source of random numbers
/// }
/// assert_eq!(key(), key());
/// ```
#[cfg(tier2)]
pub struct OnceNonZero<V: OnceValue> {
    word: V::Word,
    value: PhantomData<V>,
}

#[cfg(tier2)]
impl<V: OnceValue> OnceNonZero<V> {
    const_fn! {
        /// Creates it without a value.
        pub fn new() -> Self {
            Self { word: zero!(V::Word), value: PhantomData }
        }
    }

    /// The value, if there is one.
    #[inline]
    pub fn get(&self) -> Option<V> {
        V::from_bits(self.word.load(Acquire))
    }

    /// Sets the value, if there is none.
    ///
    /// # Errors
    ///
    /// [`AlreadySet`] with the value that was there.
    pub fn set(&self, value: V) -> Result<(), AlreadySet<V>> {
        match self
            .word
            .compare_exchange(V::NONE, value.into_bits(), Release, Acquire)
        {
            Ok(_) => Ok(()),
            // What is there is a value: the exchange would have replaced `NONE`.
            Err(bits) => Err(AlreadySet {
                winner: V::from_bits(bits).unwrap_or(value),
            }),
        }
    }

    /// The value: the one that is there, or else `f`'s, unless somebody else is faster.
    ///
    /// `f` may run although its result is dropped, may call this method again, and may panic; there
    /// is then still no value.
    #[inline]
    pub fn get_or_init(&self, f: impl FnOnce() -> V) -> V {
        match self.get_or_try_init(|| Ok::<V, core::convert::Infallible>(f())) {
            Ok(value) => value,
        }
    }

    /// As [`get_or_init`](Self::get_or_init), with an initialiser that may fail; there is then still no
    /// value.
    ///
    /// # Errors
    ///
    /// The initialiser's.
    #[inline]
    pub fn get_or_try_init<E>(&self, f: impl FnOnce() -> Result<V, E>) -> Result<V, E> {
        match self.get() {
            Some(value) => Ok(value),
            None => self.init(f),
        }
    }

    #[cold]
    fn init<E>(&self, f: impl FnOnce() -> Result<V, E>) -> Result<V, E> {
        let mine = f()?;
        Ok(match self.set(mine) {
            Ok(()) => mine,
            Err(AlreadySet { winner }) => winner,
        })
    }
}

/// The first value has won already.
#[cfg(tier2)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AlreadySet<V> {
    /// That value.
    pub winner: V,
}

#[cfg(tier2)]
impl<V> fmt::Display for AlreadySet<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value is set already")
    }
}

#[cfg(tier2)]
impl<V: fmt::Debug> core::error::Error for AlreadySet<V> {}

macro_rules! common {
    ($($(#[$meta:meta])* $Cell:ident, $Bound:ident;)*) => { $(
        $(#[$meta])*
        impl<V: $Bound> Default for $Cell<V> {
            fn default() -> Self {
                Self::new()
            }
        }

        $(#[$meta])*
        impl<V: $Bound + fmt::Debug> fmt::Debug for $Cell<V> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($Cell)).field(&self.get()).finish()
            }
        }

        $(#[$meta])*
        #[cfg(feature = "defmt")]
        impl<V: $Bound + defmt::Format> defmt::Format for $Cell<V> {
            fn format(&self, f: defmt::Formatter<'_>) {
                defmt::write!(f, "{=str}({})", stringify!($Cell), self.get());
            }
        }
    )* };
}
common! {
    RacyLazy, RacyValue;
    #[cfg(tier2)]
    OnceNonZero, OnceValue;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_booleans_are_values() {
        for value in [false, true] {
            let lazy = RacyLazy::new();
            assert_eq!(lazy.get(), None);
            assert_eq!(lazy.get_or_init(|| value), value);
            assert_eq!(lazy.get(), Some(value));
            let once = OnceNonZero::new();
            assert_eq!(once.set(value), Ok(()));
            assert_eq!(once.set(!value), Err(AlreadySet { winner: value }));
        }
    }

    #[test]
    fn references_come_back() {
        static ANSWER: u32 = 42;
        let lazy = RacyLazy::new();
        assert!(ptr::eq(lazy.get_or_init(|| &ANSWER), &ANSWER));
        let once = OnceNonZero::new();
        assert!(ptr::eq(once.get_or_init(|| &ANSWER), &ANSWER));
    }

    #[test]
    fn the_first_value_wins_over_the_one_being_computed() {
        let once = OnceNonZero::<NonZero<u32>>::new();
        let [one, two] = [1, 2].map(|it| NonZero::new(it).unwrap());
        let seen = once.get_or_init(|| {
            once.set(one).unwrap();
            two
        });
        assert_eq!(seen, one);
    }

    #[test]
    fn a_failed_initialiser_leaves_it_empty() {
        let once = OnceNonZero::<NonZero<i8>>::new();
        assert_eq!(once.get_or_try_init(|| Err("no")), Err("no"));
        assert_eq!(once.get(), None);
    }
}
