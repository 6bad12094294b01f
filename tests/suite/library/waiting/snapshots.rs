//! Values of several words, read untorn while they are written: `Latest` and `ShardedStats`.

use super::{LIMIT, SHORT, executor::block_on};
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use indivisible::{
    latest::{Latest, Reader, Words},
    stats::ShardedStats,
    wait::{
        Polling, Unpark,
        task::Wakers,
        thread::{Broadcast, CurrentThread},
    },
};
use integration_tests::{race, within};

const READERS: usize = 2;
const PUBLISHED: usize = 200_000;

/// Four words with an invariant.
#[derive(Clone, Copy)]
struct Numbered(usize);

impl Words for Numbered {
    type Repr = [usize; 4];

    fn into_words(self) -> [usize; 4] {
        let Self(number) = self;
        [number, !number, number.rotate_left(7), number ^ 0x5A5A]
    }

    /// Asserts the invariant: a torn copy must not be converted, even if it is dropped afterwards.
    fn from_words(words: [usize; 4]) -> Self {
        let whole = Self(words[0]);
        assert_eq!(words, whole.into_words(), "torn words were converted");
        whole
    }
}

#[test]
#[should_panic(expected = "torn")]
fn planted_torn_words_are_found() {
    let mut words = Numbered(1).into_words();
    words[3] = Numbered(2).into_words()[3];
    let _ = Numbered::from_words(words);
}

fn the_latest_value_is_untorn<const SLOTS: usize>() {
    within(LIMIT, || {
        let latest = Latest::<Numbered, Polling, SLOTS>::default();
        let begun = AtomicUsize::new(0);
        let read = race(READERS + 1, |number| {
            if number == 0 {
                let mut writer = latest.claim().unwrap();
                while begun.load(Relaxed) < READERS {
                    core::hint::spin_loop();
                }
                (1..=PUBLISHED).for_each(|number| writer.publish(Numbered(number)));
                return 0;
            }
            begun.fetch_add(1, Relaxed);
            let mut reader = latest.reader();
            let (mut last, mut changes) = (0, 0);
            while last < PUBLISHED {
                // Each reader uses another method.
                if number == 1 {
                    let Ok(Some(Numbered(seen))) = latest.read_within(3) else {
                        continue;
                    };
                    assert!(seen >= last, "older than the last value");
                    changes += usize::from(seen > last);
                    last = seen;
                } else if let Some((Numbered(seen), missed)) = reader.newer_and_missed() {
                    assert_eq!(seen, last + 1 + missed, "missed values are not counted");
                    changes += 1;
                    last = seen;
                }
            }
            changes
        });
        assert_eq!(latest.read().map(|it| it.0), Some(PUBLISHED));
        assert!(read[1..].iter().all(|changes| *changes > 0));
    });
}

#[test]
fn the_latest_value_is_untorn_and_never_older_than_the_last() {
    the_latest_value_is_untorn::<2>();
    the_latest_value_is_untorn::<4>();
}

/// Each waiter sees the last value, and gets the right number of values.
fn every_waiter_is_woken<U: Unpark + Default + Send + Sync + 'static>(
    wait: impl Fn(&mut Reader<'_, Numbered, U>) -> Numbered + Send + Sync + 'static,
) {
    const VALUES: usize = 20_000;
    within(LIMIT, move || {
        let latest = Latest::<Numbered, U>::default();
        race(READERS + 1, |number| {
            if number == 0 {
                let mut writer = latest.claim().unwrap();
                for number in 1..=VALUES {
                    writer.publish(Numbered(number));
                    if number % 16 == 0 {
                        std::thread::yield_now();
                    }
                }
                return;
            }
            let mut reader = latest.reader();
            let mut last = 0;
            while last < VALUES {
                let Numbered(seen) = wait(&mut reader);
                assert!(seen > last, "woken without a new value");
                last = seen;
            }
            assert!(!reader.is_behind());
        });
    });
}

#[test]
fn every_thread_that_waits_for_a_newer_value_is_woken() {
    every_waiter_is_woken::<Broadcast>(|reader| {
        let newer = reader.wait_newer(&CurrentThread::new()).unwrap();
        newer.expect("there is no time limit")
    });
}

#[test]
fn every_task_that_waits_for_a_newer_value_is_woken() {
    every_waiter_is_woken::<Wakers<READERS>>(|reader| block_on(reader.changed()).0.unwrap());
}

#[test]
fn a_wait_ends_at_the_time_limit_of_its_parker() {
    within(LIMIT, || {
        let latest = Latest::<Numbered, Broadcast>::default();
        let parker = CurrentThread::with_timeout(SHORT);
        let newer = latest.reader().wait_newer(&parker);
        assert_eq!(newer.map(|it| it.map(|it| it.0)), Ok(None));
    });
}

/// The records of each shard, computed from the total: a record in shard 0 adds 1, one in shard 1 adds `WEIGHT`.
const WEIGHT: u32 = 1 << 16;

