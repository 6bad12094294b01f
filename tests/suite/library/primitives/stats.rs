use core::sync::atomic::{
    AtomicUsize,
    Ordering::{Acquire, Release},
};
use indivisible::stats::{Stats, Summary};
use integration_tests::race;
use proptest::{collection::vec, prelude::*};

macro_rules! widths {
    ($($Value:ident)*) => { $(
        proptest! {
            #[test]
            fn $Value(values in vec(any::<$Value>(), 0..600)) {
                let stats = Stats::<$Value>::new();
                let (mut count, mut total) = (0 as $Value, 0 as $Value);
                for (n, value) in values.iter().enumerate() {
                    stats.record(*value);
                    count = count.wrapping_add(1);
                    total = total.wrapping_add(*value);
                    let seen = stats.snapshot();
                    prop_assert_eq!((seen.count, seen.total), (count as u64, total as u64));
                    prop_assert_eq!(seen.min, None);
                    // If the count has wrapped around to zero, there is no maximum.
                    let max = values[..=n].iter().max().copied();
                    prop_assert_eq!(seen.max, max.filter(|max| count > 0 || *max > 0));
                    prop_assert_eq!(stats.mean(), (total as u64).checked_div(count as u64));
                }
            }
        }
    )* };
}
widths! { u8 u16 u32 u64 usize }

#[test]
fn no_record_is_lost() {
    const EACH: u32 = 5_000;
    for threads in 2..=8 {
        let stats: Stats = Stats::default();
        race(threads, |number| {
            let mut last = 0;
            for n in 0..EACH {
                stats.record(n + number as u32);
                let count = stats.snapshot().count;
                assert!(count > last, "a record that was made is not counted");
                last = count;
            }
        });
        let (each, threads) = (u64::from(EACH), threads as u64);
        let seen = stats.snapshot();
        assert_eq!(seen.count, each * threads);
        assert_eq!(
            seen.total,
            threads * each * (each - 1) / 2 + each * threads * (threads - 1) / 2
        );
        assert_eq!(seen.max, Some(EACH - 1 + threads as u32 - 1));
    }
}

#[test]
fn without_records_there_is_no_value() {
    assert_eq!(Stats::<u64>::new().snapshot(), Summary::EMPTY);
    assert_eq!(Stats::<u8>::new().mean(), None);
}

/// No record is lost, and none is in two summaries.
#[test]
fn taken_summaries_add_up() {
    const EACH: u32 = 20_000;
    const RECORDERS: usize = 2;
    let stats: Stats = Stats::new();
    let done = AtomicUsize::new(0);
    let taken = race(RECORDERS + 1, |number| {
        if number < RECORDERS {
            (1..=EACH).for_each(|n| stats.record(n));
            done.fetch_add(1, Release);
            return Vec::new();
        }
        let mut taken = Vec::new();
        while done.load(Acquire) < RECORDERS {
            taken.push(stats.take());
        }
        taken
    });
    let taken: Vec<Summary> = taken.into_iter().flatten().chain([stats.take()]).collect();
    let sum = |part: fn(&Summary) -> u64| taken.iter().map(part).sum::<u64>();
    assert_eq!(sum(|it| it.count), u64::from(EACH) * RECORDERS as u64);
    let total = u64::from(EACH) * u64::from(EACH + 1) / 2 * RECORDERS as u64;
    assert_eq!(sum(|it| it.total), total);
    assert_eq!(taken.iter().filter_map(|it| it.max).max(), Some(EACH));
    assert_eq!(stats.snapshot(), Summary::EMPTY);
}
