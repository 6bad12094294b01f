//! Tests of the explorer: the number of executions, and the faults that it must find.

use super::{Asked, Model, Sleeper, block_on};
use core::{future::poll_fn, task::Poll};
use indivisible::{
    atomic::{AtomicU32, Ordering::SeqCst},
    wait::Park,
};

fn word() -> AtomicU32 {
    AtomicU32::new(0)
}

/// Two actors with this number of loads each; no events.
fn loads(times: u32) -> Model<AtomicU32, ()> {
    let load = move |word: &AtomicU32, _: &_| {
        for _ in 0..times {
            word.load(SeqCst);
        }
    };
    Model::new("loads | loads", word).actor(load).actor(load)
}

fn executions(model: &Model<AtomicU32, ()>) -> u64 {
    model.check(&(), |(), ()| true).executions
}

#[test]
fn there_are_as_many_executions_as_interleavings() {
    // 2k over k.
    assert_eq!(executions(&loads(1)), 2);
    assert_eq!(executions(&loads(2)), 6);
    assert_eq!(executions(&loads(5)), 252);
    assert_eq!(executions(&loads(8)), 12_870);
    // 6! / 2!³
    let three = loads(2).actor(|word, _| {
        word.load(SeqCst);
        word.load(SeqCst);
    });
    assert_eq!(executions(&three), 90);
}

#[test]
fn a_bound_leaves_out_executions_with_more_preemptions() {
    // Without preemption: one execution for each first actor. With one: after one, two or three of its loads.
    assert_eq!(executions(&loads(4).preemptions(0, 0)), 2);
    assert_eq!(executions(&loads(4).preemptions(1, 1)), 8);
}

/// Both load, then store one more: an increment that can be lost.
fn increments(spec: fn(&mut u32, &u32) -> bool) {
    let add = |word: &AtomicU32, log: &super::Log<u32>| {
        log.call(|| {
            let seen = word.load(SeqCst);
            word.store(seen + 1, SeqCst);
            seen
        });
    };
    Model::new("load, store | load, store", word)
        .actor(add)
        .actor(add)
        .check(&0, spec);
}

#[test]
#[should_panic(expected = "no sequential order")]
fn a_lost_increment_is_found() {
    increments(|count, seen| {
        *count += 1;
        *seen == *count - 1
    });
}

#[test]
fn an_allowed_outcome_passes() {
    increments(|count, seen| {
        *count += 1;
        *seen < *count
    });
}

/// In some executions, the second call of one actor begins after the first call of the other has returned:
/// it must not be ordered first there.
#[test]
#[should_panic(expected = "no sequential order")]
fn an_order_respects_time() {
    Model::new("store | load", word)
        .actor(|word, log| {
            log.call(|| {
                word.store(1, SeqCst);
                u32::MAX
            });
        })
        .actor(|word, log| {
            // A read that always returns the old value.
            log.call(|| {
                word.load(SeqCst);
                0
            });
        })
        .check(&0, |value, event| match *event {
            u32::MAX => {
                *value = 1;
                true
            }
            seen => seen == *value,
        });
}

#[test]
#[should_panic(expected = "sleeps for ever")]
fn a_lost_wake_up_is_found() {
    Model::new("store; no wake-up | sleep", || (word(), Asked::default()))
        .actor(|(word, _), _: &super::Log<()>| word.store(1, SeqCst))
        .actor(|(word, asked), _| {
            let parked = Sleeper.park_unless(asked, &mut || word.load(SeqCst) == 1);
            assert!(parked.is_ok());
        })
        .check(&(), |(), ()| true);
}

#[test]
#[should_panic(expected = "planted")]
fn a_panic_comes_through() {
    Model::new("panic", word)
        .actor(|word, _: &super::Log<()>| assert!(word.load(SeqCst) > 0, "planted"))
        .check(&(), |(), ()| true);
}

#[test]
fn a_weak_exchange_fails_where_it_may() {
    let model = |failures| {
        Model::new("compare_exchange_weak", word)
            .actor(|word, log| {
                log.call(|| word.compare_exchange_weak(0, 1, SeqCst, SeqCst).is_ok());
            })
            .spurious(failures)
            .check(&(), |(), _| true)
    };
    // In section mode there is no weak exchange.
    let weak = cfg!(not(indivisible_force_sections));
    assert_eq!(model(0).outcomes.len(), 1);
    assert_eq!(model(1).outcomes.len(), 1 + usize::from(weak));
}

#[test]
fn a_task_runs_to_its_end() {
    Model::new("task", word)
        .actor(|_, _: &super::Log<()>| {
            let mut left = 3;
            block_on(poll_fn(|context| {
                left -= 1;
                context.waker().wake_by_ref();
                if left == 0 {
                    Poll::Ready(())
                } else {
                    Poll::Pending
                }
            }));
        })
        .check(&(), |(), ()| true)
        .expect(&["[]"], [1, 1]);
}
