use core::sync::atomic::{
    AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};
use indivisible::progress::{MAX_SINGLE_TOTAL, MAX_TOTAL, Progress, SingleProgress};
use integration_tests::race;
use proptest::{collection::vec, prelude::*};
use std::thread;

#[derive(Clone, Debug)]
enum Step {
    Advance(usize),
    SetDone(usize),
    Restart(usize),
    TryRestart(usize),
}

/// Small totals, totals at the limit, and any other.
fn number() -> impl Strategy<Value = usize> {
    prop_oneof![
        4 => 0..20usize,
        1 => prop::sample::select(vec![MAX_TOTAL, MAX_TOTAL - 1, usize::MAX]),
        1 => any::<usize>(),
    ]
}

fn total() -> impl Strategy<Value = usize> {
    number().prop_map(|it| it.min(MAX_TOTAL))
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => number().prop_map(Step::Advance),
        4 => number().prop_map(Step::SetDone),
        1 => total().prop_map(Step::Restart),
        1 => total().prop_map(Step::TryRestart),
    ]
}

macro_rules! prop_assert_shows {
    ($progress:expr, $done:expr, $total:expr) => {{
        prop_assert_eq!($progress.done(), $done);
        prop_assert_eq!($progress.total(), $total);
        prop_assert_eq!($progress.remaining(), $total - $done);
        prop_assert_eq!($progress.is_complete(), $done == $total);
    }};
}

proptest! {
    #[test]
    fn shared_as_the_model(total in total(), steps in vec(step(), 0..40)) {
        let (mut done, mut total) = (0, total);
        let mut progress = Progress::new(total);
        for step in steps {
            match step {
                Step::Advance(n) | Step::SetDone(n) => {
                    progress.advance(n);
                    done = total.min(n.saturating_add(done));
                }
                Step::Restart(n) => {
                    progress.restart(n);
                    (done, total) = (0, n);
                }
                Step::TryRestart(n) => {
                    let restarted = progress.try_restart(n);
                    prop_assert_eq!(restarted.is_ok(), done == total);
                    if restarted.is_ok() {
                        (done, total) = (0, n);
                    }
                }
            }
            prop_assert_shows!(progress, done, total);
        }
    }

    #[test]
    fn single_as_the_model(total in total(), runs in vec((vec(step(), 0..12), any::<bool>()), 0..6)) {
        let (mut done, mut total) = (0, total);
        let mut progress = SingleProgress::new(total);
        let mut claimed = false;
        for (steps, splits) in runs {
            let mut restart = None;
            let (mut writer, seen) = if splits {
                progress.split()
            } else {
                let claim = progress.claim();
                prop_assert_eq!(claim.is_some(), !claimed);
                claimed = true;
                let Some(writer) = claim else { continue };
                (writer, &progress)
            };
            for step in steps {
                match step {
                    Step::Advance(n) => {
                        writer.advance(n);
                        done = total.min(n.saturating_add(done));
                    }
                    Step::SetDone(n) => {
                        writer.set_done(n);
                        done = done.max(n.min(total));
                    }
                    Step::Restart(n) | Step::TryRestart(n) => restart = Some(n),
                }
                prop_assert_eq!(writer.done(), done);
                prop_assert_shows!(seen, done, total);
            }
            drop(writer);
            claimed |= splits;
            if let Some(n) = restart {
                progress.restart(n);
                (done, total, claimed) = (0, n, false);
                prop_assert_shows!(progress, 0, n);
            }
        }
    }
}

#[test]
fn a_total_that_leaves_no_room_for_the_other_bits_is_refused() {
    let refused = |f: fn()| std::panic::catch_unwind(f).is_err();
    assert!(refused(|| assert_eq!(
        Progress::new(MAX_TOTAL + 1).done(),
        0
    )));
    assert!(refused(|| assert_eq!(
        SingleProgress::new(MAX_SINGLE_TOTAL + 1).done(),
        0
    )));
    assert!(refused(|| Progress::new(1).restart(MAX_TOTAL + 1)));
    assert!(refused(
        || SingleProgress::new(1).restart(MAX_SINGLE_TOTAL + 1)
    ));
    assert!(refused(|| {
        let progress = Progress::new(0);
        assert!(progress.try_restart(MAX_TOTAL + 1).is_ok());
    }));
    assert_eq!(Progress::new(MAX_TOTAL).total(), MAX_TOTAL);

    let mut largest = SingleProgress::new(MAX_SINGLE_TOTAL);
    let (mut writer, progress) = largest.split();
    writer.set_done(usize::MAX);
    assert_eq!(progress.done(), MAX_SINGLE_TOTAL);
    assert!(progress.is_complete());
}

