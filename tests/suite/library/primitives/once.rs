use super::{LIMIT, race};
use core::{
    panic::AssertUnwindSafe,
    ptr,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};
use indivisible::{
    once::{Blocking, InitializingError, OnceLock, TryInitError, TrySetError, Waiters},
    wait::Polling,
};
use integration_tests::{section_is_free, within};
use proptest::{collection::vec, prelude::*};
use std::{
    panic::{catch_unwind, resume_unwind},
    rc::Rc,
    sync::{Arc, OnceLock as Std},
    thread,
};

#[derive(Clone, Debug)]
enum Step {
    Get,
    GetMut(u32),
    Set(u32),
    GetOrInit(u32),
    GetOrTryInit(Result<u32, u8>),
    Panic,
    Take,
    Replace,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Get),
        any::<u32>().prop_map(Step::GetMut),
        any::<u32>().prop_map(Step::Set),
        any::<u32>().prop_map(Step::GetOrInit),
        any::<Result<u32, u8>>().prop_map(Step::GetOrTryInit),
        Just(Step::Panic),
        Just(Step::Take),
        Just(Step::Replace),
    ]
}

/// A value that counts its live instances.
type Counted = (Rc<()>, u32);

/// A cell, and the function that fills it; neither waits without contention.
struct Flavour<U> {
    new: fn() -> OnceLock<Counted, U>,
    get_or_init: for<'a> fn(&'a OnceLock<Counted, U>, &dyn Fn() -> Counted) -> &'a Counted,
}

const PLAIN: Flavour<Polling> = Flavour {
    new: OnceLock::new,
    get_or_init: |cell, make| cell.try_get_or_init(make).unwrap(),
};

const BLOCKING: Flavour<Blocking> = Flavour {
    new: OnceLock::blocking,
    get_or_init: |cell, make| cell.get_or_init(make).unwrap(),
};

proptest! {
    #[test]
    fn as_std(steps in vec(step(), 0..24)) {
        flavour_as_std(&PLAIN, &steps)?;
        flavour_as_std(&BLOCKING, &steps)?;
    }

    #[test]
    fn filled_from_the_start_as_std(value: u32) {
        let (ours, theirs) = (OnceLock::<_>::from(value), Std::from(value));
        prop_assert_eq!(ours.get(), theirs.get());
        prop_assert_eq!(ours.into_inner(), theirs.into_inner());
    }
}

fn flavour_as_std<U: Waiters>(flavour: &Flavour<U>, steps: &[Step]) -> Result<(), TestCaseError> {
    let tally = Rc::new(());
    let counted = |value| (tally.clone(), value);
    let (mut ours, mut theirs) = ((flavour.new)(), Std::new());
    for step in steps.iter().cloned() {
        match step {
            Step::Get => {}
            Step::GetMut(value) => {
                ours.get_mut().into_iter().for_each(|it| it.1 = value);
                theirs.get_mut().into_iter().for_each(|it| *it = value);
            }
            Step::Set(value) => {
                let set = ours.try_set(counted(value)).map_err(|error| match error {
                    TrySetError::AlreadySet((_, value)) => value,
                    TrySetError::Initializing(_) => unreachable!("there is no other thread"),
                });
                prop_assert_eq!(set, theirs.set(value));
            }
            Step::GetOrInit(value) => {
                let seen = (flavour.get_or_init)(&ours, &|| counted(value)).1;
                prop_assert_eq!(&seen, theirs.get_or_init(|| value));
            }
            Step::GetOrTryInit(value) => {
                let seen = ours.try_get_or_try_init(|| value.map(counted));
                let expected = match (theirs.get(), value) {
                    (Some(value), _) => Ok(*value),
                    (None, Ok(value)) => Ok(*theirs.get_or_init(|| value)),
                    (None, Err(error)) => Err(TryInitError::Failed(error)),
                };
                prop_assert_eq!(seen.map(|it| it.1), expected);
            }
            Step::Panic => {
                let planted = || resume_unwind(Box::new("planted"));
                let ours = AssertUnwindSafe(|| (flavour.get_or_init)(&ours, &planted).1);
                let theirs = AssertUnwindSafe(|| *theirs.get_or_init(|| planted().1));
                prop_assert_eq!(catch_unwind(ours).ok(), catch_unwind(theirs).ok());
            }
            Step::Take => prop_assert_eq!(ours.take().map(|it| it.1), theirs.take()),
            // Its value is dropped with the cell.
            Step::Replace => (ours, theirs) = ((flavour.new)(), Std::new()),
        }
        prop_assert_eq!(ours.get().map(|it| it.1), theirs.get().copied());
        prop_assert_eq!(
            Rc::strong_count(&tally) - 1,
            usize::from(theirs.get().is_some())
        );
    }
    prop_assert_eq!(ours.into_inner().map(|it| it.1), theirs.into_inner());
    prop_assert_eq!(Rc::strong_count(&tally), 1);
    Ok(())
}

