//! Numbers that nobody else gets.
//!
//! The chapter's four answers to "what happens after the last one" are policies of one type:
//!
//! | policy | one allocation | after the last ID |
//! |---|---|---|
//! | [`Checked`] | compare-and-exchange below the limit | an error, read-only, for ever |
//! | [`RollBack`] | add; subtract again past the limit | an error |
//! | [`Abort`] | add; past the limit, end the program | the end |
//! | [`Wrapping`] | add | the first ID again |
//!
//! The chapter's *problematic* version, which adds and then asserts, is not among them: after a panic
//! that somebody caught it hands out IDs again.
//!
//! # Memory ordering
//!
//! Relaxed throughout: an ID is only itself. That no two calls get the same one follows from the
//! modification order of the one word, which every ordering has.

mod lease;

pub use lease::IdLease;

use crate::atomic::{AtomicPrimitive, Unsigned, generic::Arithmetic};
use crate::sync::{Change, ChangeInteger, Ordering::Relaxed, const_fn, zero};
use core::{fmt, marker::PhantomData, num::NonZero};

/// Hands out IDs: `0..limit`, or `1..=limit` where `T` is non-zero.
///
/// `T` is an unsigned integer or its [`NonZero`]; `P` says what happens after the last one.
///
/// Tier 2. May be called from interrupt handlers. Without compare-and-swap, [`Checked`] is one critical
/// section of a load, a comparison and a store. (*Rust Atomics and Locks*, chapter 2, "Example: ID
/// Allocation" and "Example: ID Allocation Without Overflow".)
///
/// ```
/// use core::num::NonZero;
/// use indivisible::id::{IdAllocator, IdsExhausted};
///
/// static IDS: IdAllocator<NonZero<u32>> = IdAllocator::with_limit(2);
/// assert_eq!(IDS.allocate().unwrap().get(), 1);
/// assert_eq!(IDS.allocate().unwrap().get(), 2);
/// assert_eq!(IDS.allocate(), Err(IdsExhausted));
/// ```
pub struct IdAllocator<T: Id, P = Checked> {
    /// How many were handed out; for the policies that add first, also how many tried in vain.
    next: <T::Raw as AtomicPrimitive>::Atomic,
    limit: T::Raw,
    /// How many were leased and neither handed out nor given back; [`Checked`] only.
    lost: <T::Raw as AtomicPrimitive>::Atomic,
    policy: PhantomData<P>,
}

/// Never a duplicate, exhaustion exact and read-only, any number of callers at once.
#[derive(Clone, Copy, Debug)]
pub struct Checked;

/// No duplicate as long as at most `MAX - limit` callers are inside at once, `MAX` being the largest
/// value of the integer: each of them may have added its one and not yet taken it back.
///
/// The limit is therefore at most half of `MAX`.
#[derive(Clone, Copy, Debug)]
pub struct RollBack;

/// Ends the program rather than running out: `std::process::abort` with the feature `std`, else a
/// panic. No duplicate under the condition of [`RollBack`], where such a panic is caught counting as a
/// caller inside for ever.
#[derive(Clone, Copy, Debug)]
pub struct Abort;

/// Duplicates after the integer wraps around, by contract: for sequence numbers.
///
/// A non-zero ID skips the zero.
#[derive(Clone, Copy, Debug)]
pub struct Wrapping;

/// What an [`IdAllocator`] hands out: `u8` to `u64`, `usize`, or their [`NonZero`]. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no ID with an atomic form on this target that never takes a lock",
    note = "IDs are unsigned integers or their `NonZero`; 64 bits exist where the hardware has 64-bit atomics, or no compare-and-swap at all",
    note = "take `IdAllocator<u32>`"
)]
pub trait Id: sealed::Id<Raw: Unsigned> + Copy {}

/// A policy with a limit: [`Checked`], [`RollBack`], [`Abort`]. Sealed.
pub trait Limited: sealed::Limited {}

mod sealed {
    pub trait Id: Sized {
        /// The integer that counts.
        type Raw;

        /// The ID after `before` others; `None` where that would be a zero that must not be.
        fn after(before: Self::Raw) -> Option<Self>;
    }

    pub trait Limited {
        /// How much of the integer's range must stay free above the limit: all, or half.
        const DIVISOR: u8;
    }
}

