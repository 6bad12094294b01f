//! The contract of `std::sync::OnceLock` and `once_cell::sync::OnceCell` except for waiting, for every
//! unparker.

use core::{
    error::Error,
    fmt::{self, Debug},
    future::{Future, pending},
    panic::AssertUnwindSafe,
    pin::pin,
    sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed},
    task::{Context, Poll, Waker},
};
use indivisible::{
    once::{
        Blocking, InitError, InitializingError, OnceLock, ReentrantError, SetError, TryInitError,
        TrySetError, Waiters,
    },
    wait::{Polling, task::Wakers},
};
use std::{panic::catch_unwind, rc::Rc, sync::mpsc::channel, thread};

/// Runs `test` with each unparker.
macro_rules! for_every_unparker {
    ($($test:ident;)*) => { $(
        #[test]
        fn $test() {
            generic::$test::<Polling>();
            generic::$test::<Blocking>();
            generic::$test::<Wakers<2>>();
        }
    )* };
}

for_every_unparker! {
    an_empty_cell_has_no_value;
    a_value_is_found_changed_and_taken_out;
    a_cell_is_reused_after_take;
    clones_hold_a_value_of_their_own;
    cells_with_equal_values_are_equal;
    a_cell_is_printed_as_std_prints_it;
    a_value_is_dropped_once_and_by_its_owner;
    a_value_without_size_is_a_value;
    a_cell_may_outlive_the_target_of_its_value;
    a_panic_while_cloning_leaves_the_original;
}

mod generic {
    use super::*;

    pub(super) trait Unparker: Waiters + Default {}
    impl<U: Waiters + Default> Unparker for U {}

    pub(super) fn an_empty_cell_has_no_value<U: Unparker>() {
        let mut cell = OnceLock::<u32, U>::default();
        assert_eq!(cell.get(), None);
        assert_eq!(cell.get_mut(), None);
        assert_eq!(cell.take(), None);
        assert_eq!(cell.into_inner(), None);
    }

    pub(super) fn a_value_is_found_changed_and_taken_out<U: Unparker>() {
        let mut cell = OnceLock::<_, U>::from(String::from("one"));
        assert_eq!(cell.get().map(String::as_str), Some("one"));
        cell.get_mut().unwrap().push_str(" and two");
        assert_eq!(cell.get().map(String::as_str), Some("one and two"));
        assert_eq!(cell.take().as_deref(), Some("one and two"));
        assert_eq!(cell.into_inner(), None);
        let cell = OnceLock::with_value_and_unparker(3, U::default());
        assert_eq!(cell.into_inner(), Some(3));
    }

    pub(super) fn a_cell_is_reused_after_take<U: Unparker>() {
        let mut cell = OnceLock::<_, U>::default();
        for round in 0..3 {
            assert_eq!(cell.try_get_or_init(|| round), Ok(&round));
            assert_eq!(cell.try_set(9), Err(TrySetError::AlreadySet(9)));
            assert_eq!(cell.take(), Some(round));
            assert_eq!(cell.get(), None);
        }
        assert_eq!(cell.try_set(9), Ok(()));
    }

    pub(super) fn clones_hold_a_value_of_their_own<U: Unparker>() {
        let cell = OnceLock::<_, U>::from(String::from("one"));
        let mut clone = cell.clone();
        clone.get_mut().unwrap().push_str(" and two");
        assert_eq!(cell.get().unwrap(), "one");
        assert_eq!(clone.get().unwrap(), "one and two");
        let empty = OnceLock::<String, U>::default().clone();
        assert_eq!(empty.get(), None);
        assert_eq!(empty.try_set(String::from("later")), Ok(()));
    }

    pub(super) fn cells_with_equal_values_are_equal<U: Unparker>() {
        let [empty, other] = [(); 2].map(|()| OnceLock::<u32, U>::default());
        let [one, one_too, two] = [1, 1, 2].map(OnceLock::<_, U>::from);
        assert!(empty == other);
        assert!(one == one_too);
        assert!(one != two);
        assert!(one != empty);
        assert!(empty != one);
    }

