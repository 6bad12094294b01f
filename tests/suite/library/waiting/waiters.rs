//! Tasks that took their places before they wait.

use super::executor::{block_on, block_on_moving};
use crate::LIMIT;
use core::num::NonZero;
use indivisible::{
    latest::Latest,
    once::OnceLock,
    progress::{ChangeError, Progress, SingleProgress},
    stop::StopSignal,
    wait::{WaitError, task::Wakers},
};
use integration_tests::{race, within};

const TASKS: usize = 3;

#[test]
fn a_waiter_waits_again_and_again_and_is_not_refused() {
    within(LIMIT, || {
        for _ in 0..300 {
            let progress = SingleProgress::with_unparker(20, Wakers::<TASKS>::new());
            let waiters = [(); TASKS].map(|()| progress.waiter().unwrap());
            let refused = progress.waiter().err();
            assert_eq!(refused, Some(WaitError::TooManyWaiters));
            race(TASKS + 1, |number| {
                let Some(waiter) = waiters.get(number) else {
                    let mut writer = progress.claim().unwrap();
                    return (1..=20).for_each(|done| writer.set_done(done));
                };
                let mut seen = 0;
                loop {
                    let changed = if number % 2 == 0 {
                        block_on(waiter.changed(seen)).0
                    } else {
                        block_on_moving(waiter.changed(seen))
                    };
                    match changed {
                        Ok(now) => {
                            assert!(now > seen, "woken, and nothing has changed");
                            seen = now;
                        }
                        Err(end) => break assert_eq!(end, ChangeError::Complete),
                    }
                }
            });
            drop(waiters);
            assert!(progress.waiter().is_ok());
        }
    });
}

/// More waits than places, polled by a thread each: they share one place.
#[test]
fn waits_of_one_waiter_in_several_threads_all_end() {
    within(LIMIT, || {
        for _ in 0..300 {
            let progress = Progress::with_unparker(6, Wakers::<1>::new());
            let waiter = progress.waiter().unwrap();
            race(4, |number| match number {
                0 => (0..6).for_each(|_| progress.advance(1)),
                _ => assert!(block_on(waiter.reached(2 * number)).0.unwrap() >= 2 * number),
            });
        }
    });
}

#[test]
fn every_primitive_has_waiters() {
    within(LIMIT, || {
        for _ in 0..300 {
            let stop = StopSignal::with_unparker(Wakers::<1>::new());
            let latest = Latest::<u32, Wakers<1>>::default();
            let cell = OnceLock::<u32, Wakers<2>>::default();
            race(3, |number| match number {
                0 => {
                    assert_eq!(stop.request_stop(NonZero::<u8>::MAX), Ok(()));
                    latest.claim().unwrap().publish(7);
                }
                1 => {
                    let stop = stop.waiter().unwrap();
                    assert_eq!(block_on(stop.requested()).0, NonZero::<u8>::MAX);
                    assert_eq!(block_on(latest.waiter().unwrap().changed()).0, 7);
                    assert!(*block_on(cell.waiter().unwrap().get_or_init(async || 1)).0 < 3);
                }
                _ => {
                    let cell = cell.waiter().unwrap();
                    assert!(*block_on(cell.get_or_init(async || 2)).0 > 0);
                    assert!(*block_on(cell.initialized()).0 > 0);
                }
            });
        }
    });
}
