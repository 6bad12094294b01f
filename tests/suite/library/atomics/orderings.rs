//! Orderings that an operation cannot have: a panic, as with `core`'s atomics, outside any critical section.

use core::{cell::Cell, panic::AssertUnwindSafe, ptr, sync::atomic as theirs, time::Duration};
use indivisible::{
    atomic::{
        self as ours,
        Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst},
    },
    pool::AtomicTaggedIndex,
};
use integration_tests::section_is_free;
use std::{
    panic::{catch_unwind, set_hook, take_hook},
    sync::Once,
};

const ALL: [Ordering; 5] = [Relaxed, Acquire, Release, AcqRel, SeqCst];
const LIMIT: Duration = Duration::from_secs(60);

/// An operation and its name.
type Named<'a, F> = (&'static str, &'a F);

/// An operation, orderings with which it panics, and the panic's message.
type Refused = (&'static str, Vec<Ordering>, String);

/// The message of the panic, if the operation panics. Nothing is printed: there are a thousand panics.
fn refuses(operation: impl FnOnce()) -> Option<String> {
    static HOOK: Once = Once::new();
    thread_local! {
        static QUIET: Cell<bool> = const { Cell::new(false) };
    }
    HOOK.call_once(|| {
        let print = take_hook();
        set_hook(Box::new(move |info| {
            if !QUIET.get() {
                print(info);
            }
        }));
    });
    QUIET.set(true);
    let result = catch_unwind(AssertUnwindSafe(operation));
    QUIET.set(false);
    let text = |panic: Box<dyn core::any::Any + Send>| match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => (*panic.downcast::<&str>().unwrap()).to_owned(),
    };
    result.err().map(text)
}

/// The orderings of [`ALL`], and the pairs of them, with which the operations panic.
fn refused<const ONE: usize, const TWO: usize>(
    one: [Named<'_, dyn Fn(Ordering) + '_>; ONE],
    two: [Named<'_, dyn Fn(Ordering, Ordering) + '_>; TWO],
) -> Vec<Refused> {
    let mut refused = Vec::new();
    for set in ALL {
        for (name, operation) in one {
            let refuses = refuses(|| operation(set));
            refused.extend(refuses.map(|text| (name, vec![set], text)));
        }
        for fetch in ALL {
            for (name, operation) in two {
                let refuses = refuses(|| operation(set, fetch));
                refused.extend(refuses.map(|text| (name, vec![set, fetch], text)));
            }
        }
    }
    assert!(section_is_free(LIMIT), "a panic has left a section held");
    refused
}

macro_rules! refused_of {
    ($word:expr, $value:expr) => {{
        let (word, value) = ($word, $value);
        refused(
            [
                ("load", &|order| _ = word.load(order)),
                ("store", &|order| word.store(value, order)),
                ("swap", &|order| _ = word.swap(value, order)),
            ],
            [
                ("compare_exchange", &|set, fetch| {
                    _ = word.compare_exchange(value, value, set, fetch);
                }),
                ("compare_exchange_weak", &|set, fetch| {
                    _ = word.compare_exchange_weak(value, value, set, fetch);
                }),
                ("fetch_update", &|set, fetch| {
                    _ = word.fetch_update(set, fetch, Some);
                }),
            ],
        )
    }};
}

macro_rules! as_core {
    ($($name:ident: $Atomic:ident, $value:expr;)*) => { $(
        #[test]
        fn $name() {
            let expected = refused_of!(theirs::$Atomic::new($value), $value);
            assert_eq!(refused_of!(ours::$Atomic::new($value), $value), expected);
            // Two of the five orderings are refused for a load, for a store, and for the load of a failed exchange.
            assert_eq!(expected.len(), 2 + 2 + 3 * 5 * 2);
        }
    )* };
}

as_core! {
    bool: AtomicBool, true;
    pointer: AtomicPtr, ptr::null_mut::<u8>();
    u8: AtomicU8, 1;
    i8: AtomicI8, 1;
    u16: AtomicU16, 1;
    i16: AtomicI16, 1;
    u32: AtomicU32, 1;
    i32: AtomicI32, 1;
    u64: AtomicU64, 1;
    i64: AtomicI64, 1;
    usize: AtomicUsize, 1;
    isize: AtomicIsize, 1;
}

#[test]
fn an_index_refuses_the_orderings_of_its_word() {
    let word = AtomicTaggedIndex::<4>::new(1);
    let seen = refused(
        [("load", &|order| _ = word.load(order))],
        [("compare_exchange", &|set, fetch| {
            _ = word.compare_exchange(word.load(Relaxed), 2, set, fetch);
        })],
    );
    let mut expected = refused_of!(theirs::AtomicUsize::new(1), 1);
    expected.retain(|(name, ..)| ["load", "compare_exchange"].contains(name));
    assert_eq!(seen, expected);
}