    pub(super) fn a_cell_is_printed_as_std_prints_it<U: Unparker>() {
        fn same(ours: &impl Debug, theirs: &impl Debug) {
            assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
            assert_eq!(format!("{ours:#?}"), format!("{theirs:#?}"));
        }
        let (ours, theirs) = (OnceLock::<_, U>::default(), std::sync::OnceLock::new());
        same(&ours, &theirs);
        assert_eq!(format!("{ours:?}"), "OnceLock(<uninit>)");
        ours.try_set(["one", "two"]).unwrap();
        theirs.set(["one", "two"]).unwrap();
        same(&ours, &theirs);
    }

    pub(super) fn a_value_is_dropped_once_and_by_its_owner<U: Unparker>() {
        let tally = Rc::new(());
        let value = || tally.clone();
        let alive = || Rc::strong_count(&tally) - 1;
        drop(OnceLock::<Rc<()>, U>::default());
        let mut cell = OnceLock::<_, U>::from(value());
        assert_eq!(alive(), 1);
        drop(cell.try_set(value()));
        assert_eq!(alive(), 1);
        drop(cell.take());
        assert_eq!(alive(), 0);
        cell.try_get_or_init(value).unwrap();
        assert_eq!(alive(), 1);
        *cell.get_mut().unwrap() = value();
        assert_eq!(alive(), 1);
        drop(cell);
        assert_eq!(alive(), 0);
    }

    pub(super) fn a_value_without_size_is_a_value<U: Unparker>() {
        /// Counts its drops.
        struct Nothing;
        static DROPPED: AtomicUsize = AtomicUsize::new(0);
        impl Drop for Nothing {
            fn drop(&mut self) {
                DROPPED.fetch_add(1, Relaxed);
            }
        }
        let before = DROPPED.load(Relaxed);
        let cell = OnceLock::<Nothing, U>::default();
        assert!(cell.get().is_none());
        assert!(cell.try_get_or_init(|| Nothing).is_ok());
        assert!(cell.get().is_some());
        assert_eq!(DROPPED.load(Relaxed), before);
        drop(cell);
        assert_eq!(DROPPED.load(Relaxed), before + 1);
        assert_eq!(OnceLock::<_, U>::from(()).get(), Some(&()));
    }

    /// An `impl Drop` of the cell would not compile here (E0597).
    pub(super) fn a_cell_may_outlive_the_target_of_its_value<U: Unparker>() {
        let cell = OnceLock::<&str, U>::default();
        let text = String::from("shorter lived");
        assert_eq!(cell.try_set(&text), Ok(()));
        assert_eq!(cell.get(), Some(&"shorter lived"));
    }

    pub(super) fn a_panic_while_cloning_leaves_the_original<U: Unparker>() {
        struct Unclonable;
        impl Clone for Unclonable {
            fn clone(&self) -> Self {
                panic!("planted")
            }
        }
        let cell = OnceLock::<_, U>::from(Unclonable);
        assert!(catch_unwind(AssertUnwindSafe(|| cell.clone())).is_err());
        assert!(cell.get().is_some());
    }
}

#[test]
fn a_static_cell_starts_with_a_value() {
    static TABLE: OnceLock<[u8; 2]> = OnceLock::with_value([1, 2]);
    static WAITED_FOR: OnceLock<u8, Blocking> =
        OnceLock::with_value_and_unparker(3, Blocking::new());
    assert_eq!(TABLE.get(), Some(&[1, 2]));
    assert_eq!(TABLE.try_get_or_init(|| unreachable!()), Ok(&[1, 2]));
    assert_eq!(WAITED_FOR.wait(), Ok(&3));
    assert_eq!(WAITED_FOR.get_or_init(|| unreachable!()), Ok(&3));
}

#[test]
fn the_forms_for_threads_behave_as_in_std() {
    let cell = OnceLock::<u32, Blocking>::blocking();
    assert_eq!(
        cell.get_or_try_init(|| Err("no")),
        Err(InitError::Failed("no"))
    );
    assert_eq!(cell.get(), None);
    assert_eq!(cell.set(1), Ok(()));
    assert_eq!(cell.set(2), Err(SetError::AlreadySet(2)));
    assert_eq!(cell.get_or_try_init(|| Err("no")), Ok(&1));
    assert_eq!(cell.wait(), Ok(&1));
    // A call from inside the initializer, which would deadlock in std's cell, returns the error.
    let knot = OnceLock::<u32, Blocking>::blocking();
    let made = knot.get_or_try_init(|| {
        assert_eq!(knot.set(1), Err(SetError::Reentrant(1)));
        match knot.get_or_try_init(|| Ok::<_, fmt::Error>(1)) {
            Err(InitError::Reentrant) => Ok::<_, fmt::Error>(2),
            _ => Err(fmt::Error),
        }
    });
    assert_eq!(made, Ok(&2));
}