macro_rules! ids {
    ($($Raw:ident)*) => { $(
        impl Id for $Raw {}
        impl Id for NonZero<$Raw> {}

        impl sealed::Id for $Raw {
            type Raw = $Raw;

            #[inline(always)]
            fn after(before: $Raw) -> Option<Self> {
                Some(before)
            }
        }

        impl sealed::Id for NonZero<$Raw> {
            type Raw = $Raw;

            #[inline(always)]
            fn after(before: $Raw) -> Option<Self> {
                Self::new(before.wrapping_add(1))
            }
        }

        with_policy! { $Raw, $Raw }
        with_policy! { NonZero<$Raw>, $Raw }
    )* };
}

/// Per integer, since a `const fn` cannot compare generic ones.
macro_rules! with_policy {
    ($Id:ty, $Raw:ident) => {
        impl<P: Limited> IdAllocator<$Id, P> {
            const_fn! {
                /// Creates an allocator of `limit` IDs with the policy that the type names.
                ///
                /// # Panics
                ///
                /// Where `limit` is too large for the policy; in a `static`, that is a compile error.
                pub fn with_policy(limit: $Raw) -> Self {
                    assert!(
                        limit <= $Raw::MAX / P::DIVISOR as $Raw,
                        "this policy needs half of the integer's range above the limit"
                    );
                    Self::of(limit)
                }
            }
        }
    };
}

ids! { u8 u16 u32 usize }
#[cfg(wide)]
ids! { u64 }

macro_rules! limited {
    ($($Policy:ident, $divisor:literal;)*) => { $(
        impl Limited for $Policy {}

        impl sealed::Limited for $Policy {
            const DIVISOR: u8 = $divisor;
        }
    )* };
}
limited! { Checked, 1; RollBack, 2; Abort, 2; }

impl<T: Id> IdAllocator<T> {
    const_fn! {
        /// Creates an allocator of all IDs but one: as many as the integer's largest value says.
        pub fn new() -> Self {
            Self::with_limit(T::Raw::MAX)
        }
    }

    const_fn! {
        /// Creates an allocator of `limit` IDs.
        pub fn with_limit(limit: T::Raw) -> Self {
            Self::of(limit)
        }
    }

    /// An ID that no other call gets.
    ///
    /// # Errors
    ///
    /// [`IdsExhausted`] once all are out; it looks and does not write.
    #[inline]
    pub fn allocate(&self) -> Result<T, IdsExhausted> {
        let limit = self.limit;
        let before = self.next.change(Relaxed, Relaxed, |next| {
            (next < limit).then(|| next.wrapping_add(T::Raw::ONE))
        });
        before.ok().and_then(T::after).ok_or(IdsExhausted)
    }
}

impl<T: Id> IdAllocator<T, RollBack> {
    /// An ID that no other call gets, under the condition of [`RollBack`].
    ///
    /// # Errors
    ///
    /// [`IdsExhausted`] once all are out.
    #[inline]
    pub fn allocate(&self) -> Result<T, IdsExhausted> {
        let before = self.next.fetch_add(T::Raw::ONE, Relaxed);
        if before < self.limit {
            T::after(before).ok_or(IdsExhausted)
        } else {
            self.next.fetch_sub(T::Raw::ONE, Relaxed);
            Err(IdsExhausted)
        }
    }
}

impl<T: Id> IdAllocator<T, Abort> {
    /// An ID that no other call gets, under the condition of [`Abort`].
    ///
    /// # Panics
    ///
    /// Once all are out and without the feature `std`; with it, the process aborts.
    #[inline]
    pub fn allocate(&self) -> T {
        let before = self.next.fetch_add(T::Raw::ONE, Relaxed);
        match T::after(before) {
            Some(id) if before < self.limit => id,
            _ => abort(),
        }
    }
}

#[cold]
fn abort() -> ! {
    #[cfg(feature = "std")]
    std::process::abort();
    #[cfg(not(feature = "std"))]
    panic!("out of IDs");
}

impl<T: Id> IdAllocator<T, Wrapping> {
    const_fn! {
        /// Creates an allocator that starts again after the integer's last value.
        pub fn wrapping() -> Self {
            Self::of(T::Raw::MAX)
        }
    }

