//! The back end where a change is one critical section around plain loads and stores. A load needs none.
//!
//! Every access is atomic, whatever the section is made of: masked interrupts, a spin lock between
//! cores, a preemptible lock of an operating system. A reader outside sees the word before a change or
//! after it.
//!
//! Sections order changes among each other. So a load in a section is Relaxed, and of the caller's
//! ordering the store keeps the Release part, for readers outside.
//!
//! Without a back end (`no_back_end`) the words are these as well: they load and store, and a program that
//! enters `base::section` cannot be linked.

use crate::sync::{
    Change, ChangeInteger,
    Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst},
    Together, base,
    words::*,
};
use core::marker::PhantomData;

#[cfg(halves)]
mod halves;

/// What is inside each word.
pub(in crate::sync) mod cell {
    #[cfg(halves)]
    pub(crate) use super::halves::{AtomicI64, AtomicU64};
    pub(crate) use crate::sync::plain::{
        AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicIsize, AtomicPtr, AtomicU8, AtomicU16,
        AtomicU32, AtomicUsize,
    };
    #[cfg(all(wide, not(halves)))]
    pub(crate) use crate::sync::plain::{AtomicI64, AtomicU64};
}

/// Takes several steps: here as one.
#[inline(always)]
pub(crate) fn together<R>(steps: impl FnOnce(Together<'_>) -> R) -> R {
    base::section(|| steps(Together(PhantomData)))
}

/// A `fetch_*` of `$word` by `$f`, in a section.
macro_rules! fetch {
    ($word:expr, fetch_max($value:expr, $order:expr), $f:expr) => {
        crate::sync::backend::replace_where($word, $value, $order, |old, value| old < value)
    };
    ($word:expr, fetch_min($value:expr, $order:expr), $f:expr) => {
        crate::sync::backend::replace_where($word, $value, $order, |old, value| old > value)
    };
    ($word:expr, $name:ident($value:expr, $order:expr), $f:expr) => {{
        let f = $f;
        let (Ok(old) | Err(old)) =
            Change::change($word, $order, Relaxed, |old| Some(f(old, $value)));
        old
    }};
}
pub(in crate::sync) use fetch;

/// A `fetch_max` or `fetch_min`: stores `value` where `goes` returns `true` for the old value and `value`.
///
/// A value that stays is not stored again, whatever the ordering. A load returns the same value either way,
/// so it cannot depend on having read the second store; and every other change is ordered by its section.
#[inline(always)]
pub(in crate::sync) fn replace_where<A: Change>(
    word: &A,
    value: A::Value,
    order: Ordering,
    goes: impl Fn(A::Value, A::Value) -> bool,
) -> A::Value {
    let replace = |old| goes(old, value).then_some(value);
    let (Ok(old) | Err(old)) = word.change(order, Relaxed, replace);
    old
}

/// What is left of a change's ordering to its store.
#[inline(always)]
const fn publish(set: Ordering) -> Ordering {
    match set {
        Release | AcqRel => Release,
        SeqCst => SeqCst,
        _ => Relaxed,
    }
}

/// Panics with `std`'s text, before the section. No code is left of it where the ordering is constant.
#[inline(always)]
fn check_store(order: Ordering) {
    match order {
        Acquire => panic!("there is no such thing as an acquire store"),
        AcqRel => panic!("there is no such thing as an acquire-release store"),
        _ => {}
    }
}

/// The same of the ordering of a failure, which stores nothing.
#[inline(always)]
fn check_failure(fetch: Ordering) {
    match fetch {
        Release => panic!("there is no such thing as a release failure ordering"),
        AcqRel => panic!("there is no such thing as an acquire-release failure ordering"),
        _ => {}
    }
}

/// A load that needs no section.
#[inline(always)]
fn plainly<R>(access: impl FnOnce() -> R) -> R {
    access()
}

/// A load of two halves. Without a back end no change can fall between them.
#[cfg(halves)]
#[inline(always)]
fn halves<R>(access: impl FnOnce() -> R) -> R {
    #[cfg(no_back_end)]
    return access();
    #[cfg(not(no_back_end))]
    together(|_| access())
}

/// A store to a word that sections change. Without a back end there are no changes.
#[inline(always)]
fn store_between_changes(store: impl FnOnce()) {
    #[cfg(no_back_end)]
    store();
    #[cfg(not(no_back_end))]
    together(|_| store());
}

/// `$load` is what a load outside a change goes through.
macro_rules! impl_change {
    ($($Atomic:ident $(<$T:ident>)?, $Value:ty, $load:ident;)*) => { $(
        impl$(<$T>)? Change for $Atomic$(<$T>)? {
            #[inline(always)]
            fn load(&self, order: Ordering) -> $Value {
                $load(|| self.0.load(order))
            }

            #[inline(always)]
            fn store(&self, value: $Value, order: Ordering) {
                check_store(order);
                store_between_changes(|| self.0.store(value, order));
            }

            #[inline(always)]
            fn store_alone(&self, value: $Value, order: Ordering) {
                self.0.store(value, order);
            }

            #[inline(always)]
            fn swap(&self, value: $Value, order: Ordering) -> $Value {
                let (Ok(old) | Err(old)) = self.change(order, Relaxed, |_| Some(value));
                old
            }

            #[inline(always)]
            fn compare_exchange(
                &self, current: $Value, new: $Value, set: Ordering, fetch: Ordering,
            ) -> Result<$Value, $Value> {
                check_failure(fetch);
                self.change(set, Relaxed, |old| (old == current).then_some(new))
            }

            #[inline(always)]
            fn compare_exchange_weak(
                &self, current: $Value, new: $Value, set: Ordering, fetch: Ordering,
            ) -> Result<$Value, $Value> {
                Change::compare_exchange(self, current, new, set, fetch)
            }

            #[inline(always)]
            fn change(
                &self,
                set: Ordering,
                _fetch: Ordering,
                mut f: impl FnMut($Value) -> Option<$Value>,
            ) -> Result<$Value, $Value> {
                let set = publish(set);
                // The result is made outside: inside, the compiler would make it with interrupts masked.
                let (old, is_changed) = together(|_| {
                    let old = self.0.load(Relaxed);
                    let Some(new) = f(old) else {
                        return (old, false);
                    };
                    self.0.store(new, set);
                    (old, true)
                });
                if is_changed { Ok(old) } else { Err(old) }
            }
        }
    )* };
}

macro_rules! impl_change_integer {
    ($($Atomic:ident, $Value:ident, $load:ident;)*) => { $(
        impl_change! { $Atomic, $Value, $load; }

        impl ChangeInteger for $Atomic {
            #[inline(always)]
            fn fetch_add(&self, n: $Value, order: Ordering) -> $Value {
                fetch!(self, fetch_add(n, order), $Value::wrapping_add)
            }

            #[inline(always)]
            fn fetch_sub(&self, n: $Value, order: Ordering) -> $Value {
                fetch!(self, fetch_sub(n, order), $Value::wrapping_sub)
            }

            #[inline(always)]
            fn fetch_and(&self, bits: $Value, order: Ordering) -> $Value {
                fetch!(self, fetch_and(bits, order), |old, bits| old & bits)
            }

            #[inline(always)]
            fn fetch_or(&self, bits: $Value, order: Ordering) -> $Value {
                fetch!(self, fetch_or(bits, order), |old, bits| old | bits)
            }

            #[inline(always)]
            fn subtract_if(
                &self,
                n: $Value,
                bits: $Value,
                order: Ordering,
                goes: impl Fn($Value) -> bool,
                _roll_back: impl FnOnce(),
            ) -> ($Value, bool) {
                let less = |old: $Value| goes(old).then(|| old.wrapping_sub(n) & !bits);
                let (Ok(old) | Err(old)) = self.change(order, Relaxed, less);
                (old, true)
            }

            #[inline(always)]
            fn increase(&self, _: Together<'_>, n: $Value) {
                self.0.store(self.0.load(Relaxed).wrapping_add(n), Relaxed);
            }

            #[inline(always)]
            fn take(&self, _: Together<'_>) -> $Value {
                let taken = self.0.load(Relaxed);
                self.0.store(0, Relaxed);
                taken
            }

            #[inline(always)]
            fn raise(&self, _: Together<'_>, n: $Value) {
                if self.0.load(Relaxed) < n {
                    self.0.store(n, Relaxed);
                }
            }
        }
    )* };
}

impl_change! { AtomicBool, bool, plainly; AtomicPtr<T>, *mut T, plainly; }
impl_change_integer! {
    AtomicI8, i8, plainly; AtomicI16, i16, plainly; AtomicI32, i32, plainly;
    AtomicIsize, isize, plainly;
    AtomicU8, u8, plainly; AtomicU16, u16, plainly; AtomicU32, u32, plainly;
    AtomicUsize, usize, plainly;
}
#[cfg(halves)]
impl_change_integer! { AtomicI64, i64, halves; AtomicU64, u64, halves; }
#[cfg(all(wide, not(halves)))]
impl_change_integer! { AtomicI64, i64, plainly; AtomicU64, u64, plainly; }