/// `set` waits for a running initializer, and succeeds if that one fails.
#[test]
fn set_waits_for_an_initializer() {
    for succeeds in [true, false] {
        let cell = OnceLock::<u32, Blocking>::blocking();
        let (running, begun) = channel();
        let set = thread::scope(|threads| {
            threads.spawn(|| {
                let _ = cell.get_or_try_init(|| {
                    running.send(()).unwrap();
                    succeeds.then_some(1).ok_or("planted")
                });
            });
            begun.recv().unwrap();
            cell.set(2)
        });
        let expected = if succeeds {
            Err(SetError::AlreadySet(2))
        } else {
            Ok(())
        };
        assert_eq!(set, expected);
    }
}

#[test]
fn errors_have_sources_and_messages() {
    let failed = TryInitError::Failed(fmt::Error);
    assert_eq!(failed.to_string(), "the initializer failed");
    assert!(failed.source().is_some_and(|it| it.is::<fmt::Error>()));
    let failed = InitError::Failed(fmt::Error);
    assert_eq!(failed.to_string(), "the initializer failed");
    assert!(failed.source().is_some_and(|it| it.is::<fmt::Error>()));

    let busy = "the value is being initialized by another call";
    assert_eq!(InitializingError.to_string(), busy);
    let refused = TryInitError::<fmt::Error>::from(InitializingError);
    assert_eq!(refused, TryInitError::Initializing);
    assert_eq!(refused.to_string(), busy);
    assert!(refused.source().is_none());
    assert_eq!(TrySetError::Initializing(1).to_string(), busy);

    let knot = "the initializer asked for the value that it computes";
    assert_eq!(ReentrantError.to_string(), knot);
    let refused = InitError::<fmt::Error>::from(ReentrantError);
    assert_eq!(refused, InitError::Reentrant);
    assert_eq!(refused.to_string(), knot);
    assert!(refused.source().is_none());
    assert_eq!(SetError::Reentrant(1).to_string(), knot);

    let set = "the value has already been set";
    assert_eq!(TrySetError::AlreadySet(1).to_string(), set);
    assert_eq!(SetError::AlreadySet(1).to_string(), set);
    assert_eq!(TrySetError::AlreadySet(1).into_inner(), 1);
    assert_eq!(TrySetError::Initializing(2).into_inner(), 2);
    assert_eq!(SetError::AlreadySet(3).into_inner(), 3);
    assert_eq!(SetError::Reentrant(4).into_inner(), 4);
}

/// A leaked future never leaves `RUNNING`; the exclusive borrow proves that it is not running.
#[test]
fn take_empties_a_cell_whose_initializer_was_leaked() {
    let mut cell = OnceLock::<u32, Wakers<2>>::default();
    let mut context = Context::from_waker(Waker::noop());
    let mut leaked = Box::pin(cell.get_or_init(async || pending().await));
    assert_eq!(leaked.as_mut().poll(&mut context), Poll::Pending);
    core::mem::forget(leaked);
    assert_eq!(cell.try_set(1), Err(TrySetError::Initializing(1)));
    assert_eq!(cell.get_mut(), None);
    assert_eq!(cell.take(), None);
    let made = pin!(cell.get_or_init(async || 2)).poll(&mut context);
    assert_eq!(made, Poll::Ready(Ok(&2)));
}

/// The reference from initializing and those from `get` are the same borrow of the cell.
#[test]
fn the_first_reference_sees_stores_through_later_ones() {
    let cell = OnceLock::new();
    let first: &AtomicU32 = cell.try_get_or_init(|| AtomicU32::new(0)).unwrap();
    cell.get().unwrap().store(7, Relaxed);
    assert_eq!(first.load(Relaxed), 7);
    assert!(core::ptr::eq(first, cell.get().unwrap()));
}
