//! `Wakers`, through the primitives that wait in them: no task sleeps through its wake-up, and no waker is
//! read while it is written.

use core::{
    future::{Future, poll_fn},
    num::NonZero,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};
use indivisible::{
    once::OnceLock,
    progress::Progress,
    stop::StopSignal,
    wait::{
        WaitError,
        task::{Listeners, TaskUnpark, Waiter, Wakers},
    },
};
use loom::sync::atomic::{AtomicU32, Ordering::Relaxed};
use models::weak::{Model, Token, block_on, leak};
use std::sync::Arc;

type Stop<const N: usize> = StopSignal<NonZero<u32>, Wakers<N>>;

fn stop<const N: usize>() -> Stop<N> {
    StopSignal::with_unparker(Wakers::new())
}

fn request<U: TaskUnpark>(stop: &StopSignal<NonZero<u32>, U>) -> &'static str {
    assert!(stop.request_stop(NonZero::<u32>::MIN).is_ok(), "asked once");
    ""
}

fn await_stop<U: TaskUnpark>(stop: &StopSignal<NonZero<u32>, U>) -> String {
    match block_on(stop.requested()) {
        Ok(reason) => reason.to_string(),
        Err(WaitError::TooManyWaiters) => "refused".to_owned(),
        Err(other) => other.to_string(),
    }
}

