//! Any number of tasks that wait for one thing, in the list of `Listeners`.

use super::{
    executor::{Bed, block_on, block_on_moving, poll},
    tasks::see_every_change,
};
use crate::LIMIT;
use core::{
    num::NonZero,
    pin::pin,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    task::{Poll, Waker},
};
use indivisible::{
    latest::Latest, once::OnceLock, progress::Progress, stop::StopSignal, wait::task::Listeners,
};
use integration_tests::{race, within};
use std::{sync::Arc, task::Wake};

const TASKS: usize = 6;

#[test]
fn every_task_is_woken_for_the_end() {
    within(LIMIT, || {
        for round in 0..500 {
            let writers = 1 + round % 2;
            let progress = Progress::with_unparker(2 * writers, Listeners::new());
            race(TASKS + writers, |number| {
                if number >= TASKS {
                    return (0..2).for_each(|_| progress.advance(1));
                }
                let complete = if number % 2 == 0 {
                    block_on(progress.completed()).0
                } else {
                    block_on_moving(progress.completed())
                };
                assert_eq!(complete, Ok(()));
            });
        }
    });
}

#[test]
fn every_task_sees_every_change_of_one_writer() {
    within(LIMIT, || {
        (0..100).for_each(|_| see_every_change(TASKS, Listeners::new()));
    });
}

#[test]
fn every_primitive_wakes_them() {
    within(LIMIT, || {
        for _ in 0..200 {
            let stop = StopSignal::with_unparker(Listeners::new());
            let latest = Latest::<u32, Listeners>::default();
            let (cell, made) = (OnceLock::<u32, Listeners>::default(), AtomicU32::new(0));
            race(4, |number| {
                if number == 0 {
                    assert_eq!(stop.request_stop(NonZero::<u8>::MAX), Ok(()));
                    return latest.claim().unwrap().publish(7);
                }
                assert_eq!(block_on(stop.requested()).0, Ok(NonZero::<u8>::MAX));
                assert_eq!(block_on(latest.reader().changed()).0, Ok(7));
                let init = async || made.fetch_add(1, Relaxed);
                assert_eq!(block_on(cell.get_or_init(init)).0, Ok(&0));
            });
            assert_eq!(made.load(Relaxed), 1);
        }
    });
}

#[test]
fn a_task_that_gives_up_is_not_woken() {
    let progress = Progress::with_unparker(1, Listeners::new());
    let [left, kept] = [(); 2].map(|()| Arc::new(Bed::default()));
    let wait = pin!(progress.completed());
    {
        let given_up = pin!(progress.completed());
        assert_eq!(poll(given_up, &Waker::from(left.clone())), Poll::Pending);
    }
    assert_eq!(poll(wait, &Waker::from(kept.clone())), Poll::Pending);
    progress.advance(1);
    assert_eq!([left, kept].map(|it| it.calls.load(Relaxed)), [0, 1]);
}

/// An executor that polls in the call of the waker.
struct Inline {
    progress: Progress<Listeners>,
    polls: AtomicU32,
}

impl Wake for Inline {
    fn wake(self: Arc<Self>) {
        self.polls.fetch_add(1, Relaxed);
        let next = pin!(self.progress.completed());
        assert_eq!(poll(next, Waker::noop()), Poll::Pending);
    }
}

#[test]
fn a_waker_may_use_the_list_that_calls_it() {
    within(LIMIT, || {
        let inline = Arc::new(Inline {
            progress: Progress::with_unparker(2, Listeners::new()),
            polls: AtomicU32::new(0),
        });
        let wait = pin!(inline.progress.completed());
        assert_eq!(poll(wait, &Waker::from(inline.clone())), Poll::Pending);
        inline.progress.advance(1);
        assert_eq!(inline.polls.load(Relaxed), 1);
    });
}
