//! `ThreadSlot` with a word of its own, compared with `std`'s token: the same wake-ups wake a thread.

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

/// Longer than the time limit of any test.
const NEVER: Duration = Duration::from_secs(24 * 60 * 60);
const SOON: Duration = Duration::from_millis(1);

#[derive(Clone, Copy, Debug)]
enum Step {
    Wake,
    Wait,
    /// The wake-up is between the check and the sleep.
    WaitAndWake,
}

/// The effect of several wake-ups on one wait.
trait Token {
    fn wake(&self);

    /// Whether the thread was woken; false if `limit` has passed.
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

/// The waits that were woken.
fn woken(token: &impl Token, steps: &[Step]) -> Vec<bool> {
    let mut awake = false;
    let wait = |awake: &mut bool, wakes: bool| {
        // A thread without a wake-up waits for a while; a thread with one, for ever if it is lost.
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
        // Each in a thread of its own: the rest of a token stays behind.
        let ours = within(LIMIT, move || woken(&Ours::default(), &steps));
        let theirs = within(LIMIT, move || woken(&Theirs(thread::current()), &again));
        prop_assert_eq!(ours, theirs);
    }
}

/// Checks before it registers.
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
fn a_planted_check_before_registering_is_found() {
    let steps = [Step::Wake, Step::Wait, Step::WaitAndWake];
    within(SHORT, move || woken(&TooEarly::default(), &steps));
}
