//! The first reason to stop, and its waiters.

use super::{LIMIT, SOON, executor::block_on};
use core::{
    num::NonZero,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};
use indivisible::{
    race::AlreadySetError,
    stop::StopSignal,
    wait::{
        Unpark,
        task::Wakers,
        thread::{Broadcast, CurrentThread, ThreadSlot},
    },
};
use integration_tests::{race, within};

type Reason = NonZero<u8>;

const ASKING: usize = 4;
const WAITING: usize = 2;

/// `ASKING` threads request a stop with a reason each, `WAITING` ones wait; all agree on the first reason.
fn first_wins<U: Unpark + Sync>(
    unparker: impl Fn() -> U,
    wait: impl Fn(&StopSignal<Reason, U>) -> Option<Reason> + Sync,
) {
    for _ in 0..500 {
        let stop = StopSignal::with_unparker(unparker());
        let written = [const { AtomicU32::new(0) }; ASKING];
        let agreed = race(ASKING + WAITING, |number| {
            let Some(mine) = written.get(number) else {
                let reason = wait(&stop).unwrap();
                // The writes of the requesting thread before its request.
                let giver = usize::from(reason.get()) - 1;
                assert_eq!(written[giver].load(Relaxed), 7);
                return (reason, false);
            };
            mine.store(7, Relaxed);
            let reason = Reason::new(number as u8 + 1).unwrap();
            match stop.request_stop(reason) {
                Ok(()) => (reason, true),
                Err(AlreadySetError { current: winner }) => {
                    let giver = usize::from(winner.get()) - 1;
                    assert_eq!(written[giver].load(Relaxed), 7);
                    (winner, false)
                }
            }
        });
        let winner = stop.reason().unwrap();
        assert!(agreed.iter().all(|(reason, _)| *reason == winner));
        let firsts = agreed.iter().filter(|(_, first)| *first).count();
        assert_eq!(firsts, 1);
    }
}

/// The compiler forgets here that the reference is to a `static`: the reason must be one of any lifetime.
#[test]
fn a_wait_for_a_reference_moves_to_another_thread() {
    static STOP: StopSignal<&'static u32, Wakers<1>> = StopSignal::with_unparker(Wakers::new());
    async fn reason() -> u32 {
        *STOP.requested().await.unwrap()
    }

    fn spawn(task: impl Future<Output = u32> + Send + 'static) -> u32 {
        within(LIMIT, || block_on(task).0)
    }
    STOP.request_stop(&7).unwrap();
    assert_eq!(spawn(reason()), 7);
}

#[test]
fn threads_agree_on_the_first_reason() {
    within(LIMIT, || {
        first_wins(Broadcast::new, |stop| {
            stop.wait(&CurrentThread::new()).unwrap()
        });
    });
}

#[test]
fn tasks_agree_on_the_first_reason() {
    within(LIMIT, || {
        first_wins(Wakers::<WAITING>::new, |stop| {
            block_on(stop.requested()).0.ok()
        });
    });
}

#[test]
fn a_time_limit_ends_the_wait_without_a_reason() {
    within(LIMIT, || {
        let patience = CurrentThread::with_timeout(SOON);
        let mut stop = StopSignal::<Reason, _>::with_unparker(ThreadSlot::new());
        assert_eq!(stop.wait(&patience), Ok(None));
        stop.request_stop(Reason::MIN).unwrap();
        assert_eq!(stop.wait(&patience), Ok(Some(Reason::MIN)));
        stop.reset();
        assert_eq!(stop.wait(&patience), Ok(None));
        assert_eq!(stop.request_stop(Reason::MAX), Ok(()));
    });
}