fn of_shards(total: u64) -> [u64; 2] {
    [total % u64::from(WEIGHT), total / u64::from(WEIGHT)]
}

/// Whether two snapshots can be from one run, in some order: at most one of them has a record that the
/// other lacks.
fn are_ordered([a0, a1]: [u64; 2], [b0, b1]: [u64; 2]) -> bool {
    (a0 <= b0 && a1 <= b1) || (b0 <= a0 && b1 <= a1)
}

/// Whether a snapshot is possible for one context that records to shard 0 and shard 1 alternately.
fn is_in_turn([first, second]: [u64; 2]) -> bool {
    first == second || first == second + 1
}

/// The number of snapshots that must have some of the records, and not all.
const MIDWAY: usize = 100;

#[test]
fn planted_snapshots_of_different_instants_are_found() {
    // Read shard by shard: shard 0 before both records, shard 1 after them.
    assert!(!is_in_turn([0, 1]));
    assert!(!is_in_turn([2, 0]));
    assert!(is_in_turn([1, 0]) && is_in_turn([1, 1]));
    assert!(are_ordered([1, 2], [1, 2]));
    assert!(are_ordered([3, 2], [1, 2]));
    assert!(!are_ordered([1, 0], [0, 1]));
    assert_eq!(of_shards(3 + 5 * u64::from(WEIGHT)), [3, 5]);
}

#[test]
fn all_readers_see_the_records_in_one_order_and_the_totals_are_exact() {
    const RECORDS: u32 = 20_000;
    within(LIMIT, || {
        let mut midway = 0;
        while midway < MIDWAY {
            let stats = ShardedStats::<2>::new();
            let done = AtomicUsize::new(0);
            let seen = race(READERS + 2, |number| {
                if number < 2 {
                    let mut mine = stats.claim().unwrap();
                    let value = if number == 0 { 1 } else { WEIGHT };
                    (0..RECORDS).for_each(|_| mine.record(value));
                    done.fetch_add(1, Relaxed);
                    return Vec::new();
                }
                let mut seen = Vec::new();
                while done.load(Relaxed) < 2 {
                    if let Ok(summary) = stats.snapshot_within(3) {
                        let [first, second] = of_shards(summary.total);
                        assert_eq!(summary.count, first + second, "torn");
                        seen.push([first, second]);
                    }
                }
                assert!(seen.is_sorted_by(|a, b| a[0] <= b[0] && a[1] <= b[1]));
                seen
            });
            // Sorted by their sums: if any order is possible, this one is.
            let mut seen: Vec<[u64; 2]> = seen.into_iter().flatten().collect();
            seen.sort_by_key(|[first, second]| first + second);
            assert!(seen.is_sorted_by(|a, b| a == b || are_ordered(*a, *b) && a[0] <= b[0]));

            let all = [u64::from(RECORDS); 2];
            midway += seen
                .iter()
                .filter(|it| **it != [0; 2] && **it != all)
                .count();

            let all = stats.snapshot();
            let total = u64::from(RECORDS) * u64::from(1 + WEIGHT);
            assert_eq!((all.count, all.total), (2 * u64::from(RECORDS), total));
            assert_eq!((all.min, all.max), (Some(1), Some(WEIGHT)));
        }
    });
}

/// One context, first to shard 0 and then to shard 1: no snapshot has the second record alone.
#[test]
fn no_snapshot_has_a_later_record_without_the_earlier_one() {
    const PAIRS: u32 = 30_000;
    within(LIMIT, || {
        let midway = AtomicUsize::new(0);
        while midway.load(Relaxed) < MIDWAY {
            let stats = ShardedStats::<2>::new();
            let done = AtomicBool::new(false);
            race(READERS + 1, |number| {
                if number == 0 {
                    let [mut first, mut second] = [(); 2].map(|()| stats.claim().unwrap());
                    for _ in 0..PAIRS {
                        first.record(1);
                        second.record(WEIGHT);
                    }
                    done.store(true, Relaxed);
                    return;
                }
                while !done.load(Relaxed) {
                    let Ok(summary) = stats.snapshot_within(3) else {
                        continue;
                    };
                    let seen = of_shards(summary.total);
                    assert!(is_in_turn(seen), "{seen:?}");
                    let some = seen[0] > 0 && seen[1] < u64::from(PAIRS);
                    midway.fetch_add(some.into(), Relaxed);
                }
            });
            assert_eq!(of_shards(stats.snapshot().total), [u64::from(PAIRS); 2]);
        }
    });
}

#[test]
fn a_recorder_too_many_is_refused_and_a_dropped_one_keeps_its_sums() {
    let stats = ShardedStats::<3>::new();
    let claimed = race(8, |number| {
        let mut mine = stats.claim().ok()?;
        mine.record(u32::MAX);
        Some(number)
    });
    assert_eq!(claimed.iter().flatten().count(), 3);
    assert_eq!(stats.snapshot().total, 3 * u64::from(u32::MAX));
}
