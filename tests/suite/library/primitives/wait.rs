use super::{LIMIT, race};
use core::{
    panic::AssertUnwindSafe,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Duration,
};
use indivisible::{
    progress::{ChangeError, Progress, SingleProgress},
    wait::{
        Park, Polling, Unpark, WaitError, WakeReason,
        thread::{CurrentThread, ThreadSlot},
    },
};
use integration_tests::within;
use std::{
    panic::catch_unwind,
    sync::{
        Barrier,
        mpsc::{Sender, channel},
    },
    thread,
    time::Instant,
};

/// Longer than the time limit of any test.
const NEVER: Duration = Duration::from_secs(24 * 60 * 60);
const SOON: Duration = Duration::from_millis(1);

/// A [`CurrentThread`] that sends a message after it has registered, when its condition is checked again.
struct Announcing(Sender<()>);

impl Park<ThreadSlot> for Announcing {
    fn park_unless(
        &self,
        slot: &ThreadSlot,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<WakeReason, WaitError> {
        CurrentThread::new().park_unless(slot, &mut || {
            let ready = ready();
            self.0.send(()).unwrap();
            ready
        })
    }
}

#[test]
fn a_waiter_for_many_writers_wakes() {
    within(LIMIT, || {
        for round in 0..1_000 {
            let workers = 1 + round % 4;
            let progress = Progress::with_unparker(2 * workers, ThreadSlot::new());
            race(workers + 1, |number| match (number, round % 3) {
                (0, 0) => assert_eq!(
                    progress.wait_complete(&CurrentThread::new()),
                    Ok(2 * workers)
                ),
                (0, 1) => {
                    let half = progress.wait_until(workers, &CurrentThread::new()).unwrap();
                    assert!(half >= workers);
                    assert_eq!(
                        progress.wait_complete(&CurrentThread::new()),
                        Ok(2 * workers)
                    );
                }
                (0, _) => {
                    let mut seen = 0;
                    while seen < 2 * workers {
                        let now = progress.wait_change(seen, &CurrentThread::new()).unwrap();
                        assert!(now > seen, "woken without a change");
                        seen = now;
                    }
                }
                _ => (0..2).for_each(|_| progress.advance(1)),
            });
        }
    });
}

#[test]
fn a_waiter_for_one_writer_wakes() {
    within(LIMIT, || {
        for round in 0..1_000 {
            let total = 1 + round % 4;
            let progress = SingleProgress::with_unparker(total, ThreadSlot::new());
            race(2, |number| {
                if number == 0 {
                    assert_eq!(progress.wait_complete(&CurrentThread::new()), Ok(total));
                } else {
                    let mut writer = progress.claim().unwrap();
                    (1..=total).for_each(|done| writer.set_done(done));
                }
            });
        }
    });
}

#[test]
fn waiters_that_take_turns_all_wake() {
    within(LIMIT, || {
        for _ in 0..300 {
            let progress = Progress::with_unparker(60, ThreadSlot::new());
            race(4, |number| {
                if number == 0 {
                    return (0..60).for_each(|_| progress.advance(1));
                }
                let mut seen = 0;
                while seen < 60 {
                    match progress.wait_change(seen, &CurrentThread::new()) {
                        Ok(now) => seen = now,
                        Err(refused) => {
                            let crowded = ChangeError::Wait(WaitError::TooManyWaiters);
                            assert_eq!(refused, crowded);
                            thread::yield_now();
                        }
                    }
                }
            });
        }
    });
}

#[test]
fn a_polling_waiter_sees_the_end() {
    within(LIMIT, || {
        for _ in 0..50 {
            let progress = Progress::new(20);
            race(4, |number| match number {
                0 | 1 => assert_eq!(progress.wait_complete(&Polling), Ok(20)),
                _ => (0..10).for_each(|_| progress.advance(1)),
            });
        }
    });
}

#[test]
fn a_wait_for_a_past_change_does_not_sleep() {
    let progress = Progress::with_unparker(2, ThreadSlot::new());
    progress.advance(1);
    let parker = CurrentThread::new();
    assert_eq!(progress.wait_until(0, &parker), Ok(1));
    assert_eq!(progress.wait_change(0, &parker), Ok(1));
    progress.advance(1);
    assert_eq!(progress.wait_change(1, &parker), Ok(2));
    // There is no further change, and no step beyond the total.
    let complete = Err(ChangeError::Complete);
    assert_eq!(progress.wait_change(2, &parker), complete);
    assert_eq!(progress.wait_change(usize::MAX, &parker), complete);
    assert_eq!(progress.wait_until(usize::MAX, &parker), Ok(2));
}

/// The first program of a new user: `?` ends it after the last step, in both kinds of progress.
#[test]
fn a_loop_over_the_changes_ends() {
    fn show(
        change: impl Fn(usize) -> Result<usize, ChangeError>,
        seen: &mut usize,
    ) -> Result<(), ChangeError> {
        loop {
            *seen = change(*seen)?;
        }
    }

    within(LIMIT, || {
        let many = Progress::with_unparker(3, ThreadSlot::new());
        let one = SingleProgress::with_unparker(3, ThreadSlot::new());
        race(2, |number| {
            let parker = CurrentThread::new();
            let (mut of_many, mut of_one) = (0, 0);
            if number == 0 {
                let mut writer = one.claim().unwrap();
                return (0..3).for_each(|_| {
                    many.advance(1);
                    writer.advance(1);
                });
            }
            let ends = [
                show(|seen| many.wait_change(seen, &parker), &mut of_many),
                show(|seen| one.wait_change(seen, &parker), &mut of_one),
            ];
            assert_eq!(ends, [Err(ChangeError::Complete); 2]);
            assert_eq!((of_many, of_one), (3, 3));
        });
        // A total of zero has no change.
        let nothing = Progress::new(0);
        assert_eq!(nothing.wait_change(0, &Polling), Err(ChangeError::Complete));
    });
}

#[test]
fn a_writer_that_is_dropped_ends_the_waits() {
    within(LIMIT, || {
        let mut progress = SingleProgress::with_unparker(3, ThreadSlot::new());
        let (registered, registration) = channel();
        let parker = Announcing(registered);
        thread::scope(|threads| {
            let mut writer = progress.claim().unwrap();
            threads.spawn(move || {
                registration.recv().unwrap();
                writer.set_done(1);
                // As after a panic.
                drop(writer);
            });
            let abandoned = Err(WaitError::Abandoned);
            assert_eq!(progress.wait_complete(&parker), abandoned);
            assert_eq!(progress.wait_until(2, &parker), abandoned);
            assert_eq!(progress.wait_until(1, &parker), Ok(1));
            let change = progress.wait_change(1, &parker);
            assert_eq!(change, Err(ChangeError::Wait(WaitError::Abandoned)));
            assert_eq!((progress.done(), progress.remaining()), (1, 2));
        });
        // Another writer continues.
        let (mut writer, progress) = progress.split();
        assert_eq!(writer.done(), 1);
        writer.set_done(2);
        assert_eq!(progress.wait_until(2, &CurrentThread::new()), Ok(2));
        writer.set_done(3);
        drop(writer);
        assert_eq!(progress.wait_complete(&CurrentThread::new()), Ok(3));
    });
}

#[test]
fn the_second_waiter_is_refused() {
    within(LIMIT, || {
        let progress = Progress::with_unparker(1, ThreadSlot::new());
        let (registered, registration) = channel();
        thread::scope(|threads| {
            let first = threads.spawn(|| progress.wait_complete(&Announcing(registered)));
            registration.recv().unwrap();
            let second = progress.wait_complete(&CurrentThread::new());
            assert_eq!(second, Err(WaitError::TooManyWaiters));
            progress.advance(1);
            assert_eq!(first.join().unwrap(), Ok(1));
        });
    });
}

#[test]
fn the_time_limit_ends_a_wait_and_frees_the_slot() {
    within(LIMIT, || {
        let progress = Progress::with_unparker(2, ThreadSlot::new());
        let heart_beat = CurrentThread::with_timeout(SOON);
        progress.advance(1);
        for _ in 0..3 {
            assert_eq!(progress.wait_complete(&heart_beat), Ok(1));
            assert_eq!(progress.wait_change(1, &heart_beat), Ok(1));
        }
        thread::scope(|threads| {
            let other = threads.spawn(|| progress.wait_complete(&heart_beat));
            assert_eq!(other.join().unwrap(), Ok(1));
        });
    });
}

/// Tokens of `unpark`s for another purpose, or of one that was too late for the last wait.
#[test]
fn stray_tokens_neither_end_nor_prolong_a_limited_wait() {
    within(LIMIT, || {
        let stop = AtomicBool::new(false);
        let waiter = thread::current();
        thread::scope(|threads| {
            threads.spawn(|| {
                while !stop.load(Relaxed) {
                    waiter.unpark();
                    thread::yield_now();
                }
            });
            let progress = Progress::with_unparker(1, ThreadSlot::new());
            // Each limit ends its own wait: a wait that restarted its limit with each token would not end.
            for _ in 0..3 {
                let begun = Instant::now();
                let parker = CurrentThread::with_timeout(SOON);
                let wake = parker.park_unless(&ThreadSlot::new(), &mut || false);
                assert_eq!(wake, Ok(WakeReason::TimedOut));
                assert!(begun.elapsed() >= SOON, "a token ended it");
                assert_eq!(progress.wait_complete(&parker), Ok(0));
            }
            stop.store(true, Relaxed);
        });
    });
}

#[test]
fn a_stray_token_does_not_hide_a_wake_up() {
    let wake = within(LIMIT, || {
        let slot = ThreadSlot::new();
        let (registered, registration) = channel();
        thread::scope(|threads| {
            let slot = &slot;
            threads.spawn(move || {
                registration.recv().unwrap();
                slot.unpark();
            });
            thread::current().unpark();
            CurrentThread::with_timeout(NEVER).park_unless(slot, &mut || {
                registered.send(()).unwrap();
                false
            })
        })
    });
    assert_eq!(wake, Ok(WakeReason::Woken), "no time limit has passed");
}

#[test]
fn leaving_does_not_deregister_the_next_waiter() {
    within(LIMIT, || {
        let slot = ThreadSlot::new();
        let [first_registered, second_registered, first_left] = [(); 3].map(|()| Barrier::new(2));
        race(2, |number| {
            if number == 0 {
                let first = CurrentThread::new().park_unless(&slot, &mut || {
                    first_registered.wait();
                    // The wake-up frees the slot, and the other thread takes it before this one leaves.
                    slot.unpark();
                    second_registered.wait();
                    true
                });
                assert_eq!(first, Ok(WakeReason::Woken));
                first_left.wait();
                slot.unpark();
            } else {
                first_registered.wait();
                let mut look = || {
                    second_registered.wait();
                    first_left.wait();
                    false
                };
                // Refused until the first waiter is woken.
                while CurrentThread::new().park_unless(&slot, &mut look) != Ok(WakeReason::Woken) {
                    thread::yield_now();
                }
            }
        });
    });
}

#[test]
fn a_check_that_panics_frees_the_slot() {
    let slot = ThreadSlot::new();
    let parker = CurrentThread::with_timeout(SOON);
    let look = AssertUnwindSafe(|| parker.park_unless(&slot, &mut || panic!("planted")));
    assert!(catch_unwind(look).is_err());
    let other = race(1, |_| parker.park_unless(&slot, &mut || true));
    assert_eq!(other, [Ok(WakeReason::Woken)]);
}

/// An unparker that does not wake: the tests above must find it.
mod planted {
    use super::*;

    struct Forgets(ThreadSlot);

    impl Unpark for Forgets {
        fn unpark(&self) {}
    }

    impl Park<Forgets> for Announcing {
        fn park_unless(
            &self,
            unparker: &Forgets,
            ready: &mut dyn FnMut() -> bool,
        ) -> Result<WakeReason, WaitError> {
            self.park_unless(&unparker.0, ready)
        }
    }

    #[test]
    #[should_panic(expected = "it hangs")]
    fn a_lost_wake_up_is_found() {
        within(Duration::from_millis(200), || {
            let progress = Progress::with_unparker(1, Forgets(ThreadSlot::new()));
            let (registered, registration) = channel();
            thread::scope(|threads| {
                // A thread of its own: the end of a scoped thread wakes the thread that waits for it.
                threads.spawn(|| progress.wait_complete(&Announcing(registered)));
                registration.recv().unwrap();
                progress.advance(1);
            });
        });
    }
}
