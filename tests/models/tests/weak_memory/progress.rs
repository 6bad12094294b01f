//! `Progress`: a reader that loads n sees the work of the n steps, and a waiter is woken.

use indivisible::progress::{Progress, SingleProgress, Writer};
use loom::sync::atomic::{AtomicU32, Ordering::Relaxed};
use models::weak::{Handed, Model, Sleeper, Unparker, leak};

struct Many {
    progress: Progress<Unparker>,
    before: [AtomicU32; 2],
}

fn many(total: usize) -> Many {
    Many {
        progress: Progress::with_unparker(total, Unparker::new()),
        before: [0; 2].map(AtomicU32::new),
    }
}

impl Many {
    fn step<const I: usize>(&self) -> &'static str {
        self.before[I].store(1, Relaxed);
        self.progress.advance(1);
        ""
    }

    fn before(&self) -> u32 {
        self.before.iter().map(|it| it.load(Relaxed)).sum()
    }

    /// The number of steps, whose work must be visible; the work of further steps may be.
    fn seen(&self) -> String {
        let done = self.progress.done();
        if self.before() as usize >= done {
            done.to_string()
        } else {
            format!("{done} without their work")
        }
    }

    fn wait(&self) -> String {
        let done = self.progress.wait_complete(&Sleeper::default());
        format!("{done:?} after {}", self.before())
    }
}

/// Two writers with one step each, and further actors.
fn two_steps(name: &'static str, total: usize) -> Model<Many> {
    Model::new(name, move || many(total))
        .actor(Many::step::<0>)
        .actor(Many::step::<1>)
        .preemptions(3, 4)
}

#[test]
fn a_waiter_is_woken_and_sees_the_work() {
    Model::new("Progress: advance | wait_complete", || many(1))
        .actor(Many::step::<0>)
        .actor(Many::wait)
        .check(&["Ok(1) after 1"], [50, 45]);
}

#[test]
fn a_waiter_for_two_writers_is_woken() {
    two_steps("Progress: advance | advance | wait_complete", 2)
        .actor(Many::wait)
        .check(&["Ok(2) after 2"], [3_600, 5_600]);
}

/// The first step wakes it, it must wait again, and the `advance` that woke it must not drop it.
#[test]
fn a_waiter_for_two_steps_is_woken() {
    Model::new("Progress: advance, advance | wait_complete", || many(2))
        .actor(|it| {
            it.step::<0>();
            it.step::<1>()
        })
        .actor(Many::wait)
        .check(&["Ok(2) after 2"], [340, 350]);
}

/// A load that reads the second `advance` synchronizes with the first, too: their changes are one release
/// sequence.
#[test]
fn a_reader_of_two_steps_sees_both() {
    two_steps("Progress: advance | advance | done", 2)
        .actor(Many::seen)
        .check(&["0", "1", "2"], [6_200, 5_600]);
}

/// Of two steps towards a total of one, the second is rolled back: two changes between the first step and the
/// reader.
#[test]
fn a_rollback_keeps_the_release_sequence() {
    two_steps("Progress of 1: advance | advance | done", 1)
        .actor(Many::seen)
        .check(&["0", "1"], [7_700, 4_700]);
}

/// The change that sets the waiter's bit and the one that clears it are between the step and the reader.
#[test]
fn a_waiter_keeps_the_release_sequence() {
    Model::new("Progress: advance | wait_complete | done", || many(1))
        .actor(Many::step::<0>)
        .actor(Many::wait)
        .actor(Many::seen)
        .preemptions(2, 3)
        .check(&["Ok(1) after 1, 0", "Ok(1) after 1, 1"], [1_100, 1_000]);
}

#[test]
fn steps_beyond_the_total_are_dropped() {
    Model::new(
        "Progress: advance(2) | advance(2) | done, done, of 3",
        || many(3),
    )
    .actor(|it| {
        it.progress.advance(2);
        ""
    })
    .actor(|it| {
        it.progress.advance(2);
        ""
    })
    .actor(|it| format!("{} to {}", it.progress.done(), it.progress.done()))
    .preemptions(3, 4)
    .check(
        &["0 to 0", "0 to 2", "0 to 3", "2 to 2", "2 to 3", "3 to 3"],
        [2_800, 1_800],
    );
}

struct One {
    writer: Handed<Writer<'static, Unparker>>,
    progress: &'static SingleProgress<Unparker>,
    before: AtomicU32,
}

fn one() -> One {
    let (writer, progress) = leak(SingleProgress::with_unparker(2, Unparker::new())).split();
    One {
        writer: Handed::new(writer),
        progress,
        before: AtomicU32::new(0),
    }
}

#[test]
fn the_one_writer_wakes() {
    Model::new("Progress, single: set_done(2) | wait_complete", one)
        .actor(|it| {
            it.before.store(1, Relaxed);
            it.writer.take().set_done(2);
            ""
        })
        .actor(|it| {
            let done = it.progress.wait_complete(&Sleeper::default());
            format!("{done:?} after {}", it.before.load(Relaxed))
        })
        .check(&["Ok(2) after 1"], [170, 170]);
}

