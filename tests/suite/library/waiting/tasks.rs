//! Tasks that wait for one object.

use super::{
    LIMIT, SHORT,
    executor::{Bed, block_on, block_on_moving, poll},
};
use core::{
    future::poll_fn,
    mem,
    pin::pin,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    task::{Poll, Waker},
};
use indivisible::{
    progress::{ChangeError, Progress, SingleProgress},
    wait::{
        WaitError,
        task::{TaskUnpark, Wakers},
    },
};
use integration_tests::{race, within};
use std::{
    sync::{Arc, Barrier},
    task::Wake,
    thread,
};

const TASKS: usize = 3;

#[test]
fn every_task_is_woken_for_the_end() {
    within(LIMIT, || {
        for round in 0..500 {
            let writers = 1 + round % 2;
            let progress = Progress::with_unparker(2 * writers, Wakers::<TASKS>::new());
            race(TASKS + writers, |number| {
                if number >= TASKS {
                    return (0..2).for_each(|_| progress.advance(1));
                }
                let (complete, polls) = block_on(progress.completed());
                assert_eq!(complete, Ok(()));
                // The first poll, and one for each step.
                assert!(polls <= 1 + 2 * writers, "{polls} polls");
            });
        }
    });
}

/// `tasks` tasks wait for the changes of one writer.
pub(super) fn see_every_change<U: TaskUnpark + Sync>(tasks: usize, unparker: U) {
    let progress = SingleProgress::with_unparker(20, unparker);
    race(tasks + 1, |number| {
        if number == tasks {
            let mut writer = progress.claim().unwrap();
            return (1..=20).for_each(|done| writer.set_done(done));
        }
        let mut seen = 0;
        while seen < 20 {
            let now = block_on(progress.changed(seen)).0.unwrap();
            assert!(now > seen, "woken without a change");
            seen = now;
        }
    });
}

#[test]
fn every_task_sees_every_change_of_one_writer() {
    within(LIMIT, || {
        (0..500).for_each(|_| see_every_change(TASKS, Wakers::<TASKS>::new()));
    });
}

#[test]
fn a_task_that_moves_is_woken_by_its_last_waker() {
    within(LIMIT, || {
        for _ in 0..500 {
            let progress = Progress::with_unparker(41, Wakers::<TASKS>::new());
            race(TASKS + 2, |number| {
                if number >= TASKS {
                    (0..20).for_each(|_| progress.advance(1));
                } else {
                    assert_eq!(block_on_moving(progress.reached(40)), Ok(40));
                }
            });
            assert_eq!(waiting(&progress), 0);
        }
    });
}

#[test]
fn slots_are_used_again_and_a_task_too_many_is_refused() {
    within(LIMIT, || {
        let refusals = AtomicU32::new(0);
        for _ in 0..300 {
            let progress = Progress::with_unparker(61, Wakers::<1>::new());
            race(4, |number| {
                if number == 0 {
                    return (0..60).for_each(|_| progress.advance(1));
                }
                let mut seen = 0;
                while seen < 60 {
                    match block_on(progress.changed(seen)).0 {
                        Ok(now) => seen = now,
                        Err(refused) => {
                            let crowded = ChangeError::Wait(WaitError::TooManyWaiters);
                            assert_eq!(refused, crowded);
                            refusals.fetch_add(1, Relaxed);
                            thread::yield_now();
                        }
                    }
                }
            });
            assert_eq!(waiting(&progress), 0);
        }
        // Three tasks, one slot.
        assert_ne!(refusals.load(Relaxed), 0);
    });
}

#[test]
fn a_task_that_gives_up_leaves_its_slot() {
    within(LIMIT, || {
        for _ in 0..500 {
            let progress = Progress::with_unparker(1 << 20, Wakers::<TASKS>::new());
            let given_up = Barrier::new(TASKS + 1);
            race(TASKS + 1, |number| {
                if number == TASKS {
                    (0..30).for_each(|_| progress.advance(1));
                    given_up.wait();
                    return;
                }
                let waker = Waker::from(Arc::new(Bed::default()));
                for _ in 0..10 {
                    let future = pin!(progress.completed());
                    // Also while a wake-up for the last wait is still running.
                    assert_eq!(poll(future, &waker), Poll::Pending);
                }
                given_up.wait();
            });
            assert_eq!(waiting(&progress), 0);
        }
    });
}

