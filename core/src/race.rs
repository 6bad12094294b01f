//! Cells of one word that are filled on first use, without waiting.
//!
//! | cell | which value callers get | runs of the initializer | needs |
//! |---|---|---|---|
//! | [`RacyOnce`] | the last one stored, so all initializers must compute the same | one or more | load, store |
//! | [`OnceWord`] | the first one stored | one or more | read-modify-write |
//! | [`OnceLock`](crate::once::OnceLock) | the first one stored, of any type | exactly one | read-modify-write |
//!
//! [`RacyOnce`] and [`OnceWord`] keep the value in the atomic word itself; a word of zero is an empty cell.
//! Hence they hold the types that have a bit pattern to spare: [`NonZero`] integers, `bool`, references.
//!
//! [`NonZero`]: core::num::NonZero
//!
//! # Memory ordering
//!
//! A value is stored Release and loaded Acquire: everything that its initializer wrote before happens-before
//! everything that a caller does after it got the value. For an integer, Relaxed would do; a reference needs
//! the order for what it refers to. Acquire is free on x86 and one barrier on a Cortex-M.

#![allow(
    unsafe_code,
    reason = "bits become a value again only if they came from one"
)]

mod value;

pub use value::OnceValue;
pub use value::RacyValue;

use crate::sync::{ReadModifyWrite, Target, zero};
use core::{convert::Infallible, fmt, marker::PhantomData};

use crate::sync::{
    Change,
    Ordering::{Acquire, Release},
};

/// A value computed on first use by an idempotent initializer.
///
/// Two contexts may both find the cell empty and both compute; the last store wins. This is
/// invisible to callers as long as every run of the initializer computes the same value. If it does not, two
/// callers may get two values: use [`OnceWord`].
///
/// Needs loads and stores only: it exists on every target and never masks interrupts. Every method may be
/// called from interrupt handlers.
///
/// Source: *Rust Atomics and Locks*, chapter 2, "Example: Lazy Initialization".
///
/// ```
/// use core::num::NonZero;
/// use indivisible::race::RacyOnce;
///
/// fn table_len() -> NonZero<u32> {
///     static LEN: RacyOnce<NonZero<u32>> = RacyOnce::new();
///     LEN.get_or_init(|| NonZero::new((1..=4).sum()).unwrap())
/// }
/// assert_eq!(table_len().get(), 10);
/// ```
pub struct RacyOnce<V: RacyValue> {
    word: V::Word,
    value: PhantomData<V>,
}

impl<V: RacyValue> RacyOnce<V> {
    /// Creates an empty cell.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn new() -> Self {
        Self {
            word: zero!(V::Word),
            value: PhantomData,
        }
    }

    /// The value, or `None` if the cell is empty.
    #[inline]
    pub fn get(&self) -> Option<V> {
        // SAFETY: `word` is private. It starts as zero, which is `NONE`, and `get_or_try_init` alone stores to
        // it, what `into_bits` made of a `V`. `V::store` is Release and `V::load` is Acquire.
        unsafe { V::from_bits(V::load(&self.word)) }
    }

    /// The value; computed by `f` and stored if the cell is empty.
    ///
    /// `f` must compute the same value each time. It may call this method on the same cell. If it panics,
    /// the cell stays empty.
    #[inline]
    pub fn get_or_init(&self, f: impl FnOnce() -> V) -> V {
        match self.get_or_try_init(|| Ok::<V, Infallible>(f())) {
            Ok(value) => value,
        }
    }

    /// As [`get_or_init`](Self::get_or_init), with an initializer that may fail; nothing is stored then.
    ///
    /// # Errors
    ///
    /// The error of `f`.
    #[inline]
    pub fn get_or_try_init<E>(&self, f: impl FnOnce() -> Result<V, E>) -> Result<V, E> {
        self.get().map_or_else(
            #[cold]
            || {
                let value = f()?;
                V::store(&self.word, value.into_bits());
                Ok(value)
            },
            Ok,
        )
    }
}

