use indivisible::{
    latest::ContendedError,
    stats::{Recorder, RecordersExhaustedError, ShardedStats, Summary},
};
use proptest::{
    collection::vec,
    prelude::*,
    sample::Index,
    test_runner::{TestCaseError, TestRunner},
};

const SHARDS: usize = 3;

#[derive(Clone, Debug)]
enum Step {
    Claim,
    Record(Index, u32),
    /// Drops a recorder in between: its sums stay, and its shard is not handed out again.
    Drop(Index),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => Just(Step::Claim),
        5 => (any::<Index>(), prop_oneof![any::<u32>(), Just(0), Just(u32::MAX)])
            .prop_map(|(which, value)| Step::Record(which, value)),
        1 => any::<Index>().prop_map(Step::Drop),
    ]
}

/// The same records, in one summary.
fn record(seen: &mut Summary, value: u32) {
    seen.count += 1;
    seen.total += u64::from(value);
    seen.min = Some(seen.min.map_or(value, |min| min.min(value)));
    seen.max = Some(seen.max.map_or(value, |max| max.max(value)));
}

type Record = fn(&mut Recorder<'_, 4>, u32);

fn as_one_summary(steps: Vec<Step>, split: Vec<u32>, make: Record) -> Result<(), TestCaseError> {
    let mut stats = ShardedStats::<SHARDS, 4>::with_slots();
    let mut seen = Summary::EMPTY;
    let (mut recorders, mut claimed) = (Vec::<Recorder<'_, 4>>::new(), 0);
    for step in steps {
        match step {
            Step::Claim => {
                let claim = stats.claim();
                let refused = (claimed == SHARDS).then_some(&RecordersExhaustedError);
                prop_assert_eq!(claim.as_ref().err(), refused);
                claimed = SHARDS.min(claimed + 1);
                recorders.extend(claim);
            }
            Step::Record(..) | Step::Drop(_) if recorders.is_empty() => {}
            Step::Record(which, value) => {
                make(which.get_mut(&mut recorders), value);
                record(&mut seen, value);
            }
            Step::Drop(which) => drop(recorders.swap_remove(which.index(recorders.len()))),
        }
        prop_assert_eq!(stats.snapshot(), seen);
        prop_assert_eq!(stats.try_snapshot(), Ok(seen));
        prop_assert_eq!(stats.snapshot_within(0), Err(ContendedError));
        prop_assert_eq!(stats.snapshot().mean(), seen.total.checked_div(seen.count));
    }
    drop(recorders);
    // Again with all of them, in addition.
    let (mut recorders, shared) = stats.split();
    prop_assert!(shared.claim().is_err());
    for (n, value) in split.into_iter().enumerate() {
        make(&mut recorders[n % SHARDS], value);
        record(&mut seen, value);
        prop_assert_eq!(shared.snapshot(), seen);
    }
    Ok(())
}

fn steps() -> impl Strategy<Value = (Vec<Step>, Vec<u32>)> {
    (vec(step(), 0..60), vec(any::<u32>(), 0..4))
}

proptest! {
    #[test]
    fn every_record_is_in_one_summary((steps, split) in steps()) {
        as_one_summary(steps, split, |recorder, value| recorder.record(value))?;
    }
}

#[test]
fn a_recorder_that_loses_a_value_is_found() {
    let lossy: Record = |recorder, value| {
        if value > 0 {
            recorder.record(value);
        }
    };
    let found = TestRunner::deterministic().run(&steps(), |(steps, split)| {
        as_one_summary(steps, split, lossy)
    });
    assert!(found.is_err());
}
