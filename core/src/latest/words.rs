//! Values as machine words, so that each word can be stored in an atomic of its own.

mod values;

use crate::sync::{Ordering::Relaxed, Zero, plain};

/// A value that can be split into machine words and put together again.
///
/// It is implemented for integers, floats, `bool`, `char`, `NonZero` integers, `()`, for `Option`s, arrays, and
/// tuples of up to four of those, in any nesting, and for [`Summary`](crate::stats::Summary): the same types
/// on 32 and on 64 bits. For a struct, [`words!`](crate::words) implements it field by field.
///
/// For any other type, implement it by hand, usually by way of a type that has it:
///
/// ```
/// use indivisible::latest::Words;
///
/// #[derive(Clone, Copy, Debug, PartialEq)]
/// enum Valve {
///     Closed,
///     Open { percent: u8 },
/// }
///
/// impl Words for Valve {
///     type Repr = <Option<u8> as Words>::Repr;
///
///     fn into_words(self) -> Self::Repr {
///         match self {
///             Self::Closed => None,
///             Self::Open { percent } => Some(percent),
///         }
///         .into_words()
///     }
///
///     fn from_words(words: Self::Repr) -> Self {
///         match Option::from_words(words) {
///             None => Self::Closed,
///             Some(percent) => Self::Open { percent },
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be split into machine words",
    note = "a struct inside `indivisible::words! {{ … }}` whose fields are `Words` can; for another type, implement `latest::Words`"
)]
pub trait Words: Copy {
    /// The words: `usize`, `()`, or an array or a pair of such.
    type Repr: WordRepr;

    /// Splits the value.
    fn into_words(self) -> Self::Repr;

    /// The value of words that one call of [`into_words`](Self::into_words) returned.
    ///
    /// Torn words never get here: a copy is converted after it has been validated.
    fn from_words(words: Self::Repr) -> Self;
}

/// The words of a [`Words`] value: `usize`, `()`, and arrays and pairs of such. Sealed.
#[allow(
    private_bounds,
    reason = "the seal: a private trait is not callable through this bound either"
)]
pub trait WordRepr: Stored {}
impl<R: Stored> WordRepr for R {}

/// Words that are loaded and stored one by one.
pub(crate) trait Stored: Copy {
    const ZERO: Self;
    type Atomics: Zero;

    fn load(from: &Self::Atomics) -> Self;
    fn store(self, to: &Self::Atomics);
}

impl Stored for usize {
    const ZERO: Self = 0;
    type Atomics = plain::AtomicUsize;

    #[inline(always)]
    fn load(from: &Self::Atomics) -> Self {
        from.load(Relaxed)
    }

    #[inline(always)]
    fn store(self, to: &Self::Atomics) {
        to.store(self, Relaxed);
    }
}

impl Stored for () {
    const ZERO: Self = ();
    type Atomics = ();

    #[inline(always)]
    fn load((): &()) {}

    #[inline(always)]
    fn store(self, (): &()) {}
}

impl<A: Stored, B: Stored> Stored for (A, B) {
    const ZERO: Self = (A::ZERO, B::ZERO);
    type Atomics = (A::Atomics, B::Atomics);

    #[inline(always)]
    fn load((a, b): &Self::Atomics) -> Self {
        (A::load(a), B::load(b))
    }

    #[inline(always)]
    fn store(self, (a, b): &Self::Atomics) {
        self.0.store(a);
        self.1.store(b);
    }
}

impl<R: Stored, const N: usize> Stored for [R; N] {
    const ZERO: Self = [R::ZERO; N];
    type Atomics = [R::Atomics; N];

    #[inline(always)]
    fn load(from: &Self::Atomics) -> Self {
        let mut words = Self::ZERO;
        each::<N>(|i| words[i] = R::load(&from[i]));
        words
    }

    #[inline(always)]
    fn store(self, to: &Self::Atomics) {
        each::<N>(|i| self[i].store(&to[i]));
    }
}

/// `for i in 0..N`, unrolled up to 8: at `opt-level = "s"` the compiler keeps a loop, which costs three
/// times as many instructions.
#[inline(always)]
fn each<const N: usize>(mut f: impl FnMut(usize)) {
    macro_rules! unrolled {
        ($($i:literal)*) => { $( if $i < N { f($i); } )* };
    }
    unrolled! { 0 1 2 3 4 5 6 7 }
    for i in 8..N {
        f(i);
    }
}

/// Defines a struct whose fields are [`Words`](crate::latest::Words), and implements `Words` for it.
///
/// The struct gets `Clone` and `Copy`; other derives, attributes, documentation and visibilities are written
/// as usual. It cannot be generic, and the type of a field must be as visible as the struct: its words are part of
/// those of the struct (error E0446). The words of the fields follow one another: on 32 bits, the struct below
/// takes three of them, on 64 bits two.
///
/// ```
/// use indivisible::latest::Latest;
///
/// indivisible::words! {
///     /// What the sensor measured.
///     #[derive(Debug, PartialEq)]
///     pub struct Reading { pub at: u64, pub millivolts: u16 }
/// }
///
/// static LATEST: Latest<Reading> = Latest::new();
///
/// let mut writer = LATEST.claim().unwrap();
/// writer.publish(Reading { at: 1 << 40, millivolts: 3_300 });
/// assert_eq!(LATEST.read(), Some(Reading { at: 1 << 40, millivolts: 3_300 }));
/// ```
#[macro_export]
macro_rules! words {
    (@repr) => { () };
    (@repr $First:ty, $($Rest:ty,)*) => {
        (<$First as $crate::latest::Words>::Repr, $crate::words!(@repr $($Rest,)*))
    };
    (@nested) => { () };
    (@nested $first:ident, $($rest:ident,)*) => {
        ($first, $crate::words!(@nested $($rest,)*))
    };
    (
        $(#[$meta:meta])*
        $vis:vis struct $Name:ident {
            $( $(#[$field_meta:meta])* $field_vis:vis $field:ident: $Field:ty ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy)]
        $vis struct $Name {
            $( $(#[$field_meta])* $field_vis $field: $Field, )*
        }

        impl $crate::latest::Words for $Name {
            type Repr = $crate::words!(@repr $($Field,)*);

            #[inline(always)]
            fn into_words(self) -> Self::Repr {
                $( let $field = $crate::latest::Words::into_words(self.$field); )*
                $crate::words!(@nested $($field,)*)
            }

            #[inline(always)]
            fn from_words(words: Self::Repr) -> Self {
                let $crate::words!(@nested $($field,)*) = words;
                Self { $( $field: $crate::latest::Words::from_words($field), )* }
            }
        }
    };
}