/// Without the ordering of a registration.
#[test]
fn a_waiter_that_only_loads_sees_the_work() {
    Model::new("Progress, single: store, set_done(2) | done, load", one)
        .actor(|it| {
            it.before.store(1, Relaxed);
            it.writer.take().set_done(2);
            ""
        })
        .actor(|it| match it.progress.done() {
            0 => "nothing".to_owned(),
            done => format!("{done} after {}", it.before.load(Relaxed)),
        })
        .check(&["nothing", "2 after 1"], [21, 21]);
}

#[test]
fn a_waiter_for_any_change_is_woken() {
    Model::new(
        "Progress, single: set_done(1), set_done(2) | wait_change(0)",
        one,
    )
    .actor(|it| {
        let mut writer = it.writer.take();
        writer.set_done(1);
        writer.set_done(2);
        ""
    })
    .actor(|it| format!("{:?}", it.progress.wait_change(0, &Sleeper::default())))
    .check(&["Ok(1)", "Ok(2)"], [2_000, 2_000]);
}

#[test]
fn a_writer_that_is_dropped_ends_a_wait() {
    Model::new("SingleProgress: set_done(1), dropped | wait_complete", one)
        .actor(|it| {
            it.before.store(1, Relaxed);
            it.writer.take().set_done(1);
            ""
        })
        .actor(|it| {
            let end = it.progress.wait_complete(&Sleeper::default());
            format!("{end:?} after {}", it.before.load(Relaxed))
        })
        .preemptions(2, 3)
        .check(&["Err(Abandoned) after 1"], [300, 300]);
}

impl Many {
    /// Restarts when all steps are done, and then takes the one step of the next round, of 2.
    fn restart_and_step<const I: usize>(&self) -> &'static str {
        if self.progress.try_restart(2).is_err() {
            return "refused";
        }
        self.step::<I>();
        "restarted"
    }

    /// The steps and the total of one read.
    fn looks(&self) -> String {
        let seen = format!("{:?}", self.progress);
        let numbers: String = seen.chars().filter(char::is_ascii_digit).collect();
        let [done, total] = [0, 1].map(|i| numbers.as_bytes()[i] - b'0');
        let before = self.before();
        // One step of the old round, and those of the new one.
        let steps = u32::from(done) + u32::from(total == 2);
        if before >= steps {
            format!("{done} of {total}")
        } else {
            format!("{done} of {total} without their work")
        }
    }
}

/// A reader during a restart sees one round or the other, with the writes of both.
#[test]
fn a_restart_is_read_untorn() {
    Model::new(
        "Progress of 1: advance; try_restart(2), advance | done and total",
        || many(1),
    )
    .actor(|it| {
        it.step::<0>();
        it.restart_and_step::<1>()
    })
    .actor(Many::looks)
    .check(
        &[
            "restarted, 0 of 1",
            "restarted, 0 of 2",
            "restarted, 1 of 1",
            "restarted, 1 of 2",
        ],
        [1_100, 680],
    );
}

/// The second restart stores the total where the reader may be about to load that of the first round.
#[test]
fn two_restarts_are_read_untorn() {
    Model::new(
        "Progress of 1: advance, try_restart(0), try_restart(2) | done and total",
        || many(1),
    )
    .actor(|it| {
        it.step::<0>();
        assert!(it.progress.try_restart(0).is_ok(), "all is done");
        assert!(it.progress.try_restart(2).is_ok(), "there is nothing to do");
        ""
    })
    .actor(Many::looks)
    .check(&["0 of 0", "0 of 1", "0 of 2", "1 of 1"], [2_300, 1_500]);
}

/// The caller that restarts sees the writes before the other actor's step.
#[test]
fn a_restart_comes_after_the_steps_of_the_old_round() {
    Model::new("Progress of 1: advance | try_restart(2), load", || many(1))
        .actor(Many::step::<0>)
        .actor(|it| match it.progress.try_restart(2) {
            Ok(()) => format!("after {}", it.before()),
            Err(_) => "refused".to_owned(),
        })
        .check(&["after 1", "refused"], [23, 18]);
}

/// A late step is rolled back in any later round.
///
/// In section mode loom keeps no record of `done` once `advance` has loaded the state, so it would never run
/// that section between the restart and `done`. It compares it with the section of `advance(0)`.
#[test]
fn a_late_step_leaves_the_next_round_alone() {
    Model::new(
        "Progress of 1, done: advance(2) | try_restart(3), advance(0), done",
        || {
            let it = many(1);
            it.progress.advance(1);
            it
        },
    )
    .actor(|it| {
        it.progress.advance(2);
        ""
    })
    .actor(|it| {
        assert!(it.progress.try_restart(3).is_ok(), "all is done");
        it.progress.advance(0);
        it.progress.done()
    })
    .last(|it| it.progress.done())
    .check(&["0, 0", "0, 2", "2, 2"], [1_100, 50]);
}

#[test]
fn one_of_two_restarts_a_round() {
    fn restart<const TOTAL: usize>(it: &Many) -> &'static str {
        it.progress
            .try_restart(TOTAL)
            .map_or("refused", |()| "restarted")
    }
    Model::new("Progress of 0: try_restart(1) | try_restart(2)", || many(0))
        .actor(restart::<1>)
        .actor(restart::<2>)
        .last(|it| it.progress.total())
        .check(
            &["refused, restarted, 2", "restarted, refused, 1"],
            [150, 50],
        );
}
