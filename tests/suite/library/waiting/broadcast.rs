//! Many threads that wait for one object.

use super::{LIMIT, SHORT, SOON};
use indivisible::{
    progress::{Progress, SingleProgress},
    wait::{
        Park, Unpark, WaitError, WakeReason,
        thread::{Broadcast, CurrentThread},
    },
};
use integration_tests::{race, within};
use std::sync::{Barrier, Condvar, Mutex};

const WAITERS: usize = 4;

#[test]
fn every_thread_wakes_at_the_end() {
    within(LIMIT, || {
        for round in 0..2_000 {
            let writers = 1 + round % 3;
            let progress = Progress::with_unparker(2 * writers, Broadcast::new());
            race(WAITERS + writers, |number| {
                if number < WAITERS {
                    let done = progress.wait_complete(&CurrentThread::new());
                    assert_eq!(done, Ok(2 * writers));
                } else {
                    (0..2).for_each(|_| progress.advance(1));
                }
            });
        }
    });
}

#[test]
fn every_thread_sees_every_change_that_it_waits_for() {
    within(LIMIT, || {
        for _ in 0..300 {
            let progress = SingleProgress::with_unparker(30, Broadcast::new());
            race(WAITERS + 1, |number| {
                if number == 0 {
                    let mut writer = progress.claim().unwrap();
                    (1..=30).for_each(|done| writer.set_done(done));
                    return;
                }
                let mut seen = 0;
                while seen < 30 {
                    let now = progress.wait_change(seen, &CurrentThread::new()).unwrap();
                    assert!(now > seen, "woken without a change");
                    seen = now;
                }
            });
        }
    });
}

/// Each waits for a step of its own, so most wake-ups are meant for others.
#[test]
fn a_wake_up_for_another_thread_does_not_end_a_wait() {
    within(LIMIT, || {
        for _ in 0..300 {
            let progress = Progress::with_unparker(WAITERS, Broadcast::new());
            race(WAITERS + 1, |number| {
                if number == 0 {
                    return (0..WAITERS).for_each(|_| progress.advance(1));
                }
                let done = progress.wait_until(number, &CurrentThread::new()).unwrap();
                assert!(done >= number);
            });
        }
    });
}

#[test]
fn a_time_limit_ends_only_its_own_wait() {
    within(LIMIT, || {
        let progress = Progress::with_unparker(2, Broadcast::new());
        progress.advance(1);
        let timed_out = Barrier::new(WAITERS);
        race(WAITERS + 1, |number| {
            if number == 0 {
                assert_eq!(progress.wait_complete(&CurrentThread::new()), Ok(2));
                return;
            }
            let patience = CurrentThread::with_timeout(SOON);
            assert_eq!(progress.wait_complete(&patience), Ok(1));
            assert_eq!(progress.wait_change(1, &patience), Ok(1));
            if timed_out.wait().is_leader() {
                progress.advance(1);
            }
        });
    });
}

#[test]
fn one_wake_up_reaches_every_registered_thread() {
    within(LIMIT, || {
        let (broadcast, registered) = (Broadcast::new(), Barrier::new(8));
        let wakes = race(8, |number| {
            if number == 0 {
                registered.wait();
                broadcast.unpark();
                return Ok(WakeReason::Woken);
            }
            CurrentThread::new().park_unless(&broadcast, &mut || {
                registered.wait();
                false
            })
        });
        assert_eq!(wakes, [Ok(WakeReason::Woken); 8]);
    });
}

/// An unparker that wakes only one thread: the tests above must find it.
#[derive(Default)]
struct WakesOne {
    wake_ups: Mutex<usize>,
    more: Condvar,
}

impl Unpark for WakesOne {
    fn unpark(&self) {
        *self.wake_ups.lock().unwrap() += 1;
        self.more.notify_one();
    }
}

/// Waits for the other threads at a barrier after it has registered.
struct Together<'a>(&'a Barrier);

impl Park<WakesOne> for Together<'_> {
    fn park_unless(
        &self,
        unparker: &WakesOne,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<WakeReason, WaitError> {
        let ready = ready();
        self.0.wait();
        if !ready {
            let wake_ups = unparker.wake_ups.lock().unwrap();
            let none = |wake_ups: &mut usize| *wake_ups == 0;
            *unparker.more.wait_while(wake_ups, none).unwrap() -= 1;
        }
        Ok(WakeReason::Woken)
    }
}

#[test]
#[should_panic(expected = "it hangs")]
fn a_planted_wake_up_of_one_is_found() {
    within(SHORT, || {
        let progress = Progress::with_unparker(1, WakesOne::default());
        let registered = Barrier::new(3);
        race(3, |number| {
            if number == 0 {
                registered.wait();
                progress.advance(1);
            } else {
                let done = progress.wait_complete(&Together(&registered));
                assert_eq!(done, Ok(1));
            }
        });
    });
}
