use indivisible::{
    latest::{ContendedError, Latest, Writer},
    wait::Polling,
};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{TestCaseError, TestRunner},
};

const SLOTS: usize = 4;

type Value = (u64, bool);
type Publish = fn(&mut Writer<'_, Value, Polling, SLOTS>, Value);

/// For each writer: whether it was split off, and its publications.
fn runs() -> impl Strategy<Value = Vec<(bool, Vec<Value>)>> {
    vec((any::<bool>(), vec(any::<Value>(), 0..6)), 0..8)
}

/// The last publication, and a reader that reads after every third one.
fn as_the_model(runs: Vec<(bool, Vec<Value>)>, publish: Publish) -> Result<(), TestCaseError> {
    let mut latest = Latest::<Value, Polling, SLOTS>::default();
    let (mut last, mut claimed) = (None, false);
    for (splits, values) in runs {
        let (writer, shared) = if splits {
            let (writer, shared) = latest.split();
            (Some(writer), shared)
        } else {
            (latest.claim(), &latest)
        };
        prop_assert_eq!(writer.is_some(), splits || !claimed);
        claimed = true;
        prop_assert!(shared.claim().is_none());
        let Some(mut writer) = writer else { continue };
        prop_assert_eq!((writer.last(), shared.read()), (last, last));
        let mut reader = shared.reader();
        prop_assert_eq!(reader.read(), last);
        prop_assert_eq!((reader.read_newer(), reader.is_behind()), (None, false));
        for (n, value) in values.into_iter().enumerate() {
            publish(&mut writer, value);
            prop_assert!(reader.is_behind());
            if n % 3 == 2 {
                prop_assert_eq!(reader.clone().read_newer(), Some(value));
                prop_assert_eq!(reader.newer_and_missed(), Some((value, 2)));
                prop_assert_eq!(
                    (reader.newer_and_missed(), reader.is_behind()),
                    (None, false)
                );
            }
            last = Some(value);
            prop_assert_eq!((writer.last(), shared.read()), (last, last));
            prop_assert_eq!(shared.try_read(), Ok(last));
            prop_assert_eq!(shared.read_within(0), Err(ContendedError));
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn the_last_value_is_read(runs in runs()) {
        as_the_model(runs, |writer, value| writer.publish(value))?;
    }
}

#[test]
fn a_writer_that_loses_a_value_is_found() {
    let lossy: Publish = |writer, value| {
        if value.0 % 2 == 0 {
            writer.publish(value);
        }
    };
    let found = TestRunner::deterministic().run(&runs(), |runs| as_the_model(runs, lossy));
    assert!(found.is_err());
}
