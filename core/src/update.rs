//! Read, compute, write back unless somebody was faster: the loops around `compare_exchange`.
//!
//! The functions take any integer of [`atomic`](crate::atomic), and [`try_update`] and [`update`]
//! also booleans and pointers. All return the *previous* value, as `fetch_*` does. (*Rust Atomics and
//! Locks*, chapter 2, "Compare-and-Exchange Operations" and "Example: ID Allocation Without
//! Overflow".)
//!
//! Tier 2. All may be called from interrupt handlers. Without compare-and-swap, [`try_update`] and
//! [`update`] mask interrupts once per attempt and run the closure unmasked; the others are one
//! critical section.
//!
//! # Memory ordering
//!
//! `order`, or `set`, is the ordering of the change. An operation that finds nothing to change is a
//! load, and a load cannot be Release: [`raise_to`] and [`lower_to`] may end like that with success,
//! so they are Relaxed and take no ordering. Use `fetch_max` and `fetch_min` where the maximum
//! publishes something else.

#![allow(private_bounds, reason = "the seal")]

use crate::atomic::{AtomicInteger, generic::Arithmetic};
use crate::sync::{Change, Ordering, Ordering::Relaxed};
use core::hint::spin_loop;

/// Replaces the value `v` by `f(v)`, or leaves it where that is `None`: `std`'s `try_update`.
///
/// `Ok` has the previous value, `Err` the one that `f` declined. `f` runs again after every change
/// by somebody else, with interrupts as the caller left them: it must not have side effects.
///
/// ```
/// use indivisible::{atomic::{AtomicU32, Ordering::Relaxed}, update};
///
/// static LEFT: AtomicU32 = AtomicU32::new(1);
/// let take = || update::try_update(&LEFT, Relaxed, Relaxed, |left| left.checked_sub(1));
/// assert_eq!(take(), Ok(1));
/// assert_eq!(take(), Err(0));
/// ```
#[inline]
pub fn try_update<A: Change>(
    atomic: &A,
    set: Ordering,
    fetch: Ordering,
    mut f: impl FnMut(A::Value) -> Option<A::Value>,
) -> Result<A::Value, A::Value> {
    let mut old = atomic.load(fetch);
    while let Some(new) = f(old) {
        match atomic.compare_exchange_weak(old, new, set, fetch) {
            Ok(old) => return Ok(old),
            Err(now) => old = now,
        }
        spin_loop();
    }
    Err(old)
}

/// Replaces the value `v` by `f(v)`: `std`'s `update`.
///
/// `f` runs again after every change by somebody else; see [`try_update`].
#[inline]
pub fn update<A: Change>(
    atomic: &A,
    set: Ordering,
    fetch: Ordering,
    mut f: impl FnMut(A::Value) -> A::Value,
) -> A::Value {
    let (Ok(old) | Err(old)) = try_update(atomic, set, fetch, |old| Some(f(old)));
    old
}

/// Makes the value at least `floor`: a `fetch_max` that writes only when it has to.
///
/// Looking is all that most calls do, in a fraction of a `fetch_max`'s time, and without taking the
/// cache line away from other cores. Relaxed; see the module.
#[inline]
pub fn raise_to<A: AtomicInteger>(atomic: &A, floor: A::Value) -> A::Value {
    bring(atomic, |old| (old < floor).then_some(floor))
}

/// Makes the value at most `ceiling`: a `fetch_min` that writes only when it has to.
///
/// Relaxed; see [`raise_to`].
#[inline]
pub fn lower_to<A: AtomicInteger>(atomic: &A, ceiling: A::Value) -> A::Value {
    bring(atomic, |old| (old > ceiling).then_some(ceiling))
}

#[inline(always)]
fn bring<A: AtomicInteger>(
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

/// Adds `n` if the sum does not overflow; `Err` has the value, unchanged.
#[inline]
pub fn checked_add<A: AtomicInteger>(
    atomic: &A,
    n: A::Value,
    order: Ordering,
) -> Result<A::Value, A::Value> {
    atomic.change(order, Relaxed, |old| old.checked_add(n))
}

/// Adds `n`, stopping at the largest value; at the smallest, where `n` is negative.
#[inline]
pub fn saturating_add<A: AtomicInteger>(atomic: &A, n: A::Value, order: Ordering) -> A::Value {
    let (Ok(old) | Err(old)) = atomic.change(order, Relaxed, |old| Some(old.saturating_add(n)));
    old
}

/// Subtracts `n`, stopping at the smallest value; at the largest, where `n` is negative.
#[inline]
pub fn saturating_sub<A: AtomicInteger>(atomic: &A, n: A::Value, order: Ordering) -> A::Value {
    let (Ok(old) | Err(old)) = atomic.change(order, Relaxed, |old| Some(old.saturating_sub(n)));
    old
}

/// Adds `n` if the sum is at most `limit` and does not overflow; `Err` has the value, unchanged.
///
/// A refusal only looks.
#[inline]
pub fn add_below<A: AtomicInteger>(
    atomic: &A,
    n: A::Value,
    limit: A::Value,
    order: Ordering,
) -> Result<A::Value, A::Value> {
    atomic.change(order, Relaxed, |old| {
        old.checked_add(n).filter(|sum| *sum <= limit)
    })
}
