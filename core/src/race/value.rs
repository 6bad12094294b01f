//! Which values fit into one word with zero to spare, and how they lie in it.
//!
//! | value | word | bits |
//! |---|---|---|
//! | `NonZero<uN>`, `NonZero<iN>` | of N bits | the integer |
//! | `bool` | of 8 bits | 1 for `false`, 2 for `true` |
//! | `&T` | of a pointer | the address |
//!
//! The public traits only list the types. What they do is in `pub(crate)` traits, so that generic code
//! outside can call nothing through a bound.

#![allow(
    private_bounds,
    reason = "a seal that cannot be called through: the methods are not visible outside the crate"
)]

use crate::sync::{
    Ordering::{Acquire, Release},
    Zero, plain,
};
use core::{num::NonZero, ptr};

use crate::sync::{Change, Computed, shared};

/// A value that [`RacyOnce`](super::RacyOnce) can hold. Sealed.
///
/// `NonZero` integers of 8 bits to the width of a pointer, of 64 bits where one instruction loads 64 bits;
/// `bool`; `&T` with `T: Sync`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value that this target stores in one instruction with zero to spare",
    note = "take a `NonZero` integer no wider than the target loads, a `bool`, or a reference"
)]
pub trait RacyValue: LoadStore {}

/// A value that [`OnceWord`](super::OnceWord) can hold. Sealed.
///
/// `NonZero` integers of 8 to 64 bits, as far as the target has the atomic; `bool`; `&T` with `T: Sync`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value of one atomic word with zero to spare on this target",
    note = "take a `NonZero` integer that has an atomic form, a `bool`, or a reference"
)]
pub trait OnceValue: Exchange {}

/// How a value is written as the bits of a word.
pub(crate) trait Encode: Copy {
    /// What the word holds.
    type Bits: Computed + PartialEq;

    /// No value: zero, or null.
    const NONE: Self::Bits;

    fn into_bits(self) -> Self::Bits;

    /// `None` for [`NONE`](Self::NONE).
    ///
    /// # Safety
    ///
    /// `bits` are `NONE`, or [`into_bits`](Self::into_bits) returned them for a value of this type, and that
    /// call happens-before this one.
    unsafe fn from_bits(bits: Self::Bits) -> Option<Self>;
}

/// A word that is only loaded and stored.
pub(crate) trait LoadStore: Encode {
    type Word: Zero;

    /// Acquire.
    fn load(word: &Self::Word) -> Self::Bits;

    /// Release.
    fn store(word: &Self::Word, bits: Self::Bits);
}

/// A word that is also compared and exchanged.
pub(crate) trait Exchange: Encode {
    type Word: Change<Value = Self::Bits> + Zero;
}

macro_rules! impl_encode_for_non_zero {
    ($($Bits:ident)*) => { $(
        impl Encode for NonZero<$Bits> {
            type Bits = $Bits;

            const NONE: $Bits = 0;

            #[inline(always)]
            fn into_bits(self) -> $Bits {
                self.get()
            }

            #[inline(always)]
            unsafe fn from_bits(bits: $Bits) -> Option<Self> {
                Self::new(bits)
            }
        }
    )* };
}

impl Encode for bool {
    type Bits = u8;

    const NONE: u8 = 0;

    #[inline(always)]
    fn into_bits(self) -> u8 {
        u8::from(self) + 1
    }

    #[inline(always)]
    unsafe fn from_bits(bits: u8) -> Option<Self> {
        (bits != Self::NONE).then_some(bits == true.into_bits())
    }
}

// For every lifetime: a future that holds such a value is `Send` only then, since the compiler erases
// lifetimes where it proves that. A cell is invariant in its value's lifetime, since its word
// is an associated type: a reference never leaves the cell with a longer life than it had on its way in.
impl<T: Sync> Encode for &T {
    type Bits = *mut T;

    const NONE: *mut T = ptr::null_mut();

    #[inline(always)]
    fn into_bits(self) -> *mut T {
        ptr::from_ref(self).cast_mut()
    }

    #[inline(always)]
    unsafe fn from_bits(bits: *mut T) -> Option<Self> {
        // SAFETY: the caller's promise: null, or what was a `&T` of this lifetime, with what it refers to as it was
        // then. `T: Sync`, since the reference may have come from another context.
        unsafe { bits.as_ref() }
    }
}

macro_rules! impl_racy_value {
    ($($Value:ty: $Word:ty $(, $a:lifetime, $T:ident)?;)*) => { $(
        impl$(<$a, $T: Sync>)? RacyValue for $Value {}

        impl$(<$a, $T: Sync>)? LoadStore for $Value {
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

macro_rules! impl_once_value {
    ($($Value:ty: $Word:ty $(, $a:lifetime, $T:ident)?;)*) => { $(
        impl$(<$a, $T: Sync>)? OnceValue for $Value {}

        impl$(<$a, $T: Sync>)? Exchange for $Value {
            type Word = $Word;
        }
    )* };
}

macro_rules! impl_both {
    ($($Value:ty: $Word:ident $(<$a:lifetime, $T:ident>)?;)*) => {
        impl_racy_value! { $($Value: plain::$Word $(<$T>, $a, $T)?;)* }
        impl_once_value! { $($Value: shared::$Word $(<$T>, $a, $T)?;)* }
    };
}

impl_encode_for_non_zero! { u8 i8 u16 i16 u32 i32 u64 i64 usize isize }
impl_both! {
    bool: AtomicU8;
    &'a T: AtomicPtr<'a, T>;
    NonZero<u8>: AtomicU8;
    NonZero<i8>: AtomicI8;
    NonZero<u16>: AtomicU16;
    NonZero<i16>: AtomicI16;
    NonZero<u32>: AtomicU32;
    NonZero<i32>: AtomicI32;
    NonZero<usize>: AtomicUsize;
    NonZero<isize>: AtomicIsize;
}
#[cfg(wide_loads)]
impl_racy_value! {
    NonZero<u64>: plain::AtomicU64;
    NonZero<i64>: plain::AtomicI64;
}
#[cfg(wide)]
impl_once_value! {
    NonZero<u64>: shared::AtomicU64;
    NonZero<i64>: shared::AtomicI64;
}
