//! The bounds of generic code, and the operations on integers that `std` has not.

#![allow(
    private_bounds,
    reason = "the seal: what a private trait does cannot be called through a public bound"
)]

use crate::sync::{
    ChangeInteger, Computed, Ordering, Ordering::Relaxed, Zero, needs_read_modify_write, words,
};
use core::{fmt::Debug, hash::Hash};

/// An atomic integer: the operations that `std`'s have not. Sealed.
///
/// Each is one step, returns the *previous* value as `fetch_*` does, and needs read-modify-write (see
/// [the module](crate::atomic#without-compare-and-swap)). All may be called from interrupt handlers.
/// With sections each change is one critical section of bounded length; `raise_to` and `lower_to` enter none where they
/// write nothing, but to load 64 bits in halves. (*Rust Atomics and Locks*, chapter 2,
/// "Example: ID Allocation Without Overflow".)
///
/// ```
/// use indivisible::atomic::{AtomicInteger, AtomicU32, Ordering::Relaxed};
///
/// static LONGEST: AtomicU32 = AtomicU32::new(5);
/// static LEFT: AtomicU32 = AtomicU32::new(1);
///
/// assert_eq!(LONGEST.raise_to(9), 5);
/// assert_eq!(LEFT.checked_sub(1, Relaxed), Ok(1));
/// assert_eq!(LEFT.checked_sub(1, Relaxed), Err(0));
/// ```
pub trait AtomicInteger:
    ChangeInteger<Value: AtomicPrimitive<Atomic = Self>> + Zero + Debug + Send + Sync
{
    needs_read_modify_write! {
        /// Makes the value at least `floor`: a `fetch_max` that writes only if the value is smaller.
        ///
        /// Most calls only load, in a fraction of a `fetch_max`'s time, and leave the cache line with
        /// the other cores.
        ///
        /// Relaxed: a call that does not write cannot be Release. Use `fetch_max` where the maximum
        /// publishes something else.
        #[inline]
        fn raise_to(&self, floor: Self::Value) -> Self::Value {
            bring(self, |old| (old < floor).then_some(floor))
        }
    }

    needs_read_modify_write! {
        /// Makes the value at most `ceiling`: a `fetch_min` that writes only if the value is larger.
        ///
        /// Relaxed; see [`raise_to`](Self::raise_to).
        #[inline]
        fn lower_to(&self, ceiling: Self::Value) -> Self::Value {
            bring(self, |old| (old > ceiling).then_some(ceiling))
        }
    }

    needs_read_modify_write! {
        /// Adds `n` if the sum does not overflow.
        ///
        /// `order` is that of the change; a refusal is a Relaxed load.
        ///
        /// # Errors
        ///
        /// The value, unchanged, if the sum overflows.
        #[inline]
        fn checked_add(&self, n: Self::Value, order: Ordering) -> Result<Self::Value, Self::Value> {
            self.change(order, Relaxed, |old| Arithmetic::checked_add(old, n))
        }
    }

    needs_read_modify_write! {
        /// Subtracts `n` if the difference does not overflow.
        ///
        /// `order` is that of the change; a refusal is a Relaxed load.
        ///
        /// # Errors
        ///
        /// The value, unchanged, if the difference overflows.
        #[inline]
        fn checked_sub(&self, n: Self::Value, order: Ordering) -> Result<Self::Value, Self::Value> {
            self.change(order, Relaxed, |old| Arithmetic::checked_sub(old, n))
        }
    }

    needs_read_modify_write! {
        /// Adds `n`, stopping at the largest value; at the smallest, where `n` is negative.
        #[inline]
        fn saturating_add(&self, n: Self::Value, order: Ordering) -> Self::Value {
            let sum = |old| Some(Arithmetic::saturating_add(old, n));
            let (Ok(old) | Err(old)) = self.change(order, Relaxed, sum);
            old
        }
    }

    needs_read_modify_write! {
        /// Subtracts `n`, stopping at the smallest value; at the largest, where `n` is negative.
        #[inline]
        fn saturating_sub(&self, n: Self::Value, order: Ordering) -> Self::Value {
            let difference = |old| Some(Arithmetic::saturating_sub(old, n));
            let (Ok(old) | Err(old)) = self.change(order, Relaxed, difference);
            old
        }
    }

    needs_read_modify_write! {
        /// Adds `n` if the sum is at most `limit` and does not overflow.
        ///
        /// `order` is that of the change; a refusal is a Relaxed load.
        ///
        /// # Errors
        ///
        /// The value, unchanged, if the sum is above `limit` or overflows.
        #[inline]
        fn add_up_to(
            &self, n: Self::Value, limit: Self::Value, order: Ordering,
        ) -> Result<Self::Value, Self::Value> {
            // The bounds are computed here: in the change, a section would mask interrupts for them.
            let Some((least, most)) = Arithmetic::addends_up_to(n, limit) else {
                return Err(self.load(Relaxed));
            };
            self.change(order, Relaxed, |old| {
                (least <= old && old <= most).then(|| old.wrapping_add(n))
            })
        }
    }
}

