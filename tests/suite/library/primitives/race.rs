use super::{LIMIT, race};
use core::{cell::Cell, num::NonZero, panic::AssertUnwindSafe, ptr};
use indivisible::race::{AlreadySetError, OnceValue, OnceWord, RacyOnce, RacyValue};
use integration_tests::section_is_free;
use once_cell::race::{OnceBool, OnceNonZeroUsize};
use proptest::{collection::vec, prelude::*};
use std::panic::{catch_unwind, resume_unwind};

#[derive(Clone, Debug)]
enum Step<V> {
    Get,
    Set(V),
    GetOrInit(V),
    /// Another context stores the second one while the first is being computed.
    GetOrInitMeanwhile(V, V),
    GetOrTryInit(Result<V, u8>),
    Panic,
}

fn step<V: Arbitrary + Clone + 'static>() -> impl Strategy<Value = Step<V>> {
    prop_oneof![
        Just(Step::Get),
        any::<V>().prop_map(Step::Set),
        any::<V>().prop_map(Step::GetOrInit),
        any::<(V, V)>().prop_map(|(own, other)| Step::GetOrInitMeanwhile(own, other)),
        any::<Result<V, u8>>().prop_map(Step::GetOrTryInit),
        Just(Step::Panic),
    ]
}

/// Both have these methods.
macro_rules! get_or_init {
    ($once:expr, $step:expr) => {{
        let (once, step) = (&$once, $step);
        let got = AssertUnwindSafe(|| match step {
            Step::GetOrInit(value) => once.get_or_init(|| value),
            Step::GetOrInitMeanwhile(own, other) => once.get_or_init(|| {
                let _ = once.set(other);
                own
            }),
            _ => once.get_or_init(|| resume_unwind(Box::new("planted"))),
        });
        catch_unwind(got).ok()
    }};
}

macro_rules! as_once_cell {
    ($($name:ident: $Value:ty, $Theirs:ident;)*) => { $(
        proptest! {
            #[test]
            fn $name(steps in vec(step::<$Value>(), 0..12)) {
                let (ours, theirs) = (OnceWord::<$Value>::new(), $Theirs::new());
                for step in steps {
                    match step {
                        Step::Get => {}
                        Step::Set(value) => {
                            let set = theirs.set(value);
                            let set = set.map_err(|()| AlreadySetError { current: theirs.get().unwrap() });
                            prop_assert_eq!(ours.set(value), set);
                        }
                        Step::GetOrTryInit(value) => {
                            let got = theirs.get_or_try_init(|| value);
                            prop_assert_eq!(ours.get_or_try_init(|| value), got);
                        }
                        step => {
                            let got = get_or_init!(theirs, step.clone());
                            prop_assert_eq!(get_or_init!(ours, step), got);
                        }
                    }
                    prop_assert_eq!(ours.get(), theirs.get());
                }
            }
        }
    )* };
}

as_once_cell! {
    numbers_as_once_cell: NonZero<usize>, OnceNonZeroUsize;
    booleans_as_once_cell: bool, OnceBool;
}

/// Checks that each of `values` is stored, read back, and set only once.
fn keeps<V: RacyValue + OnceValue + Copy + PartialEq + core::fmt::Debug>(values: &[V]) {
    for &value in values {
        let racy = RacyOnce::new();
        assert_eq!(racy.get(), None);
        assert_eq!(racy.get_or_init(|| value), value);
        assert_eq!(racy.get_or_init(|| unreachable!("there is a value")), value);
        assert_eq!(racy.get(), Some(value));

        let once = OnceWord::new();
        assert_eq!(once.get(), None);
        assert_eq!(once.get_or_try_init(|| Err("no")), Err("no"));
        assert_eq!(once.get_or_init(|| value), value);
        assert_eq!(once.get_or_init(|| unreachable!("there is a value")), value);
        for &other in values {
            assert_eq!(once.set(other), Err(AlreadySetError { current: value }));
        }
        assert_eq!(once.get(), Some(value));
    }
}

macro_rules! non_zero {
    ($($Value:ident)*) => { $(
        #[test]
        fn $Value() {
            let values = [1, $Value::MIN, $Value::MAX, $Value::MAX / 2, $Value::MAX / 2 + 1];
            keeps(&values.into_iter().filter_map(NonZero::new).collect::<Vec<_>>());
        }
    )* };
}
non_zero! { u8 i8 u16 i16 u32 i32 u64 i64 usize isize }

