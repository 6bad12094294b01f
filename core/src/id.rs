//! Unique numbers, handed out to any number of callers.
//!
//! A policy chooses what happens after the last ID, in one of the chapter's three ways or in that of its first version,
//! which wraps around:
//!
//! | policy | `allocate` | after the last ID |
//! |---|---|---|
//! | [`Checked`] | compares with the limit, and exchanges | an error; the counter is only read |
//! | [`RollingBack`] | adds; past the limit, subtracts again | an error |
//! | [`Aborting`] | adds; past the limit, aborts | the program ends |
//! | [`Wrapping`] | adds | the first ID again |
//!
//! The chapter's *problematic* version, which adds and then asserts, is missing on purpose: after a
//! caught panic its counter wraps around, and it hands out duplicates.
//!
//! # Memory ordering
//!
//! Relaxed throughout. IDs are unique because the changes of one atomic word have a total order, its
//! modification order, whatever their memory ordering. An ID publishes no other memory.

mod lease;

pub use lease::IdLease;

use crate::atomic::{AtomicPrimitive, Unsigned, generic::Arithmetic};
use crate::sync::{
    Change, ChangeInteger, Ordering::Relaxed, ReadModifyWrite, Target, seldom, zero,
};
use core::{fmt, marker::PhantomData, mem, num::NonZero};

/// Hands out IDs: `0..limit`, or `1..=limit` where `T` is non-zero.
///
/// `T` is an unsigned integer or its [`NonZero`]; the policy `P` decides what happens after the last ID.
///
/// Every method may be called from interrupt handlers. Needs read-modify-write; without
/// compare-and-swap, [`Checked`] allocates in one critical section of a load, a comparison and a store.
/// (*Rust Atomics and Locks*, chapter 2, "Example: ID Allocation" and "Example: ID Allocation Without
/// Overflow".)
///
/// ```
/// use core::num::NonZero;
/// use indivisible::id::{ExhaustedError, IdAllocator, RollingBack};
///
/// static IDS: IdAllocator<NonZero<u32>> = IdAllocator::with_limit(2);
/// assert_eq!(IDS.allocate().unwrap().get(), 1);
/// assert_eq!(IDS.allocate().unwrap().get(), 2);
/// assert_eq!(IDS.allocate(), Err(ExhaustedError));
///
/// static SESSIONS: IdAllocator<u32, RollingBack> = IdAllocator::rolling_back(9);
/// assert_eq!(SESSIONS.allocate(), Ok(0));
/// ```
pub struct IdAllocator<T: Id, P = Checked> {
    /// IDs handed out; for the policies that add first, also the failed attempts in progress.
    next: <T::Raw as AtomicPrimitive>::Atomic,
    limit: T::Raw,
    /// IDs leased, and neither handed out nor given back; [`Checked`] only.
    leaked: <T::Raw as AtomicPrimitive>::Atomic,
    policy: PhantomData<P>,
}

/// Never a duplicate, and an error exactly when all IDs have been allocated, with any number of
/// concurrent callers.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Checked;

/// No duplicate while at most `MAX - limit` callers are inside [`allocate`](IdAllocator::allocate) at
/// once, `MAX` being the largest value of the integer: each of them may have added one and not yet
/// subtracted it.
///
/// The limit is therefore at most half of `MAX`.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RollingBack;

/// Terminates the program when the IDs run out: `std::process::abort` with the feature `std`, a panic
/// without.
///
/// No duplicate under the condition of [`RollingBack`]; each caught panic permanently counts as one
/// concurrent caller.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Aborting;

/// Hands out duplicates once the integer has wrapped around: for sequence numbers.
///
/// A non-zero ID skips the zero.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Wrapping;

/// The IDs of an [`IdAllocator`]: `u8` to `u64`, `usize`, and their [`NonZero`]. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no ID with an atomic form on this target that never takes a lock",
    note = "IDs are unsigned integers or their `NonZero`; 64 bits exist where the hardware has 64-bit atomics, or where changes are critical sections",
    note = "take `IdAllocator<u32>`"
)]
#[allow(private_bounds, reason = "the seal, as in `atomic`")]
pub trait Id: Counted<<Self as Id>::Raw> + Copy {
    /// The integer that counts.
    type Raw: Unsigned;
}

/// A policy with a limit: [`Checked`], [`RollingBack`], [`Aborting`]. Sealed.
#[allow(private_bounds, reason = "the seal, as in `atomic`")]
pub trait Limited: Bounded {}

/// What a count makes of itself.
pub(crate) trait Counted<Raw>: Sized {
    /// The ID after `before` others; `None` where that would be the zero of a `NonZero`.
    fn after(before: Raw) -> Option<Self>;
}

pub(crate) trait Bounded {}

