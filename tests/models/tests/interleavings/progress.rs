//! `Progress`: a counter up to a total, and who waits for it.

use core::cell::RefCell;
use indivisible::progress::{Progress, ProgressWriter, Single};
use models::explorer::{Asked, Log, Model, Sleeper, Unasked};

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Event {
    Advance(usize),
    Done(usize),
    /// Until so much was done; so much was.
    Waited(usize, usize),
}

const TOTAL: usize = 3;

/// A wait ends with a look.
fn accepts(done: &mut usize, event: &Event) -> bool {
    match *event {
        Event::Advance(n) => {
            *done = TOTAL.min(*done + n);
            true
        }
        Event::Done(seen) => seen == *done,
        Event::Waited(steps, seen) => seen == *done && seen >= steps,
    }
}

fn many() -> Progress<Asked> {
    Progress::with_unparker(TOTAL, Asked::default())
}

fn advance<const N: usize>(progress: &Progress<Asked>, log: &Log<Event>) {
    log.call(|| {
        progress.advance(N);
        Event::Advance(N)
    });
}

fn wait<const STEPS: usize>(progress: &Progress<Asked>, log: &Log<Event>) {
    log.call(|| {
        let done = progress
            .wait_until(STEPS, &Sleeper)
            .expect("an actor may sleep");
        Event::Waited(STEPS, done)
    });
}

fn done(progress: &Progress<Asked>, log: &Log<Event>) {
    log.call(|| Event::Done(progress.done()));
}

#[test]
fn a_waiter_for_each_step_is_woken() {
    Model::new("Progress of 3: 3 advance(1) | wait 1, wait 3", many)
        .actor(|progress, log| (0..3).for_each(|_| advance::<1>(progress, log)))
        .actor(|progress, log| {
            wait::<1>(progress, log);
            wait::<3>(progress, log);
        })
        .spurious(1)
        .check(&0, accepts)
        .expect_at_least(3, [260, 27_000]);
}

#[test]
fn a_waiter_for_two_writers_is_woken() {
    Model::new("Progress of 3: advance(2) | advance(2) | wait 3", many)
        .actor(advance::<2>)
        .actor(advance::<2>)
        .actor(wait::<3>)
        .check(&0, accepts)
        .expect_at_least(1, [28, 110]);
}

#[test]
fn readers_see_it_go_up_to_the_total() {
    Model::new(
        "Progress of 3: advance(2), advance(2) | advance(1) | done, done",
        many,
    )
    .actor(|progress, log| {
        advance::<2>(progress, log);
        advance::<2>(progress, log);
    })
    .actor(advance::<1>)
    .actor(|progress, log| {
        done(progress, log);
        done(progress, log);
    })
    .last(done)
    .check(&0, accepts)
    .expect_at_least(9, [36, 100]);
}

struct One {
    writer: RefCell<ProgressWriter<'static, Unasked>>,
    progress: &'static Progress<Unasked, Single>,
}

fn one() -> One {
    let progress = Progress::single_with_unparker(TOTAL, Unasked::default());
    let (writer, progress) = Box::leak(Box::new(progress)).split();
    One {
        writer: RefCell::new(writer),
        progress,
    }
}

#[test]
fn the_one_writer_wakes_at_each_step() {
    Model::new(
        "Progress of 3, single: advance(1), advance(2) | wait 1, wait 3",
        one,
    )
    .actor(|it, log| {
        for n in [1, 2] {
            log.call(|| {
                it.writer.borrow_mut().advance(n);
                Event::Advance(n)
            });
        }
    })
    .actor(|it, log| {
        for steps in [1, 3] {
            log.call(|| {
                let done = it.progress.wait_until(steps, &Sleeper);
                Event::Waited(steps, done.expect("an actor may sleep"))
            });
        }
    })
    .check(&0, accepts)
    .expect_at_least(2, [1_400, 4_200]);
}