/// A value of one word that is set once: the first one stored stays.
///
/// No caller waits: while one context computes, another may compute, too, and the result that is stored
/// second is dropped. Where computing twice costs too much, use [`OnceLock`](crate::once::OnceLock).
///
/// Needs [read-modify-write](crate::atomic). Every method may be called from interrupt handlers; the
/// initializer runs with interrupts as they were. Without compare-and-swap, storing is one critical section
/// and [`get`](Self::get) is none, except for 64 bits.
///
/// Source: *Rust Atomics and Locks*, chapter 2, "Example: Lazy One-Time Initialization".
///
/// ```
/// use core::num::NonZero;
/// use indivisible::race::OnceWord;
///
/// fn key() -> NonZero<u32> {
///     static KEY: OnceWord<NonZero<u32>> = OnceWord::new();
///     KEY.get_or_init(|| NonZero::new(0x5eed).unwrap()) // imagine a source of random numbers
/// }
/// assert_eq!(key(), key());
/// ```
pub struct OnceWord<V: OnceValue> {
    word: V::Word,
    value: PhantomData<V>,
}

impl<V: OnceValue> OnceWord<V> {
    /// Creates an empty cell.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn new() -> Self
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        Self {
            word: zero!(V::Word),
            value: PhantomData,
        }
    }

    /// The value, or `None` if the cell is empty.
    #[inline]
    pub fn get(&self) -> Option<V> {
        // SAFETY: `word` is private. It starts as `NONE`, and `set` alone stores another value, which
        // `into_bits` made of a `V`. That exchange is Release, and this load is Acquire.
        unsafe { V::from_bits(self.word.load(Acquire)) }
    }

    /// Stores `value` if the cell is empty.
    ///
    /// # Errors
    ///
    /// [`AlreadySetError`] with the value that the cell holds.
    pub fn set(&self, value: V) -> Result<(), AlreadySetError<V>> {
        let exchange = self
            .word
            .compare_exchange(V::NONE, value.into_bits(), Release, Acquire);
        let Err(bits) = exchange else {
            return Ok(());
        };
        // SAFETY: as in `get`; a failed exchange loads Acquire.
        let current = unsafe { V::from_bits(bits) };
        // It is a value: the exchange would have replaced `NONE`.
        Err(AlreadySetError {
            current: current.unwrap_or(value),
        })
    }

    /// Takes the value out, for one of several callers, so that the next `set` stores again.
    ///
    /// Not public: a cell that is set once keeps its value. Acquire: the caller sees what the setter wrote
    /// before; an empty cell publishes nothing.
    pub(crate) fn take_shared(&self) -> Option<V> {
        let take = |bits| (bits != V::NONE).then_some(V::NONE);
        let bits = self.word.change(Acquire, Acquire, take).ok()?;
        // SAFETY: as in `get`; this change stores `NONE` only, and loads Acquire (a section is entered).
        unsafe { V::from_bits(bits) }
    }

    /// The value; computed by `f` if the cell is empty, unless another context stores one first.
    ///
    /// `f` may run although its result is dropped, and may call this method on the same cell. If it panics,
    /// nothing is stored.
    #[inline]
    pub fn get_or_init(&self, f: impl FnOnce() -> V) -> V {
        match self.get_or_try_init(|| Ok::<V, Infallible>(f())) {
            Ok(value) => value,
        }
    }

    /// As [`get_or_init`](Self::get_or_init), with an initializer that may fail; nothing is stored then.
    ///
    /// # Errors
    ///
    /// The error of `f`.
    #[inline]
    pub fn get_or_try_init<E>(&self, f: impl FnOnce() -> Result<V, E>) -> Result<V, E> {
        match self.get() {
            Some(value) => Ok(value),
            None => self.init(f),
        }
    }

    #[cold]
    #[inline(never)]
    fn init<E>(&self, f: impl FnOnce() -> Result<V, E>) -> Result<V, E> {
        let mine = f()?;
        Ok(match self.set(mine) {
            Ok(()) => mine,
            Err(AlreadySetError { current }) => current,
        })
    }
}

/// A value was not stored, because there is one already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AlreadySetError<V> {
    /// The value that there is.
    pub current: V,
}

impl<V> fmt::Display for AlreadySetError<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value has already been set")
    }
}

impl<V: fmt::Debug> core::error::Error for AlreadySetError<V> {}

