//! `indivisible::update` compared with a sequential model, and the rules for its closures.

use core::{cell::Cell, fmt::Debug, time::Duration};
use indivisible::atomic::{
    self, AtomicInteger,
    Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst},
};
use integration_tests::section_is_free;
use proptest::prelude::*;
use std::thread;

const LIMIT: Duration = Duration::from_secs(60);

macro_rules! integers {
    ($($module:ident: $Atomic:ident, $Value:ident;)*) => { $(
        mod $module {
            use super::*;

            proptest! {
                #[test]
                fn updates_as_the_model(
                    initial in values!($Value), n in values!($Value), bound in values!($Value),
                ) {
                    as_the_model(initial, n, bound)?;
                }
            }

            fn as_the_model(initial: $Value, n: $Value, bound: $Value) -> Result<(), TestCaseError> {
                const LEAST: i128 = $Value::MIN as i128;
                const MOST: i128 = $Value::MAX as i128;
                // In a type in which nothing overflows.
                let (old, by) = (i128::from_ne(initial), i128::from_ne(n));
                let fits = |value: i128| (LEAST..=MOST).contains(&value);
                let word = atomic::$Atomic::new(initial);
                let left = || word.swap(initial, Relaxed);

                let added = word.checked_add(n, AcqRel);
                prop_assert_eq!(added, if fits(old + by) { Ok(initial) } else { Err(initial) });
                prop_assert_eq!(i128::from_ne(left()), if fits(old + by) { old + by } else { old });

                prop_assert_eq!(word.saturating_add(n, Relaxed), initial);
                prop_assert_eq!(i128::from_ne(left()), (old + by).clamp(LEAST, MOST));

                prop_assert_eq!(word.saturating_sub(n, Release), initial);
                prop_assert_eq!(i128::from_ne(left()), (old - by).clamp(LEAST, MOST));

                let below = fits(old + by) && old + by <= i128::from_ne(bound);
                let added = word.add_up_to(n, bound, SeqCst);
                prop_assert_eq!(added, if below { Ok(initial) } else { Err(initial) });
                prop_assert_eq!(i128::from_ne(left()), if below { old + by } else { old });

                prop_assert_eq!(word.raise_to(bound), initial);
                prop_assert_eq!(left(), initial.max(bound));

                prop_assert_eq!(word.lower_to(bound), initial);
                prop_assert_eq!(left(), initial.min(bound));

                prop_assert_eq!(word.update(AcqRel, Acquire, |old| old ^ n), initial);
                prop_assert_eq!(left(), initial ^ n);

                let odd = |old: $Value| (old & 1 == 1).then_some(n);
                let updated = word.try_update(Release, Relaxed, odd);
                prop_assert_eq!(updated, odd(initial).map(|_| initial).ok_or(initial));
                prop_assert_eq!(left(), odd(initial).unwrap_or(initial));
                Ok(())
            }
        }
    )* };
}

/// `as` without its silent truncation.
trait FromNative<T> {
    fn from_ne(value: T) -> Self;
}

impl<T: TryInto<Self, Error: Debug>> FromNative<T> for i128 {
    fn from_ne(value: T) -> Self {
        value.try_into().unwrap()
    }
}

for_every_integer!(integers);

/// Calls `operation` with a closure to call, and checks that no section is held during that call.
fn runs_outside_sections(operation: impl FnOnce(&dyn Fn())) {
    let free = Cell::new(None);
    operation(&|| free.set(Some(section_is_free(LIMIT))));
    assert_eq!(
        free.get(),
        Some(true),
        "None: the closure did not run; false: a section is held"
    );
}

#[test]
fn user_closures_run_outside_sections() {
    let word = atomic::AtomicU64::new(0);
    let other = atomic::AtomicU64::new(0);
    let declines = |old| (old == 0).then_some(1);
    runs_outside_sections(|check| {
        let _ = word.try_update(AcqRel, Acquire, |old| {
            check();
            // The library again, on the same word: a reader.
            other.fetch_add(word.load(Relaxed) + 1, Relaxed);
            declines(old)
        });
    });
    runs_outside_sections(|check| {
        word.update(AcqRel, Acquire, |old| {
            check();
            other.fetch_add(1, Relaxed);
            old + 1
        });
    });
    runs_outside_sections(|check| {
        let _ = word.fetch_update(AcqRel, Acquire, |old| {
            check();
            Some(old + 1)
        });
    });
    assert_eq!((word.into_inner(), other.into_inner()), (3, 2));
}

#[test]
#[should_panic(expected = "Some(false)")]
fn a_closure_in_a_section_is_found() {
    let free = Cell::new(None);
    critical_section::with(|_| free.set(Some(section_is_free(Duration::from_millis(20)))));
    assert_eq!(free.get(), Some(true));
}

#[test]
fn a_closure_runs_again_after_another_change() {
    let word = atomic::AtomicU32::new(1);
    let mut seen = Vec::new();
    let updated = word.try_update(AcqRel, Acquire, |old| {
        seen.push(old);
        if seen.len() == 1 {
            thread::scope(|threads| threads.spawn(|| word.store(10, Release)).join().unwrap());
        }
        Some(old * 2)
    });
    assert_eq!(
        (updated, seen, word.into_inner()),
        (Ok(10), vec![1, 10], 20)
    );
}
