//! A change is one instruction, or a loop around a compare-and-exchange.

use super::{
    Change, ChangeInteger, Ordering, Ordering::Relaxed, Together, base::words, inherent,
    inherent_arithmetic,
};
use core::{hint::spin_loop, marker::PhantomData};

pub use words::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicIsize, AtomicPtr, AtomicU8, AtomicU16,
    AtomicU32, AtomicUsize, fence,
};
#[cfg(wide)]
pub use words::{AtomicI64, AtomicU64};

/// Takes several steps: here each on its own.
#[inline(always)]
pub(crate) fn together<R>(steps: impl FnOnce(Together<'_>) -> R) -> R {
    steps(Together(PhantomData))
}

/// The first wait after a defeat, as the logarithm of its hints.
///
/// Without an operating system there is mostly one core, and a defeat means that an interrupt got in
/// between: nothing to wait for. With one, another core is at it, and has not finished after a hint or
/// two: whoever tries again so soon is beaten again, and takes the line away meanwhile.
const FIRST_WAIT: u32 = if super::IS_BARE { 0 } else { 5 };

/// Waits longer after every defeat, so that the winner's next changes find the line at home.
#[cold]
fn back_off(wait: &mut u32) {
    const LONGEST: u32 = 6;
    (0..1 << *wait).for_each(|_| spin_loop());
    *wait = (*wait + 1).min(LONGEST);
}

macro_rules! words {
    ($($Atomic:ident $(<$T:ident>)?, $Value:ty;)*) => { $(
        impl$(<$T>)? super::Sealed for $Atomic$(<$T>)? {}

        impl$(<$T>)? super::Atomic for $Atomic$(<$T>)? {
            type Value = $Value;
        }

        impl$(<$T>)? Change for $Atomic$(<$T>)? {
            inherent! { $Value }

            #[inline(always)]
            fn store_alone(&self, value: $Value, order: Ordering) {
                self.store(value, order);
            }

            #[inline]
            fn change(
                &self,
                set: Ordering,
                fetch: Ordering,
                mut f: impl FnMut($Value) -> Option<$Value>,
            ) -> Result<$Value, $Value> {
                let mut wait = FIRST_WAIT;
                let mut old = self.load(fetch);
                while let Some(new) = f(old) {
                    if self.compare_exchange_weak(old, new, set, fetch).is_ok() {
                        return Ok(old);
                    }
                    back_off(&mut wait);
                    // The value that the exchange saw is old by now.
                    old = self.load(fetch);
                }
                Err(old)
            }

            #[inline(always)]
            fn exchange(
                &self,
                set: Ordering,
                fetch: Ordering,
                f: impl FnMut($Value) -> Option<$Value>,
            ) -> Result<$Value, $Value> {
                self.change(set, fetch, f)
            }
        }
    )* };
}

macro_rules! integers {
    ($($Atomic:ident, $Value:ident;)*) => { $(
        words! { $Atomic, $Value; }

        super::zeroes! { $Atomic, 0; }

        impl ChangeInteger for $Atomic {
            inherent_arithmetic! { $Value }

            #[inline(always)]
            fn subtract_if(
                &self,
                n: $Value,
                order: Ordering,
                goes: impl Fn($Value) -> bool,
            ) -> $Value {
                let old = self.fetch_sub(n, order);
                if !goes(old) {
                    // Relaxed: it continues the release sequence of whoever came before.
                    self.fetch_add(n, Relaxed);
                }
                old
            }

            #[inline(always)]
            fn increase(&self, _: Together<'_>, n: $Value) {
                self.fetch_add(n, Relaxed);
            }

            #[inline(always)]
            fn raise(&self, _: Together<'_>, n: $Value) {
                // The first look costs a load and saves most read-modify-writes; the answer of a
                // load is as good as that of a `fetch_max` that changes nothing, since Relaxed.
                if self.load(Relaxed) < n {
                    self.fetch_max(n, Relaxed);
                }
            }
        }
    )* };
}

words! { AtomicBool, bool; AtomicPtr<T>, *mut T; }
integers! {
    AtomicI8, i8; AtomicI16, i16; AtomicI32, i32; AtomicIsize, isize;
    AtomicU8, u8; AtomicU16, u16; AtomicU32, u32; AtomicUsize, usize;
}
#[cfg(wide)]
integers! { AtomicI64, i64; AtomicU64, u64; }
super::zeroes! { AtomicPtr<T>, core::ptr::null_mut(), T; }
