//! Every type of `indivisible::atomic` and every operation, beside `core`'s, on the same sequences; and
//! `indivisible::update` beside a sequential model. All of it holds natively and with
//! `--cfg indivisible_force_sections`.

use core::{
    cell::Cell,
    fmt::Debug,
    sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst},
    time::Duration,
};
use indivisible::{atomic, update};
use integration_tests::section_is_free;
use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use std::thread;

const LIMIT: Duration = Duration::from_secs(60);

const NATIVE: bool = !cfg!(indivisible_force_sections);

#[derive(Clone, Copy, Debug)]
enum Kind {
    Load,
    Store,
    Swap,
    CompareExchange,
    CompareExchangeWeak,
    FetchUpdate,
    Add,
    Sub,
    And,
    Nand,
    Or,
    Xor,
    Max,
    Min,
}

const WORD: &[Kind] = &[
    Kind::Load,
    Kind::Store,
    Kind::Swap,
    Kind::CompareExchange,
    Kind::CompareExchangeWeak,
    Kind::FetchUpdate,
];
const BITS: &[Kind] = &[Kind::And, Kind::Nand, Kind::Or, Kind::Xor];
const NUMBER: &[Kind] = &[Kind::Add, Kind::Sub, Kind::Max, Kind::Min];

#[derive(Clone, Copy, Debug)]
struct Step<V> {
    kind: Kind,
    value: V,
    /// What a comparison expects; `None` for what is there.
    current: Option<V>,
    load: Ordering,
    store: Ordering,
    change: Ordering,
}

fn steps<V: Clone + Debug + 'static>(
    kinds: &[&'static [Kind]],
    value: BoxedStrategy<V>,
) -> impl Strategy<Value = (V, Vec<Step<V>>)> {
    let step = (
        prop::sample::select(kinds.concat()),
        value.clone(),
        prop::option::of(value.clone()),
        prop::sample::select(&[Relaxed, Acquire, SeqCst][..]),
        prop::sample::select(&[Relaxed, Release, SeqCst][..]),
        prop::sample::select(&[Relaxed, Acquire, Release, AcqRel, SeqCst][..]),
    )
        .prop_map(|(kind, value, current, load, store, change)| Step {
            kind,
            value,
            current,
            load,
            store,
            change,
        });
    (value, vec(step, 0..64))
}

/// What one operation returned.
#[derive(Debug, PartialEq)]
enum Returned<V> {
    Nothing,
    Value(V),
    Exchanged(Result<V, V>),
}

/// Performs a step that every type has; both `std`'s atomics and ours have these methods.
macro_rules! word_step {
    ($atomic:expr, $step:expr) => {{
        let (atomic, step) = (&$atomic, $step);
        let current = step.current.unwrap_or_else(|| atomic.load(Relaxed));
        match step.kind {
            Kind::Load => Returned::Value(atomic.load(step.load)),
            Kind::Store => {
                atomic.store(step.value, step.store);
                Returned::Nothing
            }
            Kind::Swap => Returned::Value(atomic.swap(step.value, step.change)),
            Kind::CompareExchange => Returned::Exchanged(atomic.compare_exchange(
                current,
                step.value,
                step.change,
                step.load,
            )),
            Kind::CompareExchangeWeak => loop {
                let exchanged =
                    atomic.compare_exchange_weak(current, step.value, step.change, step.load);
                // Anything else than a failure for no reason.
                if exchanged != Err(current) {
                    break Returned::Exchanged(exchanged);
                }
            },
            _ => Returned::Exchanged(atomic.fetch_update(step.change, step.load, |old| {
                (Some(old) != step.current).then_some(step.value)
            })),
        }
    }};
}

macro_rules! bits_step {
    ($atomic:expr, $step:expr) => {
        match $step.kind {
            Kind::And => Returned::Value($atomic.fetch_and($step.value, $step.change)),
            Kind::Nand => Returned::Value($atomic.fetch_nand($step.value, $step.change)),
            Kind::Or => Returned::Value($atomic.fetch_or($step.value, $step.change)),
            Kind::Xor => Returned::Value($atomic.fetch_xor($step.value, $step.change)),
            _ => word_step!($atomic, $step),
        }
    };
}

macro_rules! number_step {
    ($atomic:expr, $step:expr) => {
        match $step.kind {
            Kind::Add => Returned::Value($atomic.fetch_add($step.value, $step.change)),
            Kind::Sub => Returned::Value($atomic.fetch_sub($step.value, $step.change)),
            Kind::Max => Returned::Value($atomic.fetch_max($step.value, $step.change)),
            Kind::Min => Returned::Value($atomic.fetch_min($step.value, $step.change)),
            _ => bits_step!($atomic, $step),
        }
    };
}