/// The waking context may be slow, or be preempted by the task that it wakes.
#[test]
fn a_task_goes_on_while_it_is_woken_and_needs_no_second_slot() {
    /// Makes the other thread poll the task while this waker is being called.
    struct Called {
        called: Barrier,
        polled: Barrier,
    }
    impl Wake for Called {
        fn wake(self: Arc<Self>) {
            self.called.wait();
            self.polled.wait();
        }
    }

    within(LIMIT, || {
        let progress = Progress::with_unparker(3, Wakers::<1>::new());
        let (called, polled, registered) = (Barrier::new(2), Barrier::new(2), Barrier::new(2));
        let old = Arc::new(Called { called, polled });
        race(2, |number| {
            if number == 0 {
                registered.wait();
                progress.advance(1);
                return;
            }
            let [old_waker, new_waker] = [
                Waker::from(old.clone()),
                Waker::from(Arc::new(Bed::default())),
            ];
            let mut future = pin!(progress.completed());
            assert_eq!(poll(future.as_mut(), &old_waker), Poll::Pending);
            registered.wait();
            old.called.wait();
            assert_eq!(poll(future.as_mut(), &new_waker), Poll::Pending);
            assert_eq!(waiting(&progress), 1);
            // Another wait of the same task.
            future.set(progress.completed());
            assert_eq!(poll(future.as_mut(), &new_waker), Poll::Pending);
            assert_eq!(waiting(&progress), 1);
            old.polled.wait();
        });
        assert_eq!(waiting(&progress), 0);
        // The old waker has been dropped.
        assert_eq!(Arc::strong_count(&old), 1);
    });
}

/// Writes before the wake-up are visible to the task.
#[test]
fn a_woken_task_sees_the_writes_before_the_wake_up() {
    within(LIMIT, || {
        for _ in 0..500 {
            let data = AtomicU32::new(0);
            let progress = Progress::with_unparker(1, Wakers::<2>::new());
            race(3, |number| {
                if number == 0 {
                    data.store(7, Relaxed);
                    progress.advance(1);
                } else {
                    assert_eq!(block_on(progress.completed()).0, Ok(()));
                    assert_eq!(data.load(Relaxed), 7);
                }
            });
        }
    });
}

/// The number of taken slots: all but those that further tasks get, in an incomplete progress.
fn waiting<const N: usize>(progress: &Progress<Wakers<N>>) -> usize {
    assert!(!progress.is_complete());
    let mut probes: Vec<_> = (0..N).map(|_| Box::pin(progress.completed())).collect();
    let mut refused = 0;
    // All at once: each keeps its slot until the last one has been polled.
    for probe in &mut probes {
        match poll(probe.as_mut(), Waker::noop()) {
            Poll::Ready(end) => {
                assert_eq!(end, Err(WaitError::TooManyWaiters));
                refused += 1;
            }
            Poll::Pending => {}
        }
    }
    refused
}

/// A task with a waker that does nothing: the tests above must find it.
#[test]
#[should_panic(expected = "it hangs")]
fn a_planted_lost_wake_up_is_found() {
    within(SHORT, || {
        let progress = Progress::with_unparker(1, Wakers::<1>::new());
        let registered = Barrier::new(2);
        race(2, |number| {
            if number == 0 {
                registered.wait();
                return progress.advance(1);
            }
            let mut complete = pin!(progress.completed());
            let mut first = true;
            block_on(poll_fn(|_| {
                let state = poll(complete.as_mut(), Waker::noop());
                if mem::take(&mut first) {
                    registered.wait();
                }
                state
            }))
            .0
            .unwrap();
        });
    });
}

/// The first program of a new user: `?` ends it after the last step.
#[test]
fn a_loop_over_the_changes_ends() {
    async fn show(progress: &Progress<Wakers<1>>, seen: &mut usize) -> Result<(), ChangeError> {
        loop {
            *seen = progress.changed(*seen).await?;
        }
    }

    within(LIMIT, || {
        let progress = Progress::with_unparker(3, Wakers::new());
        race(2, |number| {
            if number == 0 {
                return (0..3).for_each(|_| progress.advance(1));
            }
            let mut seen = 0;
            let end = block_on(show(&progress, &mut seen)).0;
            assert_eq!((end, seen), (Err(ChangeError::Complete), 3));
        });
    });
}
