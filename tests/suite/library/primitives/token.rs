//! `ThreadSlot` with a word of its own beside `std`'s token: a thread is woken by the same wake-ups.

use super::{LIMIT, SHORT};
use core::{
    cell::Cell,
    sync::atomic::{
        AtomicBool,
        Ordering::{Acquire, Release},
    },
    time::Duration,
};
use indivisible::wait::{
    Park, Unpark, WakeReason,
    thread::{CurrentThread, ThreadSlot},
};
use integration_tests::within;
use proptest::{collection::vec, prelude::*};
use std::{
    thread::{self, Thread},
    time::Instant,
};

/// Longer than any test is allowed to take.
const NEVER: Duration = Duration::from_secs(24 * 60 * 60);
const SOON: Duration = Duration::from_millis(1);

#[derive(Clone, Copy, Debug)]
enum Step {
    Wake,
    Wait,
    /// The wake-up comes after the look and before the sleep.
    WaitAndWake,
}

/// What any number of wake-ups leave behind for one wait.
trait Token {
    fn wake(&self);

    /// Whether it was woken, rather than that `limit` has passed.
    fn wait(&self, limit: Duration, in_the_gap: impl Fn()) -> bool;
}

#[derive(Default)]
struct Ours {
    slot: ThreadSlot,
    word: AtomicBool,
}

impl Token for Ours {
    fn wake(&self) {
        self.word.store(true, Release);
        self.slot.unpark();
    }

    fn wait(&self, limit: Duration, in_the_gap: impl Fn()) -> bool {
        let parker = CurrentThread::with_timeout(limit);
        let first = Cell::new(true);
        loop {
            let mut look = || {
                let ready = self.word.load(Acquire);
                if first.take() {
                    in_the_gap();
                }
                ready
            };
            let woken = parker.park_unless(&self.slot, &mut look).unwrap();
            if self.word.swap(false, Acquire) || woken == WakeReason::TimedOut {
                return woken == WakeReason::Woken;
            }
        }
    }
}

struct Theirs(Thread);

impl Token for Theirs {
    fn wake(&self) {
        self.0.unpark();
    }

    fn wait(&self, limit: Duration, in_the_gap: impl Fn()) -> bool {
        in_the_gap();
        let asleep = Instant::now();
        thread::park_timeout(limit);
        asleep.elapsed() < limit
    }
}

/// Which of the waits were woken.
fn woken(token: &impl Token, steps: &[Step]) -> Vec<bool> {
    let mut awake = false;
    let wait = |awake: &mut bool, wakes: bool| {
        // Who will not be woken waits for a while; who will be, if need be for ever.
        let limit = if *awake || wakes { NEVER } else { SOON };
        *awake = false;
        token.wait(limit, || {
            if wakes {
                token.wake();
            }
        })
    };
    let mut woken = Vec::new();
    for step in steps {
        match step {
            Step::Wake => {
                token.wake();
                awake = true;
            }
            Step::Wait => woken.push(wait(&mut awake, false)),
            Step::WaitAndWake => woken.push(wait(&mut awake, true)),
        }
    }
    woken
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![Just(Step::Wake), Just(Step::Wait), Just(Step::WaitAndWake)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn as_std(steps in vec(step(), 0..16)) {
        let again = steps.clone();
        // Each in a thread of its own: what is left of a token stays behind.
        let ours = within(LIMIT, move || woken(&Ours::default(), &steps));
        let theirs = within(LIMIT, move || woken(&Theirs(thread::current()), &again));
        prop_assert_eq!(ours, theirs);
    }
}

/// Looks before it registers.
#[derive(Default)]
struct TooEarly(Ours);

impl Token for TooEarly {
    fn wake(&self) {
        self.0.wake();
    }

    fn wait(&self, limit: Duration, in_the_gap: impl Fn()) -> bool {
        let ready = self.0.word.swap(false, Acquire);
        in_the_gap();
        let parker = CurrentThread::with_timeout(limit);
        let woken = parker.park_unless(&self.0.slot, &mut || ready).unwrap();
        woken == WakeReason::Woken
    }
}

#[test]
#[should_panic(expected = "it hangs")]
fn a_planted_look_before_registering_is_found() {
    let steps = [Step::Wake, Step::Wait, Step::WaitAndWake];
    within(SHORT, move || woken(&TooEarly::default(), &steps));
}
