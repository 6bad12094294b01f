//! The standard types as words.

use super::{Stored, Words, each};
use core::num::NonZero;

macro_rules! impl_words_as_one {
    ($($Value:ident)*) => { $(
        impl Words for $Value {
            type Repr = usize;

            #[inline(always)]
            fn into_words(self) -> usize {
                self as usize
            }

            #[inline(always)]
            fn from_words(word: usize) -> Self {
                word as Self
            }
        }
    )* };
}

impl_words_as_one! { u8 i8 u16 i16 u32 i32 usize isize }

macro_rules! impl_words_as_several {
    ($($Value:ident)*) => { $(
        impl Words for $Value {
            type Repr = [usize; size_of::<Self>() / size_of::<usize>()];

            #[inline(always)]
            fn into_words(self) -> Self::Repr {
                const N: usize = size_of::<$Value>() / size_of::<usize>();
                let mut words = [0; N];
                each::<N>(|i| words[i] = (self >> (i as u32 * usize::BITS)) as usize);
                words
            }

            #[inline(always)]
            fn from_words(words: Self::Repr) -> Self {
                const N: usize = size_of::<$Value>() / size_of::<usize>();
                let mut value = 0;
                each::<N>(|i| value |= (words[i] as Self) << (i as u32 * usize::BITS));
                value
            }
        }
    )* };
}

impl_words_as_several! { u64 u128 }

/// By way of another type. A conversion that can fail cannot for the words of `into_words`; for any others it
/// returns some value, since `from_words` is safe to call and must not panic in a handler.
macro_rules! impl_words_by_way_of {
    ($($Value:ty, $Other:ty, $into:expr, $from:expr;)*) => { $(
        impl Words for $Value {
            type Repr = <$Other as Words>::Repr;

            #[inline(always)]
            fn into_words(self) -> Self::Repr {
                <$Other as Words>::into_words($into(self))
            }

            #[inline(always)]
            fn from_words(words: Self::Repr) -> Self {
                $from(<$Other as Words>::from_words(words))
            }
        }
    )* };
}

impl_words_by_way_of! {
    i64, u64, |value| value as u64, |bits| bits as Self;
    i128, u128, |value| value as u128, |bits| bits as Self;
    f32, u32, Self::to_bits, Self::from_bits;
    f64, u64, Self::to_bits, Self::from_bits;
    bool, usize, usize::from, |word| word != 0;
    char, u32, u32::from, |code| Self::from_u32(code).unwrap_or(Self::REPLACEMENT_CHARACTER);
}

macro_rules! impl_words_for_non_zero {
    ($($Value:ident)*) => {
        impl_words_by_way_of! { $(
            NonZero<$Value>, $Value, Self::get, |value| Self::new(value).unwrap_or(Self::MIN);
        )* }
    };
}

impl_words_for_non_zero! { u8 i8 u16 i16 u32 i32 u64 i64 u128 i128 usize isize }

/// A flag, and the words of the value: zero if there is none.
impl<T: Words> Words for Option<T> {
    type Repr = (usize, T::Repr);

    #[inline(always)]
    fn into_words(self) -> Self::Repr {
        match self {
            Some(value) => (1, value.into_words()),
            None => (0, T::Repr::ZERO),
        }
    }

    #[inline(always)]
    fn from_words((is_some, words): Self::Repr) -> Self {
        (is_some != 0).then(|| T::from_words(words))
    }
}

impl<T: Words, const N: usize> Words for [T; N] {
    type Repr = [T::Repr; N];

    #[inline(always)]
    fn into_words(self) -> Self::Repr {
        let mut words = Self::Repr::ZERO;
        each::<N>(|i| words[i] = self[i].into_words());
        words
    }

    #[inline(always)]
    fn from_words(words: Self::Repr) -> Self {
        words.map(T::from_words)
    }
}

impl Words for () {
    type Repr = ();

    #[inline(always)]
    fn into_words(self) {}

    #[inline(always)]
    fn from_words((): ()) {}
}

macro_rules! impl_words_for_tuples {
    ($(($($T:ident $value:ident),*);)*) => { $(
        impl<$($T: Words),*> Words for ($($T),*) {
            type Repr = crate::words!(@repr $($T,)*);

            #[inline(always)]
            fn into_words(self) -> Self::Repr {
                let ($($value),*) = self;
                $( let $value = $value.into_words(); )*
                crate::words!(@nested $($value,)*)
            }

            #[inline(always)]
            fn from_words(words: Self::Repr) -> Self {
                let crate::words!(@nested $($value,)*) = words;
                ($( $T::from_words($value) ),*)
            }
        }
    )* };
}

impl_words_for_tuples! {
    (A a, B b);
    (A a, B b, C c);
    (A a, B b, C c, D d);
}

#[cfg(test)]
mod tests {
    use super::Words;
    use core::{fmt::Debug, num::NonZero};

    fn round_trips<T: Words + PartialEq + Debug>(values: &[T]) {
        for value in values {
            assert_eq!(T::from_words(value.into_words()), *value);
        }
    }

    #[test]
    fn every_value_survives_the_round_trip() {
        round_trips(&[0_u8, u8::MAX]);
        round_trips(&[i16::MIN, -1, i16::MAX]);
        round_trips(&[i32::MIN, -1, i32::MAX]);
        round_trips(&[0, 1 << 40 | 1, u64::MAX]);
        round_trips(&[i64::MIN, -1, i64::MAX]);
        round_trips(&[1 << 100 | 1 << 64 | 1, u128::MAX]);
        round_trips(&[i128::MIN, -1]);
        round_trips(&[-0.5_f32, f32::INFINITY]);
        round_trips(&[-0.5_f64, f64::MIN_POSITIVE]);
        round_trips(&[false, true]);
        round_trips(&['a', '\u{10FFFF}']);
        round_trips(&[NonZero::<u64>::MAX, NonZero::<u64>::MIN]);
        round_trips(&[Some(0_u64), None]);
        round_trips(&[Some(Some('x')), Some(None), None]);
        round_trips(&[[-1_i8, 2, 3]]);
        round_trips(&[[(1 << 40, -1); 2], [(u64::MAX, 5_i16); 2]]);
        round_trips(&[(-1_i8, u64::MAX)]);
        round_trips(&[(true, 7_usize, -9_i16)]);
        round_trips(&[(1_u64 << 33, Some(2_u8), [3_u16; 9], ())]);
    }

    #[test]
    fn words_of_no_char_and_of_no_nonzero_are_some_value() {
        assert_eq!(char::from_words(0xD800), char::REPLACEMENT_CHARACTER);
        assert_eq!(NonZero::<u16>::from_words(0), NonZero::<u16>::MIN);
    }

    crate::words! {
        /// All kinds of fields.
        #[derive(Debug, PartialEq)]
        struct Fields {
            at: u64,
            /// Documented.
            millivolts: u16,
            state: Option<char>,
            history: [(u8, bool); 2],
            last: i64,
        }
    }

    crate::words! { #[derive(Debug, PartialEq)] struct Nothing {} }

    #[test]
    fn a_struct_of_fields_survives_the_round_trip() {
        round_trips(&[Fields {
            at: u64::MAX - 1,
            millivolts: 3_300,
            state: Some('!'),
            history: [(1, false), (2, true)],
            last: -1,
        }]);
        round_trips(&[Nothing {}]);
    }
}
