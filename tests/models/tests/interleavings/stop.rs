//! `StopSignal`: the first reason wins, and who waits gets it.

use core::num::NonZero;
use indivisible::stop::StopSignal;
use models::explorer::{Log, Model, Sleeper, Unasked};

type Stop = StopSignal<NonZero<u32>, Unasked>;

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Event {
    Request(u32, Result<(), u32>),
    Reason(u32),
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