macro_rules! impl_default_and_debug {
    ($($Cell:ident, $Bound:ident $(, $Target:ident)?;)*) => { $(
        impl<V: $Bound> Default for $Cell<V>
        $(where
            for<'a> $Target<'a>: ReadModifyWrite,)?
        {
            fn default() -> Self {
                Self::new()
            }
        }

        impl<V: $Bound + fmt::Debug> fmt::Debug for $Cell<V> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut tuple = f.debug_tuple(stringify!($Cell));
                match self.get() {
                    Some(value) => tuple.field(&value),
                    None => tuple.field(&format_args!("<uninit>")),
                };
                tuple.finish()
            }
        }

        #[cfg(feature = "defmt")]
        impl<V: $Bound + defmt::Format> defmt::Format for $Cell<V> {
            fn format(&self, f: defmt::Formatter<'_>) {
                match self.get() {
                    Some(value) => defmt::write!(f, "{=str}({})", stringify!($Cell), value),
                    None => defmt::write!(f, "{=str}(<uninit>)", stringify!($Cell)),
                }
            }
        }
    )* };
}
impl_default_and_debug! {
    RacyOnce, RacyValue;
    OnceWord, OnceValue, Target;
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::{num::NonZero, ptr};
    use std::{format, string::ToString};

    #[test]
    fn both_booleans_are_values() {
        for value in [false, true] {
            let racy = RacyOnce::new();
            assert_eq!(racy.get(), None);
            assert_eq!(racy.get_or_init(|| value), value);
            assert_eq!(racy.get(), Some(value));
            let once = OnceWord::new();
            assert_eq!(once.set(value), Ok(()));
            assert_eq!(once.set(!value), Err(AlreadySetError { current: value }));
        }
    }

    #[test]
    fn references_come_back() {
        static ANSWER: u32 = 42;
        let racy = RacyOnce::new();
        assert!(ptr::eq(racy.get_or_init(|| &ANSWER), &ANSWER));
        let once = OnceWord::new();
        assert!(ptr::eq(once.get_or_init(|| &ANSWER), &ANSWER));
    }

    #[test]
    fn the_first_value_wins_over_the_one_being_computed() {
        let once = OnceWord::<NonZero<u32>>::new();
        let [one, two] = [1, 2].map(|it| NonZero::new(it).unwrap());
        let seen = once.get_or_init(|| {
            once.set(one).unwrap();
            two
        });
        assert_eq!(seen, one);
    }

    #[test]
    fn cells_are_printed_as_std_prints_a_once_lock() {
        let racy = RacyOnce::<NonZero<u8>>::default();
        let once = OnceWord::<bool>::default();
        assert_eq!(format!("{racy:?}"), "RacyOnce(<uninit>)");
        assert_eq!(format!("{once:?}"), "OnceWord(<uninit>)");
        racy.get_or_init(|| NonZero::<u8>::MIN);
        once.set(false).unwrap();
        assert_eq!(format!("{racy:?}"), "RacyOnce(1)");
        assert_eq!(format!("{once:?}"), "OnceWord(false)");
        let refused = once.set(true).unwrap_err().to_string();
        assert_eq!(refused, "the value has already been set");
    }

    #[test]
    fn a_word_that_is_taken_is_empty_and_can_be_set_again() {
        let once = OnceWord::<bool>::new();
        assert_eq!(once.take_shared(), None);
        for value in [false, true] {
            assert_eq!(once.set(value), Ok(()));
            assert_eq!(once.take_shared(), Some(value));
            assert_eq!(once.get(), None);
        }
    }

    #[test]
    fn a_failed_initializer_leaves_the_cell_empty() {
        let once = OnceWord::<NonZero<i8>>::new();
        assert_eq!(once.get_or_try_init(|| Err("no")), Err("no"));
        assert_eq!(once.get(), None);
        let racy = RacyOnce::<NonZero<i8>>::new();
        assert_eq!(racy.get_or_try_init(|| Err("no")), Err("no"));
        assert_eq!(racy.get(), None);
        let value = NonZero::<i8>::MIN;
        assert_eq!(racy.get_or_try_init(|| Ok::<_, &str>(value)), Ok(value));
        assert_eq!(racy.get(), Some(value));
    }
}
