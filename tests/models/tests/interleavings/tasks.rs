//! `Wakers`, through the primitives that wait in them.

use core::{
    future::{Future, poll_fn},
    num::NonZero,
    pin::pin,
    task::{Context, Poll, Waker},
};
use indivisible::{
    once::OnceLock,
    progress::Progress,
    stop::StopSignal,
    wait::{
        WaitError,
        task::{Waiter, Wakers},
    },
};
use models::explorer::{Log, Model, block_on};

type Stop<const N: usize> = StopSignal<NonZero<u32>, Wakers<N>>;

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Event {
    Asked,
    Woken,
    Refused,
    /// Polled once, then dropped.
    GaveUp,
}

/// A refusal means that another task waits; in some executions no request follows.
fn accepts(asked: &mut bool, event: &Event) -> bool {
    match event {
        Event::Asked => {
            *asked = true;
            true
        }
        Event::Woken => *asked,
        Event::Refused | Event::GaveUp => !*asked,
    }
}

fn stop<const N: usize>() -> Stop<N> {
    StopSignal::with_unparker(Wakers::new())
}

fn request<const N: usize>(stop: &Stop<N>, log: &Log<Event>) {
    log.call(|| {
        assert!(stop.request_stop(NonZero::<u32>::MIN).is_ok(), "asked once");
        Event::Asked
    });
}

fn told(answer: Result<NonZero<u32>, WaitError>) -> Event {
    answer.map_or(Event::Refused, |_| Event::Woken)
}

fn wait<const N: usize>(stop: &Stop<N>, log: &Log<Event>) {
    log.call(|| told(block_on(stop.requested())));
}

/// Polls, and drops the task in its current state.
fn give_up<const N: usize>(stop: &Stop<N>, log: &Log<Event>) {
    log.call(|| {
        let mut task = pin!(stop.requested());
        match task.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => told(answer),
            Poll::Pending => Event::GaveUp,
        }
    });
}

#[test]
fn a_task_is_woken() {
    Model::new("Wakers<1>: request_stop | requested", stop::<1>)
        .actor(request)
        .actor(wait)
        .check(&false, accepts)
        .expect_at_least(1, [22_000, 120]);
}

#[test]
fn both_tasks_are_woken() {
    Model::new("Wakers<2>: request_stop | requested | requested", stop::<2>)
        .actor(request)
        .actor(wait)
        .actor(wait)
        .preemptions(3, 4)
        .check(&false, accepts)
        .expect_at_least(1, [62_000, 12_000]);
}

#[test]
fn the_task_beyond_is_refused() {
    Model::new("Wakers<1>: request_stop | requested | requested", stop::<1>)
        .actor(request)
        .actor(wait)
        .actor(wait)
        .preemptions(3, 4)
        .in_sections(None)
        .check(&false, accepts)
        .expect_at_least(3, [6_800, 17_900]);
}

#[test]
fn a_task_that_gives_up_leaves_a_slot_that_works() {
    Model::new(
        "Wakers<1>: request_stop | requested, dropped; requested",
        stop::<1>,
    )
    .actor(request)
    .actor(|stop, log| {
        give_up(stop, log);
        wait(stop, log);
    })
    .preemptions(4, 6)
    .in_sections(None)
    .check(&false, accepts)
    .expect_at_least(2, [1_200, 190]);
}

#[test]
fn a_task_gives_up_while_another_waits() {
    Model::new(
        "Wakers<2>: request_stop | requested, dropped | requested",
        stop::<2>,
    )
    .actor(request)
    .actor(give_up)
    .actor(wait)
    .preemptions(3, 4)
    .check(&false, accepts)
    .expect_at_least(2, [44_900, 7_900]);
}

/// The second task may take the slot while the first one leaves it.
#[test]
fn a_task_gives_up_the_only_slot_while_another_takes_it() {
    Model::new(
        "Wakers<1>: request_stop | requested, dropped | requested",
        stop::<1>,
    )
    .actor(request)
    .actor(give_up)
    .actor(wait)
    .preemptions(3, 4)
    .in_sections(None)
    .check(&false, accepts)
    .expect_at_least(5, [6_900, 12_800]);
}

/// Counts up to 2; a task waits for each step.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Step {
    Advance,
    Reached(usize),
}

fn counts(done: &mut usize, event: &Step) -> bool {
    match *event {
        Step::Advance => {
            *done += 1;
            true
        }
        Step::Reached(seen) => seen == *done,
    }
}

fn advance(progress: &Progress<Wakers<1>>, log: &Log<Step>) {
    log.call(|| {
        progress.advance(1);
        Step::Advance
    });
}

fn reached(answer: Result<usize, WaitError>) -> Step {
    Step::Reached(answer.expect("there is one slot for one task"))
}

/// The second poll brings another waker, as when a task moves to another executor; the reader
/// may be reading the first one.
#[test]
fn a_task_that_moves_is_woken_where_it_is() {
    Model::new(
        "Wakers<1>: advance | advance | reached(2), polled by two wakers",
        || Progress::with_unparker(2, Wakers::new()),
    )
    .actor(advance)
    .actor(advance)
    .actor(|progress, log| {
        log.call(|| {
            let mut task = pin!(progress.reached(2));
            let first = task.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            reached(match first {
                Poll::Ready(answer) => answer,
                Poll::Pending => block_on(task),
            })
        });
    })
    .preemptions(3, 4)
    .check(&0, counts)
    .expect_at_least(1, [7_900, 2_300]);
}

