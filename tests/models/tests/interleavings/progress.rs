//! `Progress`: a counter up to a total, and its waiters.

use core::cell::RefCell;
use indivisible::progress::{Progress, SingleProgress, Writer};
use models::explorer::{Asked, Log, Model, Sleeper, Unasked};

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Event {
    Advance(usize),
    Done(usize),
    /// The steps that the wait asked for, and the steps that it returned.
    Waited(usize, usize),
}

const TOTAL: usize = 3;

/// A wait ends with a load.
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
        .preemptions(4, 6)
        .check(&0, accepts)
        .expect_at_least(3, [320, 1_600]);
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

/// Done, and the total.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Rounds {
    Advance(usize),
    Seen(usize, usize),
    Restart(usize, bool),
}

fn accepts_rounds((done, total): &mut (usize, usize), event: &Rounds) -> bool {
    match *event {
        Rounds::Advance(n) => {
            *done = (*total).min(*done + n);
            true
        }
        Rounds::Seen(seen, of) => (seen, of) == (*done, *total),
        Rounds::Restart(next, restarted) => {
            let may = *done == *total;
            if restarted {
                (*done, *total) = (0, next);
            }
            // Also refused while another restart runs: at most one of them may succeed.
            may || !restarted
        }
    }
}

fn of_one() -> Progress<Asked> {
    Progress::with_unparker(1, Asked::default())
}

fn step<const N: usize>(progress: &Progress<Asked>, log: &Log<Rounds>) {
    log.call(|| {
        progress.advance(N);
        Rounds::Advance(N)
    });
}

fn restart<const TOTAL: usize>(progress: &Progress<Asked>, log: &Log<Rounds>) {
    log.call(|| Rounds::Restart(TOTAL, progress.try_restart(TOTAL).is_ok()));
}

fn seen(progress: &Progress<Asked>, log: &Log<Rounds>) {
    // Both numbers of one read.
    log.call(|| {
        let seen = format!("{progress:?}");
        let mut digits = seen.bytes().filter(u8::is_ascii_digit);
        let mut next = || digits.next().map_or(0, |digit| usize::from(digit - b'0'));
        Rounds::Seen(next(), next())
    });
}

#[test]
fn a_round_is_restarted_by_one_and_read_untorn() {
    Model::new(
        "Progress of 1: advance(1), try_restart(2) | try_restart(3) | done and total",
        of_one,
    )
    .actor(|progress, log| {
        step::<1>(progress, log);
        restart::<2>(progress, log);
    })
    .actor(restart::<3>)
    .actor(seen)
    .last(seen)
    .check(&(0, 1), accepts_rounds)
    .expect_at_least(3, [2_200, 700]);
}

/// Two steps towards a total of one, and another round before the second step is rolled back.
#[test]
fn a_late_step_is_dropped_or_counts_in_the_next_round() {
    Model::new(
        "Progress of 1: advance(1), try_restart(3) | advance(2) | done and total",
        of_one,
    )
    .actor(|progress, log| {
        step::<1>(progress, log);
        restart::<3>(progress, log);
    })
    .actor(step::<2>)
    .actor(seen)
    .last(seen)
    .check(&(0, 1), accepts_rounds)
    .expect_at_least(3, [12_000, 480]);
}

/// The second restart stores the total where a reader may be about to load that of the first round.
#[test]
fn two_restarts_are_read_untorn() {
    Model::new(
        "Progress of 1: advance(1), try_restart(0), try_restart(2), advance(1) | done and total",
        of_one,
    )
    .actor(|progress, log| {
        step::<1>(progress, log);
        restart::<0>(progress, log);
        restart::<2>(progress, log);
        step::<1>(progress, log);
    })
    .actor(seen)
    .check(&(0, 1), accepts_rounds)
    .expect_at_least(3, [160, 850]);
}

struct One {
    writer: RefCell<Writer<'static, Unasked>>,
    progress: &'static SingleProgress<Unasked>,
}

fn one() -> One {
    let progress = SingleProgress::with_unparker(TOTAL, Unasked::default());
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
