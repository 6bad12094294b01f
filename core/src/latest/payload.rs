//! Which values travel as which words.

use super::{Payload, each};
use crate::summary::Summary;

/// Machine words of 64 bits.
pub(crate) const WIDE: usize = size_of::<u64>() / size_of::<usize>();

macro_rules! one_word {
    ($($Value:ident)*) => { $(
        impl Payload for $Value {
            type Words = [usize; 1];

            #[inline(always)]
            fn into_words(self) -> [usize; 1] {
                [self as usize]
            }

            #[inline(always)]
            fn from_words([word]: [usize; 1]) -> Self {
                word as Self
            }
        }
    )* };
}

one_word! { u8 i8 u16 i16 u32 i32 usize isize }

impl Payload for bool {
    type Words = [usize; 1];

    #[inline(always)]
    fn into_words(self) -> [usize; 1] {
        [self.into()]
    }

    #[inline(always)]
    fn from_words([word]: [usize; 1]) -> Self {
        word != 0
    }
}

impl Payload for u64 {
    type Words = [usize; WIDE];

    #[inline(always)]
    fn into_words(self) -> [usize; WIDE] {
        let mut words = [0; WIDE];
        each::<WIDE>(|i| words[i] = (self >> (i as u32 * usize::BITS)) as usize);
        words
    }

    #[inline(always)]
    fn from_words(words: [usize; WIDE]) -> Self {
        let mut value = 0;
        each::<WIDE>(|i| value |= (words[i] as Self) << (i as u32 * usize::BITS));
        value
    }
}

/// By way of another payload.
macro_rules! as_another {
    ($($Value:ty, $Other:ty, $into:expr, $from:expr;)*) => { $(
        impl Payload for $Value {
            type Words = <$Other as Payload>::Words;

            #[inline(always)]
            fn into_words(self) -> Self::Words {
                <$Other as Payload>::into_words($into(self))
            }

            #[inline(always)]
            fn from_words(words: Self::Words) -> Self {
                $from(<$Other as Payload>::from_words(words))
            }
        }
    )* };
}

as_another! {
    i64, u64, |value| value as u64, |bits| bits as Self;
    f32, u32, Self::to_bits, Self::from_bits;
    f64, u64, Self::to_bits, Self::from_bits;
}

impl<T: Payload<Words = [usize; 1]>, const N: usize> Payload for [T; N] {
    type Words = [usize; N];

    #[inline(always)]
    fn into_words(self) -> [usize; N] {
        let mut words = [0; N];
        each::<N>(|i| [words[i]] = self[i].into_words());
        words
    }

    #[inline(always)]
    fn from_words(words: [usize; N]) -> Self {
        words.map(|word| T::from_words([word]))
    }
}

impl<A, B> Payload for (A, B)
where
    A: Payload<Words = [usize; 1]>,
    B: Payload<Words = [usize; 1]>,
{
    type Words = [usize; 2];

    #[inline(always)]
    fn into_words(self) -> [usize; 2] {
        let ([a], [b]) = (self.0.into_words(), self.1.into_words());
        [a, b]
    }

    #[inline(always)]
    fn from_words([a, b]: [usize; 2]) -> Self {
        (A::from_words([a]), B::from_words([b]))
    }
}

impl<A, B, C> Payload for (A, B, C)
where
    A: Payload<Words = [usize; 1]>,
    B: Payload<Words = [usize; 1]>,
    C: Payload<Words = [usize; 1]>,
{
    type Words = [usize; 3];

    #[inline(always)]
    fn into_words(self) -> [usize; 3] {
        let ([a], [b], [c]) = (
            self.0.into_words(),
            self.1.into_words(),
            self.2.into_words(),
        );
        [a, b, c]
    }

    #[inline(always)]
    fn from_words([a, b, c]: [usize; 3]) -> Self {
        (A::from_words([a]), B::from_words([b]), C::from_words([c]))
    }
}

/// Which of `min` and `max` are there.
const HAS_MIN: usize = 1;
const HAS_MAX: usize = 2;

impl Payload for Summary {
    type Words = [usize; 2 * WIDE + 3];

    fn into_words(self) -> Self::Words {
        let mut words = [0; 2 * WIDE + 3];
        let (count, total) = (self.count.into_words(), self.total.into_words());
        each::<WIDE>(|i| (words[i], words[WIDE + i]) = (count[i], total[i]));
        [words[2 * WIDE]] = self.min.unwrap_or(0).into_words();
        [words[2 * WIDE + 1]] = self.max.unwrap_or(0).into_words();
        words[2 * WIDE + 2] =
            usize::from(self.min.is_some()) * HAS_MIN + usize::from(self.max.is_some()) * HAS_MAX;
        words
    }

    fn from_words(words: Self::Words) -> Self {
        let (mut count, mut total) = ([0; WIDE], [0; WIDE]);
        each::<WIDE>(|i| (count[i], total[i]) = (words[i], words[WIDE + i]));
        let [min, max, has] = [words[2 * WIDE], words[2 * WIDE + 1], words[2 * WIDE + 2]];
        Self {
            count: u64::from_words(count),
            total: u64::from_words(total),
            min: (has & HAS_MIN != 0).then_some(min as u32),
            max: (has & HAS_MAX != 0).then_some(max as u32),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Payload, Summary};
    use core::fmt::Debug;

    fn comes_back<T: Payload + PartialEq + Debug>(values: &[T]) {
        for value in values {
            assert_eq!(T::from_words(value.into_words()), *value);
        }
    }

    #[test]
    fn every_payload_comes_back() {
        comes_back(&[0_u8, u8::MAX]);
        comes_back(&[i16::MIN, -1, i16::MAX]);
        comes_back(&[i32::MIN, -1, i32::MAX]);
        comes_back(&[0, 1 << 40 | 1, u64::MAX]);
        comes_back(&[i64::MIN, -1, i64::MAX]);
        comes_back(&[-0.5_f32, f32::INFINITY]);
        comes_back(&[-0.5_f64, f64::MIN_POSITIVE]);
        comes_back(&[false, true]);
        comes_back(&[[-1_i8, 2, 3]]);
        comes_back(&[(-1_i8, u32::MAX)]);
        comes_back(&[(true, 7_usize, -9_i16)]);
        comes_back(&[
            Summary::EMPTY,
            Summary {
                count: 1,
                total: 0,
                min: None,
                max: Some(0),
            },
            Summary {
                count: u64::MAX,
                total: 1 << 33,
                min: Some(3),
                max: Some(u32::MAX),
            },
        ]);
    }
}