/// The reader of the first task's waker does not touch the second task's, in the same slot.
#[test]
fn a_task_that_gave_up_is_not_woken() {
    Model::new(
        "Wakers<1>: advance | advance | reached(2), dropped; reached(2)",
        || Progress::with_unparker(2, Wakers::new()),
    )
    .actor(advance)
    .actor(advance)
    .actor(|progress, log| {
        let first = pin!(progress.reached(2)).poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(answer) = first {
            log.call(|| reached(answer));
        }
        log.call(|| reached(block_on(progress.reached(2))));
    })
    .preemptions(3, 4)
    .check(&0, counts)
    .expect_at_least(2, [10_000, 2_700]);
}

/// Two wakers of one slot, and a task that registers again while the first waker may still be in use.
#[test]
fn two_wake_a_task_that_waits_twice() {
    Model::new(
        "Wakers<1>: advance | advance | reached(1), reached(2)",
        || Progress::with_unparker(2, Wakers::new()),
    )
    .actor(advance)
    .actor(advance)
    .actor(|progress, log| {
        for steps in [1, 2] {
            log.call(|| reached(block_on(progress.reached(steps))));
        }
    })
    .preemptions(3, 4)
    .in_sections(None)
    .check(&0, counts)
    .expect_at_least(2, [6_300, 23_600]);
}

/// A waiter that began in the first round returns, although the second has begun and is not done.
#[test]
fn a_task_returns_at_the_end_of_its_round() {
    Model::new("Wakers<1>: advance, try_restart(2) | completed", || {
        Progress::with_unparker(1, Wakers::new())
    })
    .actor(|progress: &Progress<Wakers<1>>, log: &Log<&str>| {
        progress.advance(1);
        assert!(progress.try_restart(2).is_ok(), "all is done");
        log.call(|| "restarted");
    })
    .actor(await_first_round)
    .preemptions(4, 6)
    .check(&(), |(), event| *event != "refused")
    .expect_at_least(3, [11_000, 3_900]);
}

/// The restart comes between the step and the wake-up for it.
#[test]
fn a_task_is_woken_during_a_restart() {
    Model::new("Wakers<1>: advance | try_restart(2) | completed", || {
        Progress::with_unparker(1, Wakers::new())
    })
    .actor(|progress: &Progress<Wakers<1>>, log: &Log<&str>| {
        progress.advance(1);
        log.call(|| "advanced");
    })
    .actor(|progress, log| {
        _ = progress.try_restart(2);
        log.call(|| "tried");
    })
    .actor(await_first_round)
    .preemptions(3, 4)
    .check(&(), |(), event| *event != "refused")
    .expect_at_least(3, [12_000, 4_400]);
}

/// For all steps of the first round, of one step.
fn await_first_round(progress: &Progress<Wakers<1>>, log: &Log<&str>) {
    let mut task = pin!(progress.completed());
    let first = task.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    log.call(|| match first {
        Poll::Ready(_) => "done at once",
        // It may have begun in the second round, which does not end.
        Poll::Pending if progress.total() == 2 => "too late",
        Poll::Pending => block_on(task).map_or("refused", |()| "done"),
    });
}

#[test]
fn a_task_waits_for_the_one_that_initialises() {
    let init = |cell: &OnceLock<u32, Wakers<1>>, log: &Log<(u32, u32)>, mine| {
        log.call(|| {
            let seen = block_on(cell.get_or_init(async || mine));
            (
                mine,
                *seen.expect("there is one slot for one task that waits"),
            )
        });
    };
    Model::new("OnceLock<Wakers>: get_or_init | get_or_init", || {
        OnceLock::with_unparker(Wakers::new())
    })
    .actor(move |cell, log| init(cell, log, 1))
    .actor(move |cell, log| init(cell, log, 2))
    .preemptions(6, 10)
    .check(&None, |value, (mine, seen)| {
        value.get_or_insert(*mine) == seen
    })
    .expect(&["[(1, 1), (2, 1)]", "[(1, 2), (2, 2)]"], [37_000, 42_000]);
}

/// Two waits of one task share a place. The second one is polled with another waker, as in a `FuturesUnordered`, and
/// dropped: the first one registers again.
#[test]
fn a_wait_that_another_one_replaces_is_woken() {
    Model::new(
        "Waiter: request_stop | requested beside requested, dropped",
        || {
            let stop: &'static Stop<1> = Box::leak(Box::new(stop()));
            stop.waiter().expect("it is the first")
        },
    )
    .actor(|waiter: &Waiter<'static, Stop<1>>, log| request(waiter.object(), log))
    .actor(|waiter, log| {
        let mut first = pin!(waiter.requested());
        let mut is_first = true;
        let both = poll_fn(|context| {
            let polled = first.as_mut().poll(context);
            if polled.is_pending() && core::mem::take(&mut is_first) {
                let mut other = Context::from_waker(Waker::noop());
                _ = pin!(waiter.requested()).poll(&mut other);
            }
            polled
        });
        log.call(|| told(Ok(block_on(both))));
    })
    .preemptions(4, 6)
    .in_sections(None)
    .check(&false, accepts)
    .expect_at_least(1, [4_100, 570]);
}
