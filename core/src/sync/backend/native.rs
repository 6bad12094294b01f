//! The back end where a change is one instruction, or a loop around a compare-and-exchange.

use crate::sync::{
    Change, ChangeInteger, Computed, IS_BARE, Ordering, Ordering::Relaxed, Together, words::*,
};
use core::{hint::spin_loop, marker::PhantomData};

/// What is inside each word.
pub(in crate::sync) use crate::sync::base::words as cell;

/// Takes several steps: here each on its own.
#[inline(always)]
pub(crate) fn together<R>(steps: impl FnOnce(Together<'_>) -> R) -> R {
    steps(Together(PhantomData))
}

/// A `fetch_*` of `$word` by the instruction of that name.
macro_rules! fetch {
    ($word:expr, $name:ident($value:expr, $order:expr), $f:expr) => {
        $word.0.$name($value, $order)
    };
}
pub(in crate::sync) use fetch;

/// The first wait after a failed exchange, as the logarithm of its spin hints.
///
/// A retry after a hint or two fails again, and takes the cache line from the other core meanwhile.
const FIRST_WAIT: u32 = 5;

/// Waits longer after every failure, so that the other core's next changes find the line in its cache.
///
/// Without an operating system there is mostly one core, and an exchange fails because an interrupt
/// handler changed the word: there is nothing to wait for.
#[cold]
fn back_off(wait: &mut u32) {
    const LONGEST: u32 = 6;
    if IS_BARE {
        return;
    }
    (0..1 << *wait).for_each(|_| spin_loop());
    *wait = (*wait + 1).min(LONGEST);
}

/// The loop of a change; it waits for `wait` after its first failure.
#[inline(always)]
fn attempts<A: Change>(
    atomic: &A,
    set: Ordering,
    fetch: Ordering,
    mut wait: u32,
    mut f: impl FnMut(A::Value) -> Option<A::Value>,
) -> Result<A::Value, A::Value> {
    loop {
        // Not the value that a failed exchange found: that is old by now.
        let old = atomic.load(fetch);
        let Some(new) = f(old) else {
            return Err(old);
        };
        if atomic.compare_exchange_weak(old, new, set, fetch).is_ok() {
            return Ok(old);
        }
        back_off(&mut wait);
    }
}

/// A change on a host whose first attempt has failed: out of line, so that the first attempt, which
/// mostly succeeds, is no loop.
#[cold]
#[inline(never)]
fn contend<A: Change>(
    atomic: &A,
    set: Ordering,
    fetch: Ordering,
    f: impl FnMut(A::Value) -> Option<A::Value>,
) -> Result<A::Value, A::Value> {
    let mut wait = FIRST_WAIT;
    back_off(&mut wait);
    attempts(atomic, set, fetch, wait, f)
}

macro_rules! impl_change {
    ($($Atomic:ident $(<$T:ident>)?, $Value:ty;)*) => { $(
        impl$(<$T>)? Change for $Atomic$(<$T>)? {
            #[inline(always)]
            fn load(&self, order: Ordering) -> $Value {
                self.0.load(order)
            }

            #[inline(always)]
            fn store(&self, value: $Value, order: Ordering) {
                self.0.store(value, order);
            }

            #[inline(always)]
            fn store_alone(&self, value: $Value, order: Ordering) {
                self.0.store(value, order);
            }

            #[inline(always)]
            fn swap(&self, value: $Value, order: Ordering) -> $Value {
                self.0.swap(value, order)
            }

            #[inline(always)]
            fn compare_exchange(
                &self, current: $Value, new: $Value, set: Ordering, fetch: Ordering,
            ) -> Result<$Value, $Value> {
                self.0.compare_exchange(current, new, set, fetch)
            }

            #[inline(always)]
            fn compare_exchange_weak(
                &self, current: $Value, new: $Value, set: Ordering, fetch: Ordering,
            ) -> Result<$Value, $Value> {
                self.0.compare_exchange_weak(current, new, set, fetch)
            }

            #[inline]
            fn change(
                &self,
                set: Ordering,
                fetch: Ordering,
                mut f: impl FnMut($Value) -> Option<$Value>,
            ) -> Result<$Value, $Value> {
                if IS_BARE {
                    return attempts(self, set, fetch, FIRST_WAIT, f);
                }
                let old = self.load(fetch);
                let Some(new) = f(old) else {
                    return Err(old);
                };
                if self.compare_exchange_weak(old, new, set, fetch).is_ok() {
                    return Ok(old);
                }
                contend(self, set, fetch, f)
            }

            #[inline(always)]
            fn exchange(
                &self,
                set: Ordering,
                fetch: Ordering,
                mut f: impl FnMut($Value) -> Option<$Value>,
            ) -> Result<$Value, $Value> {
                self.change(set, fetch, |old| f(old).map(Computed::computed))
            }
        }
    )* };
}

macro_rules! impl_change_integer {
    ($($Atomic:ident, $Value:ident;)*) => { $(
        impl_change! { $Atomic, $Value; }

        impl ChangeInteger for $Atomic {
            #[inline(always)]
            fn fetch_add(&self, n: $Value, order: Ordering) -> $Value {
                self.0.fetch_add(n, order)
            }

            #[inline(always)]
            fn fetch_sub(&self, n: $Value, order: Ordering) -> $Value {
                self.0.fetch_sub(n, order)
            }

            #[inline(always)]
            fn fetch_and(&self, bits: $Value, order: Ordering) -> $Value {
                self.0.fetch_and(bits, order)
            }

            #[inline(always)]
            fn fetch_or(&self, bits: $Value, order: Ordering) -> $Value {
                self.0.fetch_or(bits, order)
            }

            #[inline(always)]
            fn subtract_if(
                &self,
                n: $Value,
                bits: $Value,
                order: Ordering,
                goes: impl Fn($Value) -> bool,
                roll_back: impl FnOnce(),
            ) -> ($Value, bool) {
                if IS_BARE {
                    let less = |old: $Value| goes(old).then(|| old.wrapping_sub(n) & !bits);
                    let (Ok(old) | Err(old)) = self.change(order, Relaxed, less);
                    return (old, true);
                }
                let old = self.0.fetch_sub(n, order);
                if !goes(old) {
                    roll_back();
                }
                (old, false)
            }

            #[inline(always)]
            fn increase(&self, _: Together<'_>, n: $Value) {
                self.0.fetch_add(n, Relaxed);
            }

            #[inline(always)]
            fn take(&self, _: Together<'_>) -> $Value {
                self.0.swap(0, Relaxed)
            }

            #[inline(always)]
            fn raise(&self, _: Together<'_>, n: $Value) {
                // The load first saves most read-modify-writes. It orders as much as a Relaxed `fetch_max`
                // that changes nothing.
                if self.0.load(Relaxed) < n {
                    self.0.fetch_max(n, Relaxed);
                }
            }
        }
    )* };
}

impl_change! { AtomicBool, bool; AtomicPtr<T>, *mut T; }
impl_change_integer! {
    AtomicI8, i8; AtomicI16, i16; AtomicI32, i32; AtomicIsize, isize;
    AtomicU8, u8; AtomicU16, u16; AtomicU32, u32; AtomicUsize, usize;
}
#[cfg(wide)]
impl_change_integer! { AtomicI64, i64; AtomicU64, u64; }
