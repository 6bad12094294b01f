//! `ThreadSlot`: no thread sleeps through a wake-up, and no handle is leaked or dropped twice, which loom counts.

use core::time::Duration;
use indivisible::wait::{
    Park, Unpark, WaitError, WakeReason,
    thread::{CurrentThread, ThreadSlot},
};
use loom::sync::atomic::{AtomicBool, Ordering::Relaxed};
use models::weak::Model;

/// The flags are Relaxed: all order between the actors is that of the slot and of the token.
struct Shared {
    slot: ThreadSlot,
    done: [AtomicBool; 2],
    registering: AtomicBool,
}

fn shared() -> Shared {
    Shared {
        slot: ThreadSlot::new(),
        done: [false; 2].map(AtomicBool::new),
        registering: AtomicBool::new(false),
    }
}

impl Shared {
    fn wake<const I: usize>(&self) -> &'static str {
        self.done[I].store(true, Relaxed);
        self.slot.unpark();
        ""
    }

    /// Waits for `wake::<I>`; returns how the last round ended.
    fn wait<const I: usize>(&self) -> &'static str {
        loop {
            let mut is_done = false;
            let mut look = || {
                is_done = self.done[I].load(Relaxed);
                is_done
            };
            match CurrentThread::new().park_unless(&self.slot, &mut look) {
                Ok(_) if is_done => return "saw it",
                Ok(_) if self.done[I].load(Relaxed) => return "slept",
                Ok(_) => {}
                Err(WaitError::TooManyWaiters) => return "refused",
                Err(other) => unreachable!("{other}"),
            }
        }
    }
}

/// Where the waiter slept, the one `unpark` found it, and what precedes the registration happens before.
#[test]
fn a_registration_and_a_wake_up_are_ordered() {
    Model::new("ThreadSlot: unpark, load | store, wait", shared)
        .actor(|it| {
            it.wake::<0>();
            if it.registering.load(Relaxed) {
                "registering"
            } else {
                ""
            }
        })
        .actor(|it| {
            it.registering.store(true, Relaxed);
            it.wait::<0>()
        })
        .check(
            &["registering, saw it", "registering, slept", "saw it"],
            [180, 180],
        );
}

#[test]
fn two_wake_one_thread() {
    Model::new("ThreadSlot: unpark | unpark | wait", shared)
        .actor(Shared::wake::<0>)
        .actor(Shared::wake::<1>)
        .actor(Shared::wait::<0>)
        .preemptions(3, 4)
        .check(&["saw it", "slept"], [2_500, 2_500]);
}

/// The end of one wait leaves the registration of the next one alone.
#[test]
fn a_second_thread_is_refused_or_woken() {
    Model::new("ThreadSlot: unpark, unpark | wait | wait", shared)
        .actor(|it| {
            it.wake::<0>();
            it.wake::<1>()
        })
        .actor(Shared::wait::<0>)
        .actor(Shared::wait::<1>)
        .preemptions(2, 3)
        .check(
            &[
                "refused, saw it",
                "refused, slept",
                "saw it, refused",
                "saw it, saw it",
                "saw it, slept",
                "slept, refused",
                "slept, saw it",
                "slept, slept",
            ],
            [660, 660],
        );
}

#[test]
fn a_wait_whose_limit_has_passed_leaves_the_slot() {
    Model::new("ThreadSlot: unpark | wait for no time, wait", shared)
        .actor(Shared::wake::<0>)
        .actor(|it| {
            let at_once = CurrentThread::with_timeout(Duration::ZERO);
            let first = at_once.park_unless(&it.slot, &mut || false);
            let first = match first.expect("no other thread waits") {
                WakeReason::Woken => "woken",
                WakeReason::TimedOut => "timed out",
            };
            format!("{first}, then {}", it.wait::<0>())
        })
        .check(
            &[
                "timed out, then saw it",
                "timed out, then slept",
                "woken, then saw it",
            ],
            [100, 100],
        );
}
