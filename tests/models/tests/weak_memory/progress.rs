//! `Progress`: who sees n done sees what was written before, and who waits is woken.

use indivisible::progress::{Progress, ProgressWriter, Single};
use loom::sync::atomic::{AtomicU32, Ordering::Relaxed};
use models::weak::{Asked, Handed, Model, Sleeper, Unasked, leak};

struct Many {
    progress: Progress<Asked>,
    before: [AtomicU32; 2],
}

fn many(total: usize) -> Many {
    Many {
        progress: Progress::with_unparker(total, Asked::new()),
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

    /// What is done, which has to be seen; more may be.
    fn seen(&self) -> String {
        let done = self.progress.done();
        if self.before() as usize >= done {
            done.to_string()
        } else {
            format!("{done} without what it took")
        }
    }

    fn wait(&self) -> String {
        let done = self.progress.wait_complete(&Sleeper::default());
        format!("{done:?} after {}", self.before())
    }
}

/// Two writers with a step each, and whoever is added.
fn two_steps(name: &'static str, total: usize) -> Model<Many> {
    Model::new(name, move || many(total))
        .actor(Many::step::<0>)
        .actor(Many::step::<1>)
        .preemptions(3, 4)
}

#[test]
fn a_waiter_is_woken_and_sees_what_was_done() {
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

/// It is woken by the first, has to wait on, and must not be forgotten by whoever woke it.
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

/// The second advance is seen by a load that knows nothing of the first: their changes are one
/// release sequence.
#[test]
fn who_sees_two_done_sees_both() {
    two_steps("Progress: advance | advance | done", 2)
        .actor(Many::seen)
        .check(&["0", "1", "2"], [6_200, 5_600]);
}

/// Of two steps towards one the second is taken back, and stands between the first and whoever looks.
#[test]
fn steps_taken_back_hide_nothing() {
    two_steps("Progress of 1: advance | advance | done", 1)
        .actor(Many::seen)
        .check(&["0", "1"], [7_700, 4_700]);
}

/// The waiter's bit and its end stand between the step and whoever looks.
#[test]
fn a_waiter_hides_nothing() {
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
    writer: Handed<ProgressWriter<'static, Unasked>>,
    progress: &'static Progress<Unasked, Single>,
    before: AtomicU32,
}

fn one() -> One {
    let (writer, progress) = leak(Progress::single_with_unparker(2, Unasked::new())).split();
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

/// Without the order that a registration brings along.
#[test]
fn a_waiter_that_only_looks_sees_what_was_done() {
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
