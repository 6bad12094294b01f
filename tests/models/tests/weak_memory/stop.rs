//! `StopSignal`: the first reason wins, and a waiter is woken and sees the writes before the request.

use core::num::NonZero;
use indivisible::stop::{StopFlag, StopSignal};
use loom::sync::atomic::{AtomicU32, Ordering::Relaxed};
use models::weak::{Model, Sleeper, Unparker};

struct State {
    stop: StopSignal<NonZero<u32>, Unparker>,
    before: [AtomicU32; 2],
}

fn state() -> State {
    State {
        stop: StopSignal::with_unparker(Unparker::new()),
        before: [0; 2].map(AtomicU32::new),
    }
}

impl State {
    fn request<const I: usize>(&self) -> &'static str {
        self.before[I].store(1, Relaxed);
        let reason = NonZero::<u32>::MIN.saturating_add(I as u32);
        if self.stop.request_stop(reason).is_ok() {
            "won"
        } else {
            "lost"
        }
    }

    fn wait(&self) -> String {
        let Ok(Some(reason)) = self.stop.wait(&Sleeper::default()) else {
            return "not woken".to_owned();
        };
        let before = self.before[reason.get() as usize - 1].load(Relaxed);
        format!("{reason} after {before}")
    }
}

#[test]
fn a_waiter_is_woken() {
    Model::new("StopSignal: request_stop | wait", state)
        .actor(State::request::<0>)
        .actor(State::wait)
        .check(&["won, 1 after 1"], [170, 100]);
}

#[test]
fn the_first_of_two_reasons_wins() {
    Model::new("StopSignal: request_stop | request_stop | wait", state)
        .actor(State::request::<0>)
        .actor(State::request::<1>)
        .actor(State::wait)
        .preemptions(3, 4)
        .check(
            &["won, lost, 1 after 1", "lost, won, 2 after 1"],
            [3_600, 2_300],
        );
}

/// The caller that gets the reason sees the writes before the request.
#[test]
fn one_take_gets_the_reason() {
    fn take(it: &State) -> String {
        it.stop.take().map_or("none".to_owned(), |reason| {
            let before = it.before[reason.get() as usize - 1].load(Relaxed);
            format!("{reason} after {before}")
        })
    }
    Model::new("StopSignal: request_stop | take | take", state)
        .actor(State::request::<0>)
        .actor(take)
        .actor(take)
        .check(
            &[
                "won, 1 after 1, none",
                "won, none, 1 after 1",
                "won, none, none",
            ],
            [2_500, 1_600],
        );
}

#[test]
fn one_take_gets_the_request() {
    Model::new("StopFlag: request_stop | take | take", StopFlag::new)
        .actor(|flag| {
            flag.request_stop();
            ""
        })
        .actor(|flag| flag.take())
        .actor(|flag| flag.take())
        .last(|flag| flag.take())
        .check(
            &[
                "false, false, true",
                "false, true, false",
                "true, false, false",
            ],
            [2_500, 3_000],
        );
}