    /// The next ID, which may be out already after the integer has wrapped around.
    #[inline]
    pub fn allocate(&self) -> T {
        loop {
            // A second round only for the zero that a non-zero ID skips.
            if let Some(id) = T::after(self.next.fetch_add(T::Raw::ONE, Relaxed)) {
                return id;
            }
        }
    }
}

impl<T: Id, P> IdAllocator<T, P> {
    const_fn! {
        fn of(limit: T::Raw) -> Self {
            Self {
                next: zero!(<T::Raw as AtomicPrimitive>::Atomic),
                limit,
                lost: zero!(<T::Raw as AtomicPrimitive>::Atomic),
                policy: PhantomData,
            }
        }
    }
}

impl<T: Id, P: Limited> IdAllocator<T, P> {
    /// How many IDs there are in all.
    #[must_use]
    pub fn limit(&self) -> T::Raw {
        self.limit
    }

    /// How many IDs are left: a look, old by the time it returns.
    #[must_use]
    pub fn remaining(&self) -> T::Raw {
        self.limit.saturating_sub(self.next.load(Relaxed))
    }
}

impl<T: Id> Default for IdAllocator<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Id, P> fmt::Debug for IdAllocator<T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdAllocator")
            .field("next", &self.next)
            .field("limit", &self.limit)
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<T: Id, P> defmt::Format for IdAllocator<T, P> {
    fn format(&self, f: defmt::Formatter<'_>) {
        use crate::atomic::generic::Widen;
        let (next, limit) = (self.next.load(Relaxed).widen(), self.limit.widen());
        defmt::write!(f, "IdAllocator({=u64} of {=u64} tried)", next, limit);
    }
}

/// All IDs are out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct IdsExhausted;

impl fmt::Display for IdsExhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("all IDs are out")
    }
}

impl core::error::Error for IdsExhausted {}

#[cfg(test)]
mod tests {
    use super::{Abort, IdAllocator, IdsExhausted, RollBack, Wrapping};
    use core::num::NonZero;

    #[test]
    fn a_limit_of_none_is_exhausted_at_once() {
        let ids = IdAllocator::<u8>::with_limit(0);
        assert_eq!(ids.allocate(), Err(IdsExhausted));
        assert_eq!(ids.remaining(), 0);
    }

    #[test]
    fn every_id_of_the_widest_range_comes_once() {
        let ids = IdAllocator::<NonZero<u8>>::new();
        for expected in 1..=u8::MAX {
            assert_eq!(ids.allocate().map(NonZero::get), Ok(expected));
        }
        for _ in 0..300 {
            assert_eq!(ids.allocate(), Err(IdsExhausted));
        }
    }

    #[test]
    fn rolling_back_stays_exhausted() {
        let ids = IdAllocator::<u8, RollBack>::with_policy(127);
        assert_eq!((0..127).filter(|_| ids.allocate().is_ok()).count(), 127);
        for _ in 0..300 {
            assert_eq!(ids.allocate(), Err(IdsExhausted));
        }
    }

    #[test]
    #[should_panic(expected = "half of the integer's range")]
    fn rolling_back_needs_room_above_the_limit() {
        let _ = IdAllocator::<u8, RollBack>::with_policy(128);
    }

    #[test]
    fn abort_hands_out_up_to_the_limit() {
        let ids = IdAllocator::<u16, Abort>::with_policy(2);
        assert_eq!((ids.allocate(), ids.allocate()), (0, 1));
        assert_eq!(ids.remaining(), 0);
    }

    #[test]
    fn wrapping_skips_only_a_zero_that_must_not_be() {
        let plain = IdAllocator::<u8, Wrapping>::wrapping();
        let non_zero = IdAllocator::<NonZero<u8>, Wrapping>::wrapping();
        let plain: std::vec::Vec<u8> = (0..258).map(|_| plain.allocate()).collect();
        let non_zero: std::vec::Vec<u8> = (0..258).map(|_| non_zero.allocate().get()).collect();
        assert_eq!(plain[254..], [254, 255, 0, 1]);
        assert_eq!(non_zero[253..], [254, 255, 1, 2, 3]);
    }
}