/// Polls, and drops the task in its current state.
fn give_up<const N: usize>(stop: &Stop<N>) -> Poll<Result<NonZero<u32>, WaitError>> {
    let mut task = pin!(stop.requested());
    task.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_task_is_woken() {
    Model::new("Wakers<1>: request_stop | requested", stop::<1>)
        .actor(request)
        .actor(await_stop)
        .preemptions(2, 3)
        .in_sections(None)
        .check(&["1"], [340, 140]);
}

#[test]
fn both_tasks_are_woken() {
    Model::new("Wakers<2>: request_stop | requested | requested", stop::<2>)
        .actor(request)
        .actor(await_stop)
        .actor(await_stop)
        .preemptions(1, 2)
        .in_sections(Some(2))
        .check(&["1, 1"], [7_900, 2_100]);
}

/// The second one may change the waker that it has in the list: it is polled twice.
#[test]
fn both_listeners_are_woken() {
    Model::new(
        "Listeners: request_stop | requested | requested, polled by two wakers",
        || StopSignal::<NonZero<u32>, _>::with_unparker(Listeners::new()),
    )
    .actor(request)
    .actor(await_stop)
    .actor(|stop| {
        let mut task = pin!(stop.requested());
        let first = task.as_mut().poll(&mut Context::from_waker(&waker()));
        let answer = match first {
            Poll::Ready(answer) => answer,
            Poll::Pending => block_on(task),
        };
        answer.map_or("refused".to_owned(), |reason| reason.to_string())
    })
    .preemptions(2, 3)
    .check(&["1, 1"], [2_950, 1_780]);
}

#[test]
fn the_task_beyond_is_refused_or_finds_its_slot_free_again() {
    Model::new("Wakers<1>: request_stop | requested | requested", stop::<1>)
        .actor(request)
        .actor(await_stop)
        .actor(await_stop)
        .preemptions(1, 2)
        .in_sections(Some(2))
        .check(&["1, 1", "1, refused", "refused, 1"], [2_400, 1_300]);
}

/// The second task may take the slot while the first one leaves it.
#[test]
fn a_task_gives_up_the_only_slot_while_another_takes_it() {
    Model::new(
        "Wakers<1>: request_stop | requested, dropped | requested",
        stop::<1>,
    )
    .actor(request)
    .actor(|stop| match give_up(stop) {
        Poll::Pending => "gave up".to_owned(),
        Poll::Ready(answer) => answer.map_or("refused".to_owned(), |reason| reason.to_string()),
    })
    .actor(await_stop)
    .preemptions(1, 2)
    .in_sections(Some(2))
    .check(
        &[
            "1, 1",
            "1, refused",
            "gave up, 1",
            "gave up, refused",
            "refused, 1",
        ],
        [2_450, 1_300],
    );
}

/// Two calls of `wake` at once, and a task that leaves its slot to the reader.
#[test]
fn two_wake_one_task() {
    Model::new("Wakers<1>: advance | advance | reached(1)", || {
        Progress::with_unparker(2, Wakers::<1>::new())
    })
    .actor(|progress| {
        progress.advance(1);
        ""
    })
    .actor(|progress| {
        progress.advance(1);
        ""
    })
    .actor(|progress| format!("{:?}", block_on(progress.reached(1))))
    .preemptions(1, 2)
    .in_sections(Some(2))
    .check(&["Ok(1)", "Ok(2)"], [200, 1_170]);
}

#[test]
fn a_task_for_two_writers_is_woken_for_each() {
    Model::new("Wakers<1>: advance | advance | completed", || {
        Progress::with_unparker(2, Wakers::<1>::new())
    })
    .actor(|progress| {
        progress.advance(1);
        ""
    })
    .actor(|progress| {
        progress.advance(1);
        ""
    })
    .actor(|progress| format!("{:?}", block_on(progress.completed())))
    .preemptions(2, 2)
    .check(&["Ok(())"], [1_300, 1_300]);
}

/// The check after the registration may be the only one.
#[test]
fn a_task_sees_the_work() {
    Model::new("Wakers<1>: store, advance | completed, load", || {
        (
            Progress::with_unparker(1, Wakers::<1>::new()),
            AtomicU32::new(0),
        )
    })
    .actor(|(progress, before)| {
        before.store(1, Relaxed);
        progress.advance(1);
        ""
    })
    .actor(|(progress, before)| {
        let done = block_on(progress.completed());
        format!("{done:?} after {}", before.load(Relaxed))
    })
    .preemptions(2, 3)
    .in_sections(None)
    .check(&["Ok(()) after 1"], [53, 95]);
}

/// A task that gives up leaves its slot to another, in every state of the reader.
#[test]
fn a_task_that_gives_up_leaves_a_slot_that_works() {
    Model::new(
        "Wakers<1>: request_stop | requested, dropped; requested",
        stop::<1>,
    )
    .actor(request)
    .actor(|stop| {
        let first = match give_up(stop) {
            Poll::Ready(Ok(_)) => "asked already",
            Poll::Ready(Err(_)) => "refused",
            Poll::Pending => "gave up",
        };
        format!("{first}, then {}", await_stop(stop))
    })
    .preemptions(2, 3)
    .in_sections(None)
    .check(&["asked already, then 1", "gave up, then 1"], [1_300, 300]);
}

/// The second poll brings another waker, as when a task moves to another executor; the reader
/// may be reading the first one.
#[test]
fn a_task_that_moves_is_woken_where_it_is() {
    Model::new(
        "Wakers<1>: advance, advance | completed, polled by two wakers",
        || Progress::with_unparker(2, Wakers::<1>::new()),
    )
    .actor(|progress| {
        progress.advance(1);
        progress.advance(1);
        ""
    })
    .actor(|progress| {
        let mut task = pin!(progress.completed());
        let first = task.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        match first {
            Poll::Ready(done) => format!("{done:?}"),
            Poll::Pending => format!("{:?}", block_on(task)),
        }
    })
    .preemptions(3, 4)
    .in_sections(None)
    .check(&["Ok(())"], [820, 3_800]);
}

/// A waiter that began in the first round returns, although the second has begun and is not done.
#[test]
fn a_task_returns_at_the_end_of_its_round() {
    Model::new("Wakers<1>: advance, try_restart(2) | completed", || {
        Progress::with_unparker(1, Wakers::<1>::new())
    })
    .actor(|progress| {
        progress.advance(1);
        progress.try_restart(2).map_or("refused", |()| "")
    })
    .actor(await_first_round)
    .preemptions(2, 3)
    .in_sections(None)
    .check(&["Ok(())", "Ok(()) at once", "too late"], [2_000, 2_600]);
}

/// The restart is between the step and its wake-up.
#[test]
fn a_task_is_woken_during_a_restart() {
    Model::new("Wakers<1>: advance | try_restart(2) | completed", || {
        Progress::with_unparker(1, Wakers::<1>::new())
    })
    .actor(|progress| {
        progress.advance(1);
        ""
    })
    .actor(|progress| {
        _ = progress.try_restart(2);
        ""
    })
    .actor(await_first_round)
    .preemptions(1, 2)
    .in_sections(Some(2))
    .check(&["Ok(())", "Ok(()) at once", "too late"], [1_300, 1_250]);
}

/// Waits for the first round, of one step.
fn await_first_round(progress: &Progress<Wakers<1>>) -> String {
    let mut task = pin!(progress.completed());
    let first = task.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    match first {
        Poll::Ready(done) => format!("{done:?} at once"),
        // The wait may have begun in the second round, which does not end.
        Poll::Pending if progress.total() == 2 => "too late".to_owned(),
        Poll::Pending => format!("{:?}", block_on(task)),
    }
}

#[test]
fn a_task_waits_for_the_one_that_initialises() {
    Model::new("OnceLock<Wakers>: get_or_init | get_or_init", || {
        (
            OnceLock::<u32, Wakers<1>>::with_unparker(Wakers::new()),
            AtomicU32::new(0),
        )
    })
    .actor(|(cell, made)| init(cell, made, 1))
    .actor(|(cell, made)| init(cell, made, 2))
    .last(|(_, made)| format!("{} made", made.load(Relaxed)))
    .preemptions(3, 4)
    .in_sections(None)
    .check(
        &["Ok(1), Ok(1), 1 made", "Ok(2), Ok(2), 1 made"],
        [1_500, 2_700],
    );
}

fn init(cell: &OnceLock<u32, Wakers<1>>, made: &AtomicU32, value: u32) -> String {
    let seen = block_on(cell.get_or_init(async || {
        made.fetch_add(1, Relaxed);
        value
    }));
    format!("{seen:?}")
}

/// Two waits of one task share a place. The second one is polled with another waker, as in a `FuturesUnordered`, and
/// dropped: the first one registers again.
#[test]
fn a_wait_that_another_one_replaces_is_woken() {
    Model::new(
        "Waiter: request_stop | requested beside requested, dropped",
        shared,
    )
    .actor(|waiter| request(waiter.object()))
    .actor(|waiter| {
        let first = pin!(waiter.requested());
        block_on(beside(waiter, first))
    })
    .preemptions(2, 3)
    .in_sections(None)
    .check(&["1"], [4_000, 150]);
}

/// Polls `first`, then another wait of the same place once, and then `first` alone.
async fn beside<F: Future>(waiter: &Waiter<'static, Stop<1>>, mut first: Pin<&mut F>) -> F::Output {
    let mut is_first = true;
    poll_fn(|context| {
        let polled = first.as_mut().poll(context);
        if polled.is_pending() && core::mem::take(&mut is_first) {
            poll_with(&waker(), waiter, 1);
        }
        polled
    })
    .await
}

/// Two threads that poll waits of one place: the cells have one writer at a time.
#[test]
fn waits_in_two_threads_take_turns() {
    Model::new(
        "Waiter: request_stop | requested, polled twice | requested, polled once",
        shared,
    )
    .actor(|waiter| request(waiter.object()))
    .actor(|waiter| poll_with(&waker(), waiter, 2))
    .actor(|waiter| poll_with(&waker(), waiter, 1))
    .preemptions(1, 2)
    .in_sections(Some(2))
    .check(
        &[
            "None, None",
            "None, Some(1)",
            "Some(1), None",
            "Some(1), Some(1)",
        ],
        [7_300, 1_500],
    );
}

fn shared() -> Waiter<'static, Stop<1>> {
    let stop: &'static Stop<1> = leak(stop());
    stop.waiter().expect("it is the first")
}

fn waker() -> Waker {
    Waker::from(Arc::new(Token::new()))
}

/// The first poll registers the waker, and a second one reads it.
fn poll_with(waker: &Waker, waiter: &Waiter<'static, Stop<1>>, polls: usize) -> String {
    let mut wait = pin!(waiter.requested());
    for _ in 0..polls {
        let polled = wait.as_mut().poll(&mut Context::from_waker(waker));
        if let Poll::Ready(reason) = polled {
            return format!("Some({reason})");
        }
    }
    "None".to_owned()
}
