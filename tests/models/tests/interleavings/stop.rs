//! `StopSignal` and `StopFlag`: the first reason wins, a waiter gets it, and one `take` gets it.

use core::num::NonZero;
use indivisible::stop::{StopFlag, StopSignal};
use models::explorer::{Log, Model, Sleeper, Unasked};

type Stop = StopSignal<NonZero<u32>, Unasked>;

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Event {
    Request(u32, Result<(), u32>),
    Reason(u32),
    Take(u32),
}

fn accepts(reason: &mut u32, event: &Event) -> bool {
    match *event {
        Event::Request(mine, result) => {
            let expected = if *reason == 0 { Ok(()) } else { Err(*reason) };
            if *reason == 0 {
                *reason = mine;
            }
            result == expected
        }
        Event::Reason(seen) => seen == *reason && seen != 0,
        Event::Take(taken) => core::mem::take(reason) == taken,
    }
}

fn request<const MINE: u32>(stop: &Stop, log: &Log<Event>) {
    let mine = NonZero::<u32>::MIN.saturating_add(MINE - 1);
    log.call(|| Event::Request(MINE, stop.request_stop(mine).map_err(|it| it.current.get())));
}

#[test]
fn two_ask_and_one_waits() {
    Model::new("StopSignal: request_stop | request_stop | wait", || {
        Stop::with_unparker(Unasked::default())
    })
    .actor(request::<1>)
    .actor(request::<2>)
    .actor(|stop, log| {
        log.call(|| {
            let reason = stop.wait(&Sleeper).expect("an actor may sleep");
            Event::Reason(reason.map_or(0, NonZero::get))
        });
    })
    .check(&0, accepts)
    .expect_at_least(2, [130, 770]);
}

fn take(stop: &Stop, log: &Log<Event>) {
    log.call(|| Event::Take(stop.take().map_or(0, NonZero::get)));
}

#[test]
fn one_take_gets_each_reason() {
    Model::new(
        "StopSignal: request_stop, request_stop | take | take",
        || Stop::with_unparker(Unasked::default()),
    )
    .actor(|stop, log| {
        request::<1>(stop, log);
        request::<2>(stop, log);
    })
    .actor(take)
    .actor(take)
    .last(take)
    .check(&0, accepts)
    .expect_at_least(3, [190, 50]);
}

#[test]
fn one_take_gets_each_request() {
    let take = |flag: &StopFlag, log: &Log<Option<bool>>| log.call(|| Some(flag.take()));
    Model::new("StopFlag: request_stop | take | take", StopFlag::new)
        .actor(|flag, log| {
            log.call(|| {
                flag.request_stop();
                None
            });
        })
        .actor(take)
        .actor(take)
        .last(take)
        .check(&false, |requested, event| match event {
            None => {
                *requested = true;
                true
            }
            Some(taken) => core::mem::take(requested) == *taken,
        })
        .expect_at_least(3, [9, 12]);
}