#[test]
fn booleans() {
    keeps(&[false, true]);
}

#[test]
fn references() {
    static VALUES: [u32; 2] = [1, 2];
    let once = OnceWord::new();
    let racy = RacyOnce::new();
    assert!(ptr::eq(once.get_or_init(|| &VALUES[1]), &VALUES[1]));
    assert!(ptr::eq(racy.get_or_init(|| &VALUES[1]), &VALUES[1]));
    assert!(ptr::eq(
        once.set(&VALUES[0]).unwrap_err().current,
        &VALUES[1]
    ));
    assert!(ptr::eq(racy.get().unwrap(), &VALUES[1]));
    // A reference to an empty value is a value, too.
    static NOTHING: () = ();
    keeps(&[&NOTHING]);
}

#[test]
fn all_get_the_value_of_the_winner() {
    for round in 0..500 {
        let once = OnceWord::<NonZero<u64>>::new();
        let threads = 2 + round % 7;
        // Both halves differ between threads.
        let value = |number| NonZero::new((number as u64 + 1) * 0x1_0000_0001).unwrap();
        let got = race(threads, |number| {
            let got = once.get_or_init(|| value(number));
            assert_eq!(once.get(), Some(got));
            got
        });
        assert!(got.iter().all(|it| *it == got[0]), "{got:?}");
        assert!(
            (0..threads).any(|number| value(number) == got[0]),
            "no thread's value: {got:?}"
        );
    }
}

#[test]
fn exactly_one_sets() {
    for round in 0..500 {
        let once = OnceWord::<NonZero<u16>>::new();
        let value = |number| NonZero::new(number as u16 + 1).unwrap();
        let got = race(2 + round % 7, |number| once.set(value(number)));
        let winners: Vec<usize> = (0..got.len()).filter(|it| got[*it].is_ok()).collect();
        let [winner] = winners[..] else {
            panic!("not one winner: {got:?}")
        };
        let lost = Err(AlreadySetError {
            current: value(winner),
        });
        assert!(got.iter().all(|it| it.is_ok() || *it == lost), "{got:?}");
    }
}

#[test]
fn an_idempotent_value_is_the_same_for_all() {
    for round in 0..500 {
        let racy = RacyOnce::<NonZero<usize>>::new();
        let got = race(2 + round % 7, |_| {
            racy.get_or_init(|| NonZero::new(7).unwrap()).get()
        });
        assert!(got.iter().all(|it| *it == 7), "{got:?}");
    }
}

#[test]
fn a_reference_publishes_its_target() {
    for _ in 0..500 {
        let once = OnceWord::<&'static [u32; 4]>::new();
        let got = race(4, |number| {
            *once.get_or_init(|| Box::leak(Box::new([number as u32; 4])))
        });
        assert!(got.iter().all(|it| *it == got[0]), "{got:?}");
    }
}

#[test]
fn a_panic_leaves_it_empty() {
    let once = OnceWord::<NonZero<u8>>::new();
    let racy = RacyOnce::<NonZero<u8>>::new();
    let planted = || -> NonZero<u8> { panic!("planted") };
    assert!(catch_unwind(AssertUnwindSafe(|| once.get_or_init(planted))).is_err());
    assert!(catch_unwind(AssertUnwindSafe(|| racy.get_or_init(planted))).is_err());
    assert_eq!((once.get(), racy.get()), (None, None));
    assert_eq!(once.set(NonZero::<u8>::MAX), Ok(()));
}

#[test]
fn initializers_run_outside_sections_and_may_be_reentered() {
    let (once, racy) = (OnceWord::<bool>::new(), RacyOnce::<bool>::new());
    let runs = Cell::new(0);
    let init = || {
        runs.set(runs.get() + 1);
        assert!(section_is_free(LIMIT));
    };
    let inner_wins = once.get_or_init(|| {
        init();
        once.get_or_init(|| true);
        false
    });
    let last_wins = racy.get_or_init(|| {
        init();
        racy.get_or_init(|| true);
        false
    });
    assert_eq!((inner_wins, last_wins, runs.get()), (true, false, 2));
    assert_eq!(racy.get(), Some(false));
}