#[test]
fn all_get_the_same_reference_and_one_initializer_runs() {
    within(LIMIT, || {
        for round in 0..500 {
            let cell = OnceLock::new();
            let runs = AtomicUsize::new(0);
            let got = race(2 + round % 7, |number| {
                loop {
                    let init = || {
                        runs.fetch_add(1, Relaxed);
                        Box::new(number)
                    };
                    match cell.try_get_or_init(init) {
                        Ok(value) => break value,
                        Err(InitializingError) => thread::yield_now(),
                    }
                }
            });
            assert!(got.iter().all(|it| ptr::eq(*it, got[0])), "two values");
            assert_eq!(runs.load(Relaxed), 1);
        }
    });
}

#[test]
fn every_value_is_returned_or_stored() {
    for round in 0..500 {
        let cell = OnceLock::new();
        let tally = Arc::new(());
        let refused = race(2 + round % 7, |number| {
            let value = (tally.clone(), number);
            cell.try_set(value).map_err(TrySetError::into_inner).err()
        });
        let winner = cell.get().unwrap().1;
        for (number, refused) in refused.iter().enumerate() {
            let returned = refused.as_ref().map(|it| it.1);
            assert_eq!(returned, (number != winner).then_some(number));
        }
        drop((cell, refused));
        assert_eq!(Arc::strong_count(&tally), 1, "a value is lost");
    }
}

#[test]
fn the_next_call_after_a_panic_initializes() {
    within(LIMIT, || {
        for _ in 0..50 {
            let cell = OnceLock::new();
            let got = race(4, |number| {
                loop {
                    let init = || {
                        assert_ne!(number, 0, "planted");
                        number
                    };
                    match catch_unwind(AssertUnwindSafe(|| cell.try_get_or_init(init))) {
                        Ok(Ok(value)) => break *value,
                        Ok(Err(InitializingError)) | Err(_) => thread::yield_now(),
                    }
                }
            });
            assert!(got.iter().all(|it| *it == got[0] && *it != 0), "{got:?}");
        }
    });
}

#[test]
fn other_threads_get_an_error_meanwhile_and_may_do_everything_else() {
    let cell = OnceLock::new();
    let other = OnceLock::new();
    let made = cell.try_get_or_init(|| {
        assert!(section_is_free(LIMIT), "an initializer runs in a section");
        thread::scope(|threads| {
            threads.spawn(|| {
                assert_eq!(cell.get(), None);
                assert_eq!(cell.try_set(1), Err(TrySetError::Initializing(1)));
                assert_eq!(
                    cell.try_get_or_init(|| unreachable!()),
                    Err(InitializingError)
                );
                let tried = cell.try_get_or_try_init(|| -> Result<_, u8> { unreachable!() });
                assert_eq!(tried, Err(TryInitError::Initializing));
                assert_eq!(other.try_set(2), Ok(()));
            });
        });
        3
    });
    assert_eq!(made, Ok(&3));
    assert_eq!(other.get(), Some(&2));
}

#[test]
fn a_value_may_be_dropped_by_another_thread() {
    let cell = Arc::new(OnceLock::with_value(Box::new(1)));
    race(4, |_| assert_eq!(**cell.get().unwrap(), 1));
    thread::spawn(move || drop(cell)).join().unwrap();
}