#[test]
fn a_total_of_nothing_is_complete() {
    assert!(Progress::new(0).is_complete());
    assert!(SingleProgress::new(0).is_complete());
}

#[test]
fn one_claim_succeeds() {
    for round in 0..500 {
        let mut progress = SingleProgress::new(3);
        for _ in 0..2 {
            let claims = race(2 + round % 7, |_| progress.claim().is_some());
            assert_eq!(claims.iter().filter(|it| **it).count(), 1);
            progress.restart(3);
        }
    }
}

/// Two would overwrite each other's stores, and readers could see `done` decrease.
#[test]
fn there_is_no_second_writer_after_a_split() {
    let mut progress = SingleProgress::new(9);
    let (mut writer, shared) = progress.split();
    assert!(shared.claim().is_none(), "a second writer");
    writer.set_done(5);
    assert!(shared.claim().is_none(), "a second writer");
}

/// Reads until everything is done; checks that it never decreases and never exceeds the total.
fn watch(progress: impl Fn() -> usize, total: usize) {
    let mut last = 0;
    while last < total {
        let done = progress();
        assert!(done >= last, "decreased from {last} to {done}");
        assert!(done <= total, "{done} of {total}");
        last = done;
        thread::yield_now();
    }
}

#[test]
#[should_panic(expected = "decreased from")]
fn a_decrease_is_found() {
    let looks = AtomicUsize::new(0);
    watch(|| [1, 3, 2, 5][looks.fetch_add(1, Relaxed)], 5);
}

#[test]
fn many_writers_complete_it_exactly_and_never_more() {
    const TOTAL: usize = 12_000;
    for workers in 1..=4 {
        let progress = Progress::new(TOTAL);
        // Every thread does all of it in steps of 1, 2 and 3: too much, except for a single thread.
        race(workers + 1, |number| match number.checked_sub(1) {
            None => watch(|| progress.done(), TOTAL),
            Some(_) => (0..TOTAL / 2).for_each(|n| progress.advance(n % 3 + 1)),
        });
        assert!(progress.is_complete());
    }
}

#[test]
fn not_a_step_too_few_is_counted() {
    const EACH: usize = 5_000;
    for workers in 2..=8 {
        let progress = Progress::new(EACH * workers + 1);
        race(workers, |_| (0..EACH).for_each(|_| progress.advance(1)));
        assert_eq!(progress.remaining(), 1);
    }
}

#[test]
fn one_writer_shows_every_step_in_order() {
    const TOTAL: usize = 20_000;
    let progress = SingleProgress::new(TOTAL);
    race(3, |number| match number {
        0 => {
            let mut writer = progress.claim().unwrap();
            (0..=TOTAL).for_each(|n| writer.set_done(n));
        }
        _ => watch(|| progress.done(), TOTAL),
    });
}

#[test]
fn a_reader_of_a_step_sees_its_work() {
    const TOTAL: usize = 2_000;
    let work: Vec<AtomicUsize> = (0..TOTAL).map(|_| AtomicUsize::new(0)).collect();
    let (shared, single) = (Progress::new(TOTAL), SingleProgress::new(TOTAL));
    race(2, |number| {
        if number == 0 {
            let mut writer = single.claim().unwrap();
            for (n, item) in work.iter().enumerate() {
                item.store(n + 1, Relaxed);
                shared.advance(1);
                item.store(n + 2, Release);
                writer.advance(1);
            }
        } else {
            for (n, item) in work.iter().enumerate() {
                while shared.done() <= n {
                    thread::yield_now();
                }
                assert!(item.load(Relaxed) > n);
                while single.done() <= n {
                    thread::yield_now();
                }
                assert_eq!(item.load(Acquire), n + 2);
            }
        }
    });
}

/// With steps that are too late for the old round, which are dropped, or count in the new one.
#[test]
fn one_of_several_restarts_a_round_and_a_late_step_does_no_harm() {
    const LATE: usize = 4;
    let progress = Progress::new(0);
    for round in 0..500 {
        let total = LATE + 1 + round % 7;
        let old = progress.total();
        let restarted = race(4, |number| {
            if number < 2 {
                return progress.try_restart(total).is_ok();
            }
            (0..LATE / 2).for_each(|_| progress.advance(1));
            let done = progress.done();
            assert!(done <= LATE || done == old, "{done} of {old} or {total}");
            false
        });
        assert_eq!(restarted.iter().filter(|it| **it).count(), 1);
        let done = progress.done();
        assert!(done <= LATE);
        assert_eq!(
            (progress.total(), progress.remaining()),
            (total, total - done)
        );
        progress.advance(total - done - 1);
        assert_eq!(progress.remaining(), 1);
        progress.advance(1);
        assert!(progress.is_complete());
    }
}