macro_rules! impl_id {
    ($($Raw:ident)*) => { $(
        impl Id for $Raw {
            type Raw = Self;
        }

        impl Counted<$Raw> for $Raw {
            #[inline(always)]
            fn after(before: $Raw) -> Option<Self> {
                Some(before)
            }
        }

        impl Id for NonZero<$Raw> {
            type Raw = $Raw;
        }

        impl Counted<$Raw> for NonZero<$Raw> {
            #[inline(always)]
            fn after(before: $Raw) -> Option<Self> {
                Self::new(before.wrapping_add(1))
            }
        }
    )* };
}

impl_id! { u8 u16 u32 usize }
#[cfg(wide)]
impl_id! { u64 }

macro_rules! impl_limited {
    ($($Policy:ident)*) => { $(
        impl Limited for $Policy {}
        impl Bounded for $Policy {}
    )* };
}
impl_limited! { Checked RollingBack Aborting }

/// Whether `n` is more than half of its type's largest value.
///
/// `T::Raw` has no comparison that a `const fn` could call. One implementation for every integer,
/// rather than a constructor for each, lets `IdAllocator::rolling_back(9)` infer its types.
#[allow(unsafe_code, reason = "a const fn compares integers of a generic type")]
const fn exceeds_half<T: Id>(n: T::Raw) -> bool {
    macro_rules! exceeds_half {
        ($Same:ty) => {{
            // SAFETY: `Id` is sealed, and each `Raw` is a primitive unsigned integer. The match below
            // names the one of its size, for which all its bytes are valid.
            let n = unsafe { mem::transmute_copy::<T::Raw, $Same>(&n) };
            n > <$Same>::MAX / 2
        }};
    }
    match size_of::<T::Raw>() {
        1 => exceeds_half!(u8),
        2 => exceeds_half!(u16),
        4 => exceeds_half!(u32),
        _ => exceeds_half!(u64),
    }
}

impl<T: Id> IdAllocator<T> {
    /// Creates an allocator of as many IDs as the integer's largest value: every `NonZero`, and every integer but one.
    #[must_use]
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn new() -> Self
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        Self::with_limit(T::Raw::MAX)
    }

    /// Creates an allocator of `limit` IDs.
    #[must_use]
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn with_limit(limit: T::Raw) -> Self
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        Self::of(limit)
    }

    /// Allocates an ID that no other call gets.
    ///
    /// # Errors
    ///
    /// [`ExhaustedError`] once all IDs have been allocated; such a call writes nothing.
    #[inline]
    pub fn allocate(&self) -> Result<T, ExhaustedError> {
        let limit = self.limit;
        let before = self.next.change(Relaxed, Relaxed, move |next| {
            (next < limit).then(|| next.wrapping_add(T::Raw::ONE))
        });
        match before.ok().and_then(T::after) {
            Some(id) => Ok(id),
            None => Err(seldom(ExhaustedError)),
        }
    }
}

impl<T: Id> IdAllocator<T, RollingBack> {
    /// Creates an allocator of `limit` IDs that adds first and [rolls back](RollingBack).
    ///
    /// # Panics
    ///
    /// If `limit` is more than half of the integer's largest value; in a `static`, that is a
    /// compile error.
    #[must_use]
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn rolling_back(limit: T::Raw) -> Self
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        Self::adding_first(limit)
    }

    /// Allocates an ID that no other call gets, under the condition of [`RollingBack`].
    ///
    /// # Errors
    ///
    /// [`ExhaustedError`] once all IDs have been allocated.
    #[inline]
    pub fn allocate(&self) -> Result<T, ExhaustedError> {
        let before = self.next.fetch_add(T::Raw::ONE, Relaxed);
        if before < self.limit {
            T::after(before).ok_or(ExhaustedError)
        } else {
            self.next.fetch_sub(T::Raw::ONE, Relaxed);
            Err(ExhaustedError)
        }
    }
}

impl<T: Id> IdAllocator<T, Aborting> {
    /// Creates an allocator of `limit` IDs that [terminates the program](Aborting) after the last.
    ///
    /// # Panics
    ///
    /// If `limit` is more than half of the integer's largest value; in a `static`, that is a
    /// compile error.
    #[must_use]
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn aborting(limit: T::Raw) -> Self
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        Self::adding_first(limit)
    }

    /// Allocates an ID that no other call gets, under the condition of [`Aborting`].
    ///
    /// # Panics
    ///
    /// Once all IDs have been allocated and without the feature `std`; with it, the process aborts.
    #[inline]
    #[must_use = "an ID that is dropped is never allocated again"]
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
    #[cfg(threads)]
    std::process::abort();
    #[cfg(not(threads))]
    panic!("all IDs have been allocated");
}

