//! Threads and tasks that wait for an initializer.

use super::{
    LIMIT, SHORT,
    executor::{Bed, block_on, poll},
};
use core::{
    future::{pending, poll_fn},
    panic::AssertUnwindSafe,
    pin::pin,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    task::{Poll, Waker},
};
use indivisible::{
    once::{Blocking, InitError, InitializingError, OnceLock, ReentrantError},
    wait::task::Wakers,
};
use integration_tests::{race, within};
use std::{
    panic::catch_unwind,
    sync::{Arc, Barrier},
    thread,
};

const THREADS: usize = 6;

#[test]
fn all_threads_get_the_one_value() {
    within(LIMIT, || {
        for _ in 0..2_000 {
            let (cell, made) = (OnceLock::<_, Blocking>::blocking(), AtomicUsize::new(0));
            let seen = race(THREADS, |number| {
                // Two kinds of waiters: with and without an initializer.
                let value = if number < 4 {
                    cell.get_or_init(|| Box::new(made.fetch_add(1, Relaxed) + 41))
                } else {
                    cell.wait()
                };
                core::ptr::from_ref(value.unwrap()).addr()
            });
            assert!(seen.iter().all(|address| *address == seen[0]));
            assert_eq!(made.load(Relaxed), 1);
            assert_eq!(cell.get(), Some(&Box::new(41)));
        }
    });
}

/// All initializers but the last fail; after each failure another thread runs its own.
#[test]
fn after_each_failure_a_waiting_thread_takes_over() {
    within(LIMIT, || {
        for round in 0..500 {
            let panics = round % 2 == 0;
            let (cell, begun) = (OnceLock::<_, Blocking>::blocking(), AtomicUsize::new(0));
            let make = || {
                let number = begun.fetch_add(1, Relaxed);
                match number + 1 == THREADS {
                    true => Ok(number),
                    // Not the message of a panic, which would be printed thousands of times.
                    false if panics => std::panic::resume_unwind(Box::new("planted")),
                    false => Err("planted"),
                }
            };
            let ends = race(THREADS, |_| {
                let end = catch_unwind(AssertUnwindSafe(|| cell.get_or_try_init(make)));
                match end {
                    Ok(end) => end.is_ok(),
                    Err(_) => false,
                }
            });
            assert_eq!(ends.iter().filter(|made| **made).count(), 1);
            assert_eq!(begun.load(Relaxed), THREADS);
            assert_eq!(cell.get(), Some(&(THREADS - 1)));
        }
    });
}

/// The `try_` forms of a cell that threads wait for return an error.
#[test]
fn the_try_forms_do_not_wait() {
    within(LIMIT, || {
        let cell = OnceLock::<u32, Blocking>::blocking();
        let (running, told) = (Barrier::new(2), Barrier::new(2));
        race(2, |number| {
            if number == 0 {
                let value = cell.get_or_init(|| {
                    running.wait();
                    told.wait();
                    7
                });
                assert_eq!(value, Ok(&7));
            } else {
                running.wait();
                assert_eq!(cell.try_get_or_init(|| 8), Err(InitializingError));
                assert_eq!(cell.get(), None);
                told.wait();
                assert_eq!(cell.wait(), Ok(&7));
            }
        });
    });
}

#[test]
fn an_initializer_may_use_other_cells_and_its_own_returns_an_error() {
    within(LIMIT, || {
        let [outer, inner] = [(); 2].map(|()| OnceLock::<u32, Blocking>::blocking());
        let value = outer.get_or_init(|| {
            let other = *inner.get_or_init(|| 1).unwrap();
            assert_eq!(outer.get_or_init(|| 9), Err(ReentrantError));
            // The refused call and the other cell's initialization do not change the owner.
            assert_eq!(outer.wait(), Err(ReentrantError));
            other + 1
        });
        assert_eq!(value, Ok(&2));
        // The owner has finished: a later call of this thread is not reentrant.
        assert_eq!(outer.get_or_init(|| 9), Ok(&2));
    });
}

/// Owners are distinguished by an address, which a new thread may reuse after its owner has ended.
#[test]
fn a_later_thread_is_not_mistaken_for_the_owner() {
    within(LIMIT, || {
        let cell = OnceLock::<u32, Blocking>::blocking();
        for _ in 0..50 {
            let failed = thread::scope(|threads| {
                threads
                    .spawn(|| cell.get_or_try_init(|| Err::<u32, _>("planted")))
                    .join()
                    .unwrap()
            });
            assert_eq!(failed, Err(InitError::Failed("planted")));
        }
        assert_eq!(cell.get_or_init(|| 7), Ok(&7));
    });
}

/// A failed initializer is no longer the owner: its thread can wait for another one.
#[test]
fn a_thread_waits_after_its_own_initializer_failed() {
    within(LIMIT, || {
        for _ in 0..200 {
            let cell = OnceLock::<u32, Blocking>::blocking();
            assert_eq!(
                cell.get_or_try_init(|| Err("planted")),
                Err(InitError::Failed("planted"))
            );
            let about_to_wait = Barrier::new(2);
            thread::scope(|threads| {
                threads.spawn(|| {
                    about_to_wait.wait();
                    cell.set(7).unwrap();
                });
                about_to_wait.wait();
                assert_eq!(cell.wait(), Ok(&7));
            });
        }
    });
}

#[test]
#[should_panic(expected = "it hangs")]
fn a_planted_initializer_that_never_ends_is_found() {
    within(SHORT, || {
        let cell = OnceLock::<u32, Blocking>::blocking();
        let begun = Barrier::new(2);
        race(2, |number| {
            if number == 0 {
                begun.wait();
                return cell.wait().copied();
            }
            cell.get_or_init(|| {
                begun.wait();
                loop {
                    thread::park();
                }
            })
            .copied()
        });
    });
}

/// Yields to the other tasks, once.
async fn yield_now() {
    let mut yielded = false;
    poll_fn(|context| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[test]
fn every_task_gets_the_one_value() {
    within(LIMIT, || {
        for _ in 0..1_000 {
            let cell = OnceLock::with_unparker(Wakers::<THREADS>::new());
            let made = AtomicUsize::new(0);
            let seen = race(THREADS, |_| {
                let value = block_on(cell.get_or_init(async || {
                    yield_now().await;
                    made.fetch_add(1, Relaxed) + 41
                }));
                *value.0.unwrap()
            });
            assert_eq!(seen, [41; THREADS]);
            assert_eq!(made.load(Relaxed), 1);
        }
    });
}

#[test]
fn a_task_that_is_dropped_while_it_initializes_leaves_the_cell_to_another() {
    within(LIMIT, || {
        for _ in 0..500 {
            let cell = OnceLock::with_unparker(Wakers::<THREADS>::new());
            let begun = Barrier::new(THREADS);
            let seen = race(THREADS, |number| {
                if number > 0 {
                    begun.wait();
                    return block_on(cell.get_or_init(async || number)).0.copied();
                }
                {
                    let mut never = pin!(cell.get_or_init(async || pending().await));
                    let waker = Waker::from(Arc::new(Bed::default()));
                    assert!(poll(never.as_mut(), &waker).is_pending());
                    begun.wait();
                }
                block_on(cell.initialized()).0.copied()
            });
            let value = seen[0].unwrap();
            assert!((1..THREADS).contains(&value));
            assert_eq!(seen, [Ok(value); THREADS]);
        }
    });
}