/// Loads first, and changes only where `further` is not `None`.
#[inline(always)]
fn bring<A: ChangeInteger + ?Sized>(
    atomic: &A,
    mut further: impl FnMut(A::Value) -> Option<A::Value>,
) -> A::Value {
    let old = atomic.load(Relaxed);
    if further(old).is_none() {
        return old;
    }
    let (Ok(old) | Err(old)) = atomic.change(Relaxed, Relaxed, further);
    old
}

/// An integer that has an atomic form on this target. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no atomic form on this target that never takes a lock",
    note = "64-bit words exist where the hardware has 64-bit atomics, or no compare-and-swap and critical sections",
    note = "take 32 bits, or an exact 64-bit total: `ShardedStats`, or any width whole: `Latest`"
)]
pub trait AtomicPrimitive: Arithmetic + Copy + Debug + Default + Hash + Ord + Send + Sync {
    /// The atomic form.
    type Atomic: AtomicInteger<Value = Self>;
}

/// An unsigned [`AtomicPrimitive`]: it counts. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no unsigned integer with an atomic form on this target that never takes a lock",
    note = "64-bit words exist where the hardware has 64-bit atomics, or no compare-and-swap and critical sections",
    note = "take `Stats<u32>`, or an exact 64-bit total: `ShardedStats`"
)]
pub trait Unsigned: AtomicPrimitive + Widen {}

/// What a summary is made of.
pub(crate) trait Widen {
    fn widen(self) -> u64;
}

/// What the primitives compute with words.
pub(crate) trait Arithmetic: Computed {
    const ZERO: Self;
    const ONE: Self;
    const MAX: Self;

    fn wrapping_add(self, n: Self) -> Self;
    fn checked_add(self, n: Self) -> Option<Self>;
    fn checked_sub(self, n: Self) -> Option<Self>;
    fn saturating_add(self, n: Self) -> Self;
    fn saturating_sub(self, n: Self) -> Self;

    /// The least and the largest number to which `n` is added without overflow and without exceeding
    /// `limit`; `None` where there is none.
    fn addends_up_to(n: Self, limit: Self) -> Option<(Self, Self)>;
}

macro_rules! impl_primitive {
    ($($Value:ident, $Atomic:ident;)*) => { $(
        impl AtomicInteger for words::$Atomic {}

        impl AtomicPrimitive for $Value {
            type Atomic = words::$Atomic;
        }

        impl Arithmetic for $Value {
            const ZERO: Self = 0;
            const ONE: Self = 1;
            const MAX: Self = Self::MAX;

            #[inline(always)]
            fn wrapping_add(self, n: Self) -> Self {
                self.wrapping_add(n)
            }

            #[inline(always)]
            fn checked_add(self, n: Self) -> Option<Self> {
                self.checked_add(n)
            }

            #[inline(always)]
            fn checked_sub(self, n: Self) -> Option<Self> {
                self.checked_sub(n)
            }

            #[inline(always)]
            fn saturating_add(self, n: Self) -> Self {
                self.saturating_add(n)
            }

            #[inline(always)]
            fn saturating_sub(self, n: Self) -> Self {
                self.saturating_sub(n)
            }

            #[inline(always)]
            fn addends_up_to(n: Self, limit: Self) -> Option<(Self, Self)> {
                if n < Self::ZERO {
                    // A difference above all numbers excludes none.
                    Some(((Self::MIN - n).computed(), limit.saturating_sub(n).computed()))
                } else {
                    Some((Self::MIN, limit.checked_sub(n)?.computed()))
                }
            }
        }
    )* };
}

macro_rules! impl_unsigned {
    ($($Value:ident)*) => { $(
        impl Unsigned for $Value {}

        impl Widen for $Value {
            #[inline(always)]
            fn widen(self) -> u64 {
                self as u64
            }
        }
    )* };
}

impl_primitive! {
    i8, AtomicI8; i16, AtomicI16; i32, AtomicI32; isize, AtomicIsize;
    u8, AtomicU8; u16, AtomicU16; u32, AtomicU32; usize, AtomicUsize;
}
#[cfg(wide)]
impl_primitive! { i64, AtomicI64; u64, AtomicU64; }
impl_unsigned! { u8 u16 u32 usize }
#[cfg(wide)]
impl_unsigned! { u64 }