/// The function `$name`: whether `$Ours` and `$Theirs` return the same and end with the same value.
macro_rules! agree {
    ($name:ident, $step:ident, $Value:ty, $Ours:ty, $Theirs:ty) => {
        fn $name((initial, steps): ($Value, Vec<Step<$Value>>)) -> Result<(), TestCaseError> {
            let (ours, theirs) = (<$Ours>::new(initial), <$Theirs>::new(initial));
            for step in &steps {
                prop_assert_eq!($step!(ours, step), $step!(theirs, step));
            }
            prop_assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
            prop_assert_eq!(ours.into_inner(), theirs.into_inner());
            Ok(())
        }
    };
}

/// Any value, and the ones where arithmetic goes wrong more often than by chance.
macro_rules! values {
    ($Value:ident) => {
        prop_oneof![
            2 => any::<$Value>(),
            1 => prop::sample::select(vec![0, 1, $Value::MIN, $Value::MAX, $Value::MAX - 1]),
        ]
        .boxed()
    };
}

macro_rules! integers {
    ($($module:ident: $Atomic:ident, $Value:ident;)*) => { $(
        mod $module {
            use super::*;

            agree!(agree, number_step, $Value, atomic::$Atomic, core::sync::atomic::$Atomic);

            proptest! {
                #[test]
                fn as_std(case in steps(&[WORD, BITS, NUMBER], values!($Value))) {
                    agree(case)?;
                }

                #[test]
                fn updates_as_the_model(
                    initial in values!($Value), n in values!($Value), bound in values!($Value),
                ) {
                    update_model(initial, n, bound)?;
                }
            }

            fn update_model(initial: $Value, n: $Value, bound: $Value) -> Result<(), TestCaseError> {
                const LEAST: i128 = $Value::MIN as i128;
                const MOST: i128 = $Value::MAX as i128;
                // In a type where nothing overflows.
                let (old, by) = (i128::from_ne(initial), i128::from_ne(n));
                let fits = |value: i128| (LEAST..=MOST).contains(&value);
                let word = atomic::$Atomic::new(initial);
                let left = || word.swap(initial, Relaxed);

                let added = update::checked_add(&word, n, AcqRel);
                prop_assert_eq!(added, if fits(old + by) { Ok(initial) } else { Err(initial) });
                prop_assert_eq!(i128::from_ne(left()), if fits(old + by) { old + by } else { old });

                prop_assert_eq!(update::saturating_add(&word, n, Relaxed), initial);
                prop_assert_eq!(i128::from_ne(left()), (old + by).clamp(LEAST, MOST));

                prop_assert_eq!(update::saturating_sub(&word, n, Release), initial);
                prop_assert_eq!(i128::from_ne(left()), (old - by).clamp(LEAST, MOST));

                let below = fits(old + by) && old + by <= i128::from_ne(bound);
                let added = update::add_below(&word, n, bound, SeqCst);
                prop_assert_eq!(added, if below { Ok(initial) } else { Err(initial) });
                prop_assert_eq!(i128::from_ne(left()), if below { old + by } else { old });

                prop_assert_eq!(update::raise_to(&word, bound), initial);
                prop_assert_eq!(left(), initial.max(bound));

                prop_assert_eq!(update::lower_to(&word, bound), initial);
                prop_assert_eq!(left(), initial.min(bound));

                prop_assert_eq!(update::update(&word, AcqRel, Acquire, |old| old ^ n), initial);
                prop_assert_eq!(left(), initial ^ n);

                let odd = |old: $Value| (old & 1 == 1).then_some(n);
                let updated = update::try_update(&word, Release, Relaxed, odd);
                prop_assert_eq!(updated, odd(initial).map(|_| initial).ok_or(initial));
                prop_assert_eq!(left(), odd(initial).unwrap_or(initial));
                Ok(())
            }

            #[test]
            fn has_what_both_modes_have() {
                assert_eq!(atomic::$Atomic::default().into_inner(), $Value::default());
                let word = atomic::$Atomic::from(7);
                assert_eq!((word.fetch_not(SeqCst), word.into_inner()), (7, !7));
                assert_eq!(atomic::$Atomic::is_always_lock_free(), NATIVE);
                assert_eq!(atomic::$Atomic::is_lock_free(), NATIVE);
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

integers! {
    u8: AtomicU8, u8;
    i8: AtomicI8, i8;
    u16: AtomicU16, u16;
    i16: AtomicI16, i16;
    u32: AtomicU32, u32;
    i32: AtomicI32, i32;
    u64: AtomicU64, u64;
    i64: AtomicI64, i64;
    usize: AtomicUsize, usize;
    isize: AtomicIsize, isize;
}

agree!(
    booleans_agree,
    bits_step,
    bool,
    atomic::AtomicBool,
    core::sync::atomic::AtomicBool
);
agree!(
    pointers_agree,
    word_step,
    *mut u32,
    atomic::AtomicPtr<u32>,
    core::sync::atomic::AtomicPtr<u32>
);

/// Never dereferenced.
fn pointers() -> BoxedStrategy<*mut u32> {
    prop::sample::select(vec![0usize, 4, 8, usize::MAX & !3])
        .prop_map(core::ptr::without_provenance_mut)
        .boxed()
}

proptest! {
    #[test]
    fn booleans_as_std(case in steps(&[WORD, BITS], any::<bool>().boxed())) {
        booleans_agree(case)?;
    }

    #[test]
    fn pointers_as_std(case in steps(&[WORD], pointers())) {
        pointers_agree(case)?;
    }
}

#[test]
fn booleans_and_pointers_have_what_both_modes_have() {
    let mut flag = atomic::AtomicBool::default();
    assert!(!flag.fetch_not(Relaxed));
    assert!(*flag.get_mut());
    let mut pointer = atomic::AtomicPtr::<u32>::default();
    assert!(pointer.get_mut().is_null());
}

/// `core`'s atomic with one operation gone wrong, in the one case that is easily forgotten.
mod planted {
    use super::*;

    #[derive(Debug)]
    #[repr(transparent)]
    struct ForgetsTheSign(core::sync::atomic::AtomicI8);

    impl ForgetsTheSign {
        const fn new(value: i8) -> Self {
            Self(core::sync::atomic::AtomicI8::new(value))
        }

        fn fetch_max(&self, value: i8, order: Ordering) -> i8 {
            let larger = |old: i8| (value as u8 > old as u8).then_some(value);
            let (Ok(old) | Err(old)) = self.0.fetch_update(order, Relaxed, larger);
            old
        }

        fn into_inner(self) -> i8 {
            self.0.into_inner()
        }
    }

    impl core::ops::Deref for ForgetsTheSign {
        type Target = core::sync::atomic::AtomicI8;

        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }

    agree!(
        agree,
        number_step,
        i8,
        ForgetsTheSign,
        core::sync::atomic::AtomicI8
    );

    #[test]
    fn a_wrong_operation_is_found() {
        let mut runner = TestRunner::new(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        // Alone among the operations, so that the printed values cannot be the reason.
        let only_max = steps(&[&[Kind::Max]], values!(i8));
        assert!(runner.run(&only_max, agree).is_err());
    }
}

/// Calls `operation` with a closure to run inside, and expects that nobody was kept out meanwhile.
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
fn closures_of_users_run_outside_sections() {
    let word = atomic::AtomicU64::new(0);
    let other = atomic::AtomicU64::new(0);
    let declines = |old| (old == 0).then_some(1);
    runs_outside_sections(|check| {
        let _ = update::try_update(&word, AcqRel, Acquire, |old| {
            check();
            // The same library again, and the same word: a reader.
            other.fetch_add(word.load(Relaxed) + 1, Relaxed);
            declines(old)
        });
    });
    runs_outside_sections(|check| {
        update::update(&word, AcqRel, Acquire, |old| {
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
fn a_closure_runs_again_after_somebody_elses_change() {
    let word = atomic::AtomicU32::new(1);
    let mut seen = Vec::new();
    let updated = update::try_update(&word, AcqRel, Acquire, |old| {
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

#[test]
fn the_halves_of_64_bits_belong_together() {
    const ROUNDS: u64 = 20_000;
    let word = atomic::AtomicU64::new(0);
    // Both halves the same, so that a mixture shows.
    let both = |n: u64| n << 32 | n;
    thread::scope(|threads| {
        threads.spawn(|| (0..ROUNDS).for_each(|n| word.store(both(n), Release)));
        threads.spawn(|| {
            let mut last = 0;
            for _ in 0..ROUNDS {
                let now = word.load(Acquire);
                assert_eq!(now, both(now & u64::from(u32::MAX)));
                assert!(now >= last, "a step back");
                last = now;
            }
        });
    });
}

#[test]
fn no_change_is_lost() {
    const EACH: u32 = 10_000;
    let (narrow, wide) = (atomic::AtomicU16::new(0), atomic::AtomicI64::new(0));
    let below = atomic::AtomicU32::new(0);
    thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                for _ in 0..EACH {
                    narrow.fetch_add(1, Relaxed);
                    update::update(&wide, Relaxed, Relaxed, |old| old - (1 << 31));
                    let _ = update::add_below(&below, 3, EACH, Relaxed);
                }
            });
        }
    });
    assert_eq!(u32::from(narrow.into_inner()), EACH * 4 % (1 << 16));
    assert_eq!(wide.into_inner(), -(i64::from(EACH * 4) << 31));
    assert_eq!(below.into_inner(), EACH / 3 * 3);
}