impl<T: Id> IdAllocator<T, Wrapping> {
    /// Creates an allocator that starts again after the integer's last value.
    #[must_use]
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn wrapping() -> Self
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        Self::of(T::Raw::MAX)
    }

    /// Allocates the next ID; after the integer has wrapped around, IDs repeat.
    #[inline]
    #[must_use = "a sequence number that is dropped leaves a gap"]
    pub fn allocate(&self) -> T {
        loop {
            // A second turn only for the zero that a non-zero ID skips.
            if let Some(id) = T::after(self.next.fetch_add(T::Raw::ONE, Relaxed)) {
                return id;
            }
        }
    }
}

impl<T: Id, P> IdAllocator<T, P> {
    #[cfg_attr(no_const, no_const::no_const)]
    const fn of(limit: T::Raw) -> Self {
        Self {
            next: zero!(<T::Raw as AtomicPrimitive>::Atomic),
            limit,
            leaked: zero!(<T::Raw as AtomicPrimitive>::Atomic),
            policy: PhantomData,
        }
    }

    /// For the policies that add before they compare.
    #[cfg_attr(no_const, no_const::no_const)]
    const fn adding_first(limit: T::Raw) -> Self {
        assert!(
            !exceeds_half::<T>(limit),
            "this policy needs half of the integer's range above the limit"
        );
        Self::of(limit)
    }
}

impl<T: Id, P: Limited> IdAllocator<T, P> {
    /// The number of IDs in all, allocated or not.
    #[must_use]
    pub fn limit(&self) -> T::Raw {
        self.limit
    }

    /// The number of IDs left to allocate. Other callers may change it before this returns.
    #[must_use]
    pub fn remaining(&self) -> T::Raw {
        self.limit.saturating_sub(self.next.load(Relaxed))
    }
}

impl<T: Id> Default for IdAllocator<T>
where
    for<'a> Target<'a>: ReadModifyWrite,
{
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

/// All IDs have been allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ExhaustedError;

impl fmt::Display for ExhaustedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("all IDs have been allocated")
    }
}

impl core::error::Error for ExhaustedError {}

#[cfg(test)]
mod tests {
    use super::{ExhaustedError, IdAllocator, RollingBack};
    use core::num::NonZero;
    use std::{format, string::ToString};

    /// The type is named once, and the constructor infers it.
    static INFERRED: IdAllocator<u32, RollingBack> = IdAllocator::rolling_back(9);

    #[test]
    fn the_policy_is_inferred() {
        assert_eq!(INFERRED.allocate(), Ok(0));
        assert_eq!((INFERRED.limit(), INFERRED.remaining()), (9, 8));
    }

    #[test]
    fn a_limit_of_none_is_exhausted_at_once() {
        let ids = IdAllocator::<u8>::with_limit(0);
        assert_eq!(ids.allocate(), Err(ExhaustedError));
        assert_eq!(ids.remaining(), 0);
    }

    #[test]
    fn every_id_of_the_widest_range_comes_once() {
        let ids = IdAllocator::<NonZero<u8>>::new();
        for expected in 1..=u8::MAX {
            assert_eq!(ids.allocate().map(NonZero::get), Ok(expected));
        }
        for _ in 0..300 {
            assert_eq!(ids.allocate(), Err(ExhaustedError));
        }
    }

    #[test]
    fn rolling_back_stays_exhausted() {
        let ids = IdAllocator::<u8, _>::rolling_back(127);
        assert_eq!((0..127).filter(|_| ids.allocate().is_ok()).count(), 127);
        for _ in 0..300 {
            assert_eq!(ids.allocate(), Err(ExhaustedError));
        }
    }

    #[test]
    #[should_panic(expected = "half of the integer's range")]
    fn rolling_back_needs_room_above_the_limit() {
        let _ = IdAllocator::<u8, _>::rolling_back(128);
    }

    #[test]
    fn abort_hands_out_up_to_the_limit() {
        let ids = IdAllocator::<u16, _>::aborting(2);
        assert_eq!((ids.allocate(), ids.allocate()), (0, 1));
        assert_eq!(ids.remaining(), 0);
    }

    #[test]
    fn wrapping_skips_only_the_zero_of_a_non_zero() {
        let plain = IdAllocator::<u8, _>::wrapping();
        let non_zero = IdAllocator::<NonZero<u8>, _>::wrapping();
        let plain: std::vec::Vec<u8> = (0..258).map(|_| plain.allocate()).collect();
        let non_zero: std::vec::Vec<u8> = (0..258).map(|_| non_zero.allocate().get()).collect();
        assert_eq!(plain[254..], [254, 255, 0, 1]);
        assert_eq!(non_zero[253..], [254, 255, 1, 2, 3]);
    }

    #[test]
    fn it_prints_its_counter_and_its_limit() {
        let ids = IdAllocator::<u8>::with_limit(3);
        ids.allocate().unwrap();
        let expected = "IdAllocator { next: 1, limit: 3 }";
        assert_eq!(format!("{ids:?}"), expected);
        assert_eq!(ExhaustedError.to_string(), "all IDs have been allocated");
    }
}
